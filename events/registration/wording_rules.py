"""Which mails have words that an editor may write, and which placeholders each may hold. Plain Python.

A new kind of mail to registrants gets a line in WORDED_KINDS; a test names whoever forgets it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.rules import Problem
from portal.wording import Placeholder, Wording, wrong_in_subject, wrong_in_text

NAME = Placeholder(name="name", meaning="the reader’s name", is_personal=True)
EVENT = Placeholder(name="event", meaning="the event’s title")
WHEN = Placeholder(name="when", meaning="date, time and zone of the first session that the mail names")
PLACE = Placeholder(name="place", meaning="where that session is, or “Online”")
ORGANISATION = Placeholder(name="organisation", meaning="our name, from the site settings")
CONTACT_EMAIL = Placeholder(name="contact_email", meaning="the address for questions about the event")
PAGE = Placeholder(name="page", meaning="the web address of the event’s page")

_ALWAYS = (NAME, EVENT, ORGANISATION, CONTACT_EMAIL)
_SESSION = (WHEN, PLACE)
# What makes a subject too long, or is no use in one.
NOT_IN_SUBJECT = (CONTACT_EMAIL, PAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordedKind:
    """A kind of mail as an editor knows it. `method`: of the calendar file that travels with it, if one does."""

    label: str
    placeholders: tuple[Placeholder, ...]
    method: str = ""


def _worded(label: str, *, page: bool = True, session: bool = True, method: str = "") -> WordedKind:
    placeholders = (*_ALWAYS, *(_SESSION if session else ()), *((PAGE,) if page else ()))
    return WordedKind(label=label, placeholders=placeholders, method=method)


# In the order in which somebody may get them.
WORDED_KINDS: Mapping[str, WordedKind] = {
    "confirmation": _worded("Your place is confirmed", method="REQUEST"),
    "waiting": _worded("You are on the waiting list"),
    "promotion": _worded("A place has become free for you", method="REQUEST"),
    "already_registered": _worded("You were registered before"),
    "reminder": _worded("Reminder"),
    "update": _worded("The event has changed", method="REQUEST"),
    "access_changed": _worded("An access fact has changed"),
    "postponed": _worded("The event is postponed", method="CANCEL"),
    "address_changed": _worded("Your address was changed: to the old one", method="CANCEL"),
    "declined": _worded("Your calendar declined: do you give up your place?"),
    "released": _worded("Your calendar declined: your place is given up"),
    "cancellation": _worded("You have given up your place", method="CANCEL"),
    "removal": _worded("We ended your registration", page=False, method="CANCEL"),
    "session_cancelled": _worded("A session does not take place", method="CANCEL"),
    "event_cancelled": _worded("The event does not take place", page=False, method="CANCEL"),
    "speaker_hold": _worded("A speaker’s time is held", method="REQUEST"),
}


def subject_placeholders(kind: WordedKind) -> tuple[Placeholder, ...]:
    """Return what a subject may hold."""
    return tuple(placeholder for placeholder in kind.placeholders if placeholder not in NOT_IN_SUBJECT)


def wording_problems(kind: str, words: Wording) -> list[Problem]:
    """Return everything that is wrong with the words for a kind of mail, each beside its field."""
    worded = WORDED_KINDS.get(kind)
    if worded is None:
        return [Problem("kind", "The words of this mail cannot be changed. Choose another.")]
    found = [Problem("subject", wrong) for wrong in wrong_in_subject(words.subject, subject_placeholders(worded))]
    found += [Problem("opening", wrong) for wrong in wrong_in_text(words.opening, worded.placeholders)]
    return found + [Problem("closing", wrong) for wrong in wrong_in_text(words.closing, worded.placeholders)]
