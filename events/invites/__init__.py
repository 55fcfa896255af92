"""Calendar entries: the .ics files, what was last sent to whom, and what comes next."""
