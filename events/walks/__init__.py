"""Walk & Talk: a woman asks for a walk with a local officer."""
