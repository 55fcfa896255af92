"""Cutting texts for heads and cards. Plain Python."""

# Search engines and link previews cut longer ones.
LONGEST_SUMMARY = 300


def cut(text: str, most: int = LONGEST_SUMMARY) -> str:
    """Return a text of at most `most` characters, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    if not text[most - 1].isspace() and " " in kept:
        kept = kept.rpartition(" ")[0]
    return kept.rstrip(" ,;:–-") + "…"
