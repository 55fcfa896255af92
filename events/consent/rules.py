"""Where somebody came from. Plain Python."""

import re

# What a poster's code is behind: `poster-k7m4q`.
POSTER = "poster-"


def clean_source(source: str) -> str:
    """Return where somebody came from, as the link said (`?from=poster-lewisham`); anything else counts as nothing."""
    name = source.strip().lower()
    return name if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,39}", name) else ""
