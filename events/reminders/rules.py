"""When we speak again: which reminders a registration gets, and between which moments each may leave. Plain Python."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.wall_clock import before

DEFAULT_REMINDERS = ("P7D", "P1D", "PT1H")
REMINDER_LABELS = {
    "P14D": "two weeks before",
    "P7D": "one week before",
    "P3D": "three days before",
    "P2D": "two days before",
    "P1D": "one day before",
    "PT3H": "three hours before",
    "PT1H": "one hour before",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A reminder that will be sent, at `not_before` or soon after it, and never from `not_after` on."""

    rule: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """A reminder whose moment had passed when it was planned; kept as a row with its reason."""

    rule: str
    not_before: datetime
    reason: str = "Its time had already passed."


def due_at(*, rule: str, starts_at: datetime, zone: str) -> datetime:
    """Return the moment of a reminder: days by the wall clock of the event's zone, hours as elapsed time.

    Raises ValueError for a rule that is no ISO 8601 duration in days or hours.
    """
    match = re.fullmatch(r"P(?:(\d{1,3})D|T(\d{1,3})H)", rule)
    if match is None:
        raise ValueError(f"Not a reminder rule: {rule!r}")
    return before(starts_at, zone, days=int(match[1] or 0), hours=int(match[2] or 0))


def plan(*, rules: Iterable[str], starts_at: datetime, zone: str, now: datetime) -> Sequence[Due | TooLate]:
    """Return what becomes of each rule for one session, earliest first.

    Each reminder gives way to the next one (its `not_after`), the last to the session's start: whatever was
    down for however long, nobody gets two reminders at once or one about the past.
    """
    moments = sorted((due_at(rule=rule, starts_at=starts_at, zone=zone), rule) for rule in set(rules))
    ends = [*(moment for moment, _ in moments[1:]), starts_at] if moments else []
    return [
        Due(rule=rule, not_before=moment, not_after=end) if moment > now else TooLate(rule=rule, not_before=moment)
        for (moment, rule), end in zip(moments, ends, strict=True)
    ]
