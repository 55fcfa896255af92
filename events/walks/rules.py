"""Walk & Talk's rules: states, the clock, what may be offered and chosen. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.marking import gettext_noop


class WalkState(StrEnum):
    """Where a request stands: with the team, with an officer, times on her page, a time chosen, over."""

    NEW = "new"
    ALLOCATED = "allocated"
    OFFERED = "offered"
    BOOKED = "booked"
    CLOSED = "closed"


OPEN_STATES = (WalkState.NEW, WalkState.ALLOCATED, WalkState.OFFERED, WalkState.BOOKED)
WITH_OFFICER = (WalkState.ALLOCATED, WalkState.OFFERED, WalkState.BOOKED)
STATE_LABELS = {
    WalkState.NEW: "Nobody has it yet",
    WalkState.ALLOCATED: "With an officer, no times offered",
    WalkState.OFFERED: "Times offered, none chosen",
    WalkState.BOOKED: "Time chosen",
    WalkState.CLOSED: "Closed",
}


class Outcome(StrEnum):
    """What came of a request."""

    WALKED = "walked"
    DID_NOT_COME = "did_not_come"
    WITHDRAWN = "withdrawn"  # by her
    PASSED_ON = "passed_on"  # it was a matter for 999, 101 or another service
    NO_ANSWER = "no_answer"
    ASKED_TWICE = "asked_twice"
    LAPSED = "lapsed"  # nobody did anything for so long that we must forget it


OUTCOME_LABELS = {
    Outcome.WALKED: "We walked",
    Outcome.DID_NOT_COME: "She did not come",
    Outcome.WITHDRAWN: "She withdrew it",
    Outcome.PASSED_ON: "Passed on to 999, 101 or another service",
    Outcome.NO_ANSWER: "No answer from her",
    Outcome.ASKED_TWICE: "Asked twice",
    Outcome.LAPSED: "Lapsed",
}
# What an officer may record; the others follow from the clock or from her.
RECORDED_OUTCOMES = (Outcome.WALKED, Outcome.DID_NOT_COME, Outcome.PASSED_ON, Outcome.NO_ANSWER, Outcome.WITHDRAWN)


class Theme(StrEnum):
    """What a walk was about. Few and broad, so that none points at a person."""

    LIGHTING = "lighting"
    HARASSMENT = "harassment"
    TRANSPORT = "transport"
    PATHS = "paths"
    DRUGS = "drugs"
    NIGHTLIFE = "nightlife"
    VISIBILITY = "visibility"
    OTHER = "other"


THEME_LABELS = {
    Theme.LIGHTING: gettext_noop("Lighting"),
    Theme.HARASSMENT: gettext_noop("Harassment in the street"),
    Theme.TRANSPORT: gettext_noop("Stations, stops and ways to them"),
    Theme.PATHS: gettext_noop("Paths, parks and underpasses"),
    Theme.DRUGS: gettext_noop("Drugs and drink in the street"),
    Theme.NIGHTLIFE: gettext_noop("Pubs and clubs at closing time"),
    Theme.VISIBILITY: gettext_noop("Seeing officers more often"),
    Theme.OTHER: gettext_noop("Something else"),
}


class Way(StrEnum):
    """How she wants to be reached."""

    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"


class SafeTime(StrEnum):
    """When it is safe to reach her."""

    ANY = "any"
    WORKING_HOURS = "working_hours"
    EVENING = "evening"
    WEEKEND = "weekend"
    OWN_WORDS = "own_words"


class DayPart(StrEnum):
    """When a walk would suit her: kind of day and part of it."""

    WEEKDAY_MORNING = "weekday_morning"
    WEEKDAY_AFTERNOON = "weekday_afternoon"
    WEEKDAY_EVENING = "weekday_evening"
    WEEKEND_MORNING = "weekend_morning"
    WEEKEND_AFTERNOON = "weekend_afternoon"
    WEEKEND_EVENING = "weekend_evening"


class Party(StrEnum):
    """Whose calendar an entry is in."""

    WOMAN = "woman"
    OFFICER = "officer"


class Choice(StrEnum):
    """What came of choosing a time."""

    BOOKED = "booked"
    UNCHANGED = "unchanged"  # it is hers already
    TAKEN = "taken"  # somebody was faster, or the officer took it back
    WEEK_FULL = "week_full"  # the borough walks no more that week
    TOO_LATE = "too_late"  # it has begun
    NOT_OFFERED = "not_offered"


class Role(StrEnum):
    """Who is told that a request waits."""

    OFFICER = "officer"
    COORDINATORS = "coordinators"
    LEADS = "leads"


LONGEST_AREA = 500
LONGEST_WORRIES = 1_000
LONGEST_NEEDS = 500
LONGEST_NAME = 100
LONGEST_SAFE_TIME = 200
LONGEST_NOTE = 1_000

LEAST_OFFERS, MOST_OFFERS = 2, 3
MOST_WEEKS = 12
SHORTEST_SLOT, LONGEST_SLOT = timedelta(minutes=20), timedelta(hours=3)
# A time that is offered leaves her a day to read her mail.
SOONEST_OFFER = timedelta(hours=24)
REMIND_BEFORE = timedelta(hours=24)
WEEKLY_QUOTA = 6

DRAFT_KEPT = timedelta(hours=24)
WORDS_KEPT = timedelta(days=30)
REQUEST_KEPT = timedelta(days=90)
AWAY_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the clock: after how long in a state who is told."""

    after: timedelta
    told: tuple[Role, ...]


