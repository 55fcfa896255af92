"""Questions to a recruiter: what they are about, how people want to be reached, and how long they are kept."""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_MESSAGE = 1000
# How many questions one network address may send within ten minutes: a school or a fair shares one.
TRIES = 30
WINDOW_SECONDS = 600
# A question that nobody closed is not kept for ever.
FORGOTTEN_AFTER = timedelta(days=365)
ANSWER_WITHIN_WORKING_DAYS = 3


class EnquiryState(StrEnum):
    """Where a question stands."""

    NEW = "new"
    IN_HAND = "in_hand"
    CLOSED = "closed"


STATE_LABELS = {EnquiryState.NEW: "New", EnquiryState.IN_HAND: "In hand", EnquiryState.CLOSED: "Closed"}


class Way(StrEnum):
    """How somebody wants to be answered."""

    EMAIL = "email"
    PHONE = "phone"


class PreferredTime(StrEnum):
    """When somebody can be reached by phone."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Topic(StrEnum):
    """What a question is about."""

    APPLYING = "applying"
    ELIGIBILITY = "eligibility"
    ROLES = "roles"
    FITNESS = "fitness"
    FAMILY = "family"
    OTHER = "other"


def answer_due(asked_at: datetime) -> datetime:
    """Return by when we promised an answer: three working days on. Public holidays are not known here."""
    due, left = asked_at, ANSWER_WITHIN_WORKING_DAYS
    while left:
        due += timedelta(days=1)
        left -= due.weekday() < 5
    return due


def is_late(*, state: EnquiryState, asked_at: datetime, now: datetime) -> bool:
    """Whether somebody waits longer than we promised."""
    return state is not EnquiryState.CLOSED and now > answer_due(asked_at)
