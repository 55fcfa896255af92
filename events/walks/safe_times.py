"""When a mail may reach her: in the hours that she called safe, by the clock of the site. Plain Python.

A safe time in her own words is for a person to read: mails to her leave at once, and the form says so.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.walks.rules import REMIND_BEFORE, SafeTime

_HOURS = {
    SafeTime.WORKING_HOURS: (range(5), time(9), time(17)),
    SafeTime.EVENING: (range(5), time(17), time(20)),
    SafeTime.WEEKEND: (range(5, 7), time(9), time(17)),
}
# So long before a walk its news is read in time; who would have to wait longer hears of it at once.
IN_TIME = timedelta(hours=3)
_A_WEEK = 8  # days: the same day of the next week is among them


def next_safe(safe_time: SafeTime, *, at: datetime, zone: str) -> datetime:
    """Return the first safe moment that is not before `at`."""
    if safe_time not in _HOURS:
        return at
    return next(max(at, opens) for opens, closes in _hours(safe_time, at, zone, range(_A_WEEK)) if at < closes)


def leaves_at(safe_time: SafeTime, *, now: datetime, zone: str, starts_at: datetime | None = None) -> datetime:
    """Return when a mail to her leaves.

    `starts_at`: the walk that it is news of. A mail that would come too late waits for nothing: who is not told that a
    walk is off stands in the street.
    """
    safe_at = next_safe(safe_time, at=now, zone=zone)
    return now if starts_at is not None and safe_at > starts_at - IN_TIME else safe_at


def reminds_at(safe_time: SafeTime, *, starts_at: datetime, now: datetime, zone: str) -> datetime | None:
    """Return when she is reminded: a day before, or at the safe moment next to that; None where none is left."""
    due_at = starts_at - REMIND_BEFORE
    safe_at = next_safe(safe_time, at=due_at, zone=zone)
    if safe_at > starts_at - IN_TIME:
        before = (opens for opens, _ in _hours(safe_time, due_at, zone, range(0, -_A_WEEK, -1)) if opens < due_at)
        safe_at = next(before)
    return safe_at if safe_at > now else None


def _hours(safe_time: SafeTime, around: datetime, zone: str, days: range) -> Iterator[tuple[datetime, datetime]]:
    """Give the safe hours of some days, counted from that of a moment. No clock changes within them."""
    weekdays, opens, closes = _HOURS[safe_time]
    place = ZoneInfo(zone)
    today = around.astimezone(place).date()
    for number in days:
        day = today + timedelta(days=number)
        if day.weekday() in weekdays:
            yield datetime.combine(day, opens, place), datetime.combine(day, closes, place)