ESCALATION: dict[WalkState, tuple[Step, ...]] = {
    WalkState.NEW: (
        Step(timedelta(days=2), (Role.COORDINATORS,)),
        Step(timedelta(days=4), (Role.COORDINATORS, Role.LEADS)),
    ),
    WalkState.ALLOCATED: (
        Step(timedelta(days=2), (Role.OFFICER, Role.COORDINATORS)),
        Step(timedelta(days=4), (Role.OFFICER, Role.COORDINATORS, Role.LEADS)),
    ),
    WalkState.OFFERED: (
        Step(timedelta(days=5), (Role.OFFICER,)),
        Step(timedelta(days=10), (Role.OFFICER, Role.COORDINATORS)),
    ),
    WalkState.BOOKED: (
        Step(timedelta(days=2), (Role.OFFICER,)),
        Step(timedelta(days=7), (Role.OFFICER, Role.COORDINATORS)),
    ),
}
ENDS: dict[WalkState, tuple[timedelta, Outcome]] = {
    WalkState.NEW: (timedelta(days=90), Outcome.LAPSED),
    WalkState.ALLOCATED: (timedelta(days=90), Outcome.LAPSED),
    WalkState.OFFERED: (timedelta(days=28), Outcome.NO_ANSWER),
    WalkState.BOOKED: (timedelta(days=30), Outcome.LAPSED),
}


def escalation_level(*, state: WalkState, waits: timedelta) -> int:
    """Return how many steps of the clock a request has passed that waits so long in its state.

    A booked one waits from the end of its walk: before that `waits` is negative and nothing is late.
    """
    return sum(waits >= step.after for step in ESCALATION.get(state, ()))


def ends_as(*, state: WalkState, waits: timedelta) -> Outcome | None:
    """Return the outcome that the clock gives to a request which waits so long; None: not yet."""
    end = ENDS.get(state)
    return end[1] if end is not None and waits >= end[0] else None


def may_record(outcome: Outcome, *, state: WalkState, starts_at: datetime | None, now: datetime) -> bool:
    """Whether an officer may close a request with this outcome now: nobody has walked before the walk."""
    if outcome not in RECORDED_OUTCOMES or state not in WITH_OFFICER:
        return False
    if outcome in {Outcome.WALKED, Outcome.DID_NOT_COME}:
        return state is WalkState.BOOKED and starts_at is not None and starts_at <= now
    return True


def may_be_offered(*, starts_at: datetime, is_taken: bool, is_withdrawn: bool, now: datetime) -> bool:
    """Whether a slot may be put on a woman's page. `now`: when she hears of it."""
    return not is_taken and not is_withdrawn and starts_at >= now + SOONEST_OFFER


def quarter_of(day: date) -> date:
    """Return the first day of the calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(first_day: date) -> date:
    """Return the first day of the quarter after."""
    month = first_day.month + 3
    return date(first_day.year + (month > 12), (month - 1) % 12 + 1, 1)


def week_of(moment: datetime) -> date:
    """Return the Monday of the week of a local moment: quotas are counted by it (ISO 8601)."""
    return moment.date() - timedelta(days=moment.weekday())


def overlaps(*, starts_at: datetime, ends_at: datetime, others: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether a time runs into one of the others; touching ends do not count."""
    return any(starts_at < end and start < ends_at for start, end in others)
