"""The public pages of a programme."""
