"""Codes of posters, their sizes, and what counts as a scan. Plain Python."""

import re
from dataclasses import dataclass
from enum import StrEnum

from events.consent.rules import POSTER

# No letter or figure that could be taken for another one when somebody types it from a wall.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 5
MOST_PLACES = 60
LONGEST_PLACE = 120
LONGEST_HEADLINE = 80
LONGEST_LINE = 220


class Size(StrEnum):
    """The forms of a poster."""

    A4 = "a4"
    A3 = "a3"
    LARGE_PRINT = "large-print"


SIZE_LABELS = {
    Size.A4: "A4",
    Size.A3: "A3",
    Size.LARGE_PRINT: "A4, large print",
}

# What looks at links before people do. A scan is somebody with a phone in front of a wall.
_NOBODY = re.compile(r"bot|crawl|spider|preview|slurp|facebookexternalhit|monitor|curl|python|wget", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterWords:
    """What stands on a poster, in one language."""

    language: str
    organisation: str
    kicker: str
    headline: str
    when: str
    place: str
    line: str
    facts: tuple[str, ...]
    invitation: str
    address: str
    scan: str
    urgent: str
    colour: str


def read_code(typed: str) -> str:
    """Return a code as we write it, or an empty text for what cannot be one."""
    code = typed.strip().upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def source_of(code: str) -> str:
    """Return where a registration came from, as its row keeps it."""
    return f"{POSTER}{code.lower()}"


def is_scan(*, method: str, agent: str, purpose: str) -> bool:
    """Whether a request counts: not a program's, not a browser's that only looks ahead (`Sec-Purpose: prefetch`)."""
    return method == "GET" and bool(agent) and not _NOBODY.search(agent) and "prefetch" not in purpose.lower()


def places_of(text: str) -> list[str]:
    """Return the places of a list, one a line, each once and in order."""
    return list(dict.fromkeys(line for raw in text.splitlines() if (line := " ".join(raw.split()))))
