"""The demo's content in French: what each English text becomes, as wagtail-localize cuts content into segments.

A key is the text as the segment has it: "&" as "&amp;", and what is bold in its tags. Data, no Django.
"""

from portal.demo.french import check, events, guides, newsletter, roles, site, stories, walks

_WORDS = (
    check.WORDS
    | events.WORDS
    | guides.WORDS
    | newsletter.WORDS
    | roles.WORDS
    | site.WORDS
    | stories.WORDS
    | walks.WORDS
)
CONSENT = (
    "Utilisez mon nom, mon adresse e-mail et mes besoins d’accessibilité pour organiser cet événement : pour envoyer ma place, "
    "mon entrée d’agenda, les rappels et les changements. Ces données sont supprimées 90 jours après l’événement."
)


def in_french(english: str) -> str | None:
    """Return the French text, or None where there is none; signs never begin a line without the word before them."""
    words = _WORDS.get(english)
    if words is None:
        return None
    for sign in (":", ";", "?", "»", "£"):
        words = words.replace(f" {sign}", f" {sign}")
    return words.replace("« ", "« ")
