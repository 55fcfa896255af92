"""Wall-clock time in a place, and the instant it stands for.

An event happens at 18:00 *in London*: the clock time and the IANA zone are what is stored, the instant
follows from them. A day has 23, 24 or 25 hours, so "two days before" is arithmetic on the clock, and "one
hour before" is arithmetic on instants; mixing the two is an hour off on two days a year.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWords:
    """How a language says dates and times; `cities` names the zones' places that it has a word of its own for."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    date: str = "{weekday} {day} {month} {year}"
    span: str = "{start} to {end}"
    zone: str = "{city} time"
    cities: tuple[tuple[str, str], ...] = ()


# Spelt out rather than taken from strftime, which follows the locale of whichever machine renders the mail.
ENGLISH = ClockWords(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
)  # fmt: skip

_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})

# A system's zone folder also holds "localtime" (whatever this machine is set to) and the trees posix/ and
# right/ (which counts leap seconds, half a minute off by now): ZoneInfo opens them, IANA names none of them.
_NOT_A_PLACE = re.compile(r"(posix|right)/|(localtime|posixrules|Factory)\Z")


# The three names say what is wrong with the input, as a form's error does; hence no suffix.
class NonexistentLocalTime(ValueError):  # noqa: N818
    """The clock jumps over this time: it falls in a spring gap."""


class AmbiguousLocalTime(ValueError):  # noqa: N818
    """The clock shows this time twice: it falls in the repeated hour of autumn."""


class UnknownTimeZone(ValueError):  # noqa: N818
    """Not a zone of the IANA database."""


def to_instant(local: datetime, zone: str) -> datetime:
    """Return the UTC instant at which clocks in `zone` show `local` (naive).

    Raises where the clock never shows that time, or shows it twice: which of the two was meant is the
    editor's to say, and a guess here would be an hour wrong half of the time.
    """
    place = _zone(zone)
    if local.tzinfo is not None:
        raise ValueError("A wall-clock time is naive: its zone is the second argument.")
    first, second = _offsets(local, place)
    if first < second:
        raise NonexistentLocalTime(f"{local:%Y-%m-%d %H:%M} does not exist in {zone}.")
    if first > second:
        raise AmbiguousLocalTime(f"{local:%Y-%m-%d %H:%M} happens twice in {zone}.")
    return (local - first).replace(tzinfo=UTC, fold=0)


def to_local(instant: datetime, zone: str) -> datetime:
    """Return `instant` as an aware datetime on the clocks of `zone`."""
    if instant.tzinfo is None:
        raise ValueError("An instant is aware: without an offset it could be any of 24 hours.")
    return instant.astimezone(_zone(zone))


def before(instant: datetime, zone: str, *, days: int = 0, hours: int = 0) -> datetime:
    """Return the UTC moment `days` by the clock of `zone`, then `hours` of elapsed time, before `instant`.

    "A day before 18:00" is 18:00 on the day before, however long the night was. Where the clock jumps over
    that time, the first moment after the gap; where it shows it twice, the first of the two.
    """
    local = to_local(instant, zone)
    # Without days the clock is not asked at all: an instant in the second of two equal hours stays there.
    moment = instant.astimezone(UTC) if days == 0 else _first_moment(local, _zone(zone), days)
    return moment - timedelta(hours=hours)


def describe_when(starts_at: datetime, ends_at: datetime, zone: str, words: ClockWords = ENGLISH) -> str:
    """Return "Monday 8 March 2027, 18:00 to 19:30 (London time)"."""
    return f"{describe_date(starts_at, zone, words)}, {describe_times(starts_at, ends_at, zone, words)}"


def describe_date(instant: datetime, zone: str, words: ClockWords = ENGLISH) -> str:
    """Return "Monday 8 March 2027", the day in `zone`."""
    return _date_in_words(to_local(instant, zone).date(), words)


def describe_times(starts_at: datetime, ends_at: datetime, zone: str, words: ClockWords = ENGLISH) -> str:
    """Return "18:00 to 19:30 (London time)"; an end on another day says which."""
    return f"{describe_span(starts_at, ends_at, zone, words)} ({zone_label(zone, words)})"


def describe_span(starts_at: datetime, ends_at: datetime, zone: str, words: ClockWords = ENGLISH) -> str:
    """Return the same without the zone, for a list that names it once: "18:00 to 19:30".

    Where the offset changes in between, or a clock time happens twice, each time carries its UTC offset:
    "00:30 to 01:30" lasts one hour or two on an October night in London.
    """
    start, end = to_local(starts_at, zone), to_local(ends_at, zone)
    with_offset = start.utcoffset() != end.utcoffset() or _is_repeated(start) or _is_repeated(end)
    until = "" if end.date() == start.date() else f"{_date_in_words(end.date(), words)}, "
    return words.span.format(start=_clock(start, with_offset), end=f"{until}{_clock(end, with_offset)}")


def zone_label(zone: str, words: ClockWords = ENGLISH) -> str:
    """Return "London time" for Europe/London, "New York time" for America/New_York, "UTC" for UTC."""
    _zone(zone)
    if zone in _UTC_NAMES:
        return "UTC"
    city = zone.rpartition("/")[2].replace("_", " ")
    return words.zone.format(city=dict(words.cities).get(city, city))


def _zone(name: str) -> ZoneInfo:
    if not name or _NOT_A_PLACE.match(name):
        raise UnknownTimeZone(f"{name!r} is not an IANA time zone.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        # OSError: a name that is a folder of the database ("Europe") or longer than a file name may be.
        raise UnknownTimeZone(f"{name!r} is not an IANA time zone.") from error


def _offsets(local: datetime, place: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets that PEP 495 gives `local` with fold 0 and 1: rising in a gap, falling in a repeat."""
    return _offset(local.replace(tzinfo=place, fold=0)), _offset(local.replace(tzinfo=place, fold=1))


def _offset(aware: datetime) -> timedelta:
    return aware.utcoffset() or timedelta(0)


def _is_repeated(aware: datetime) -> bool:
    return _offset(aware.replace(fold=0)) > _offset(aware.replace(fold=1))


def _first_moment(local: datetime, place: ZoneInfo, days: int) -> datetime:
    wanted = local.replace(tzinfo=None, fold=0) - timedelta(days=days)
    first, second = _offsets(wanted, place)
    if first < second:
        return _gap_end(wanted, first, second, place)
    return (wanted - first).replace(tzinfo=UTC)


def _gap_end(wanted: datetime, old: timedelta, new: timedelta, place: ZoneInfo) -> datetime:
    """Find the transition: read with the new offset `wanted` lies before it, read with the old one after."""
    too_early = (wanted - new).replace(tzinfo=UTC, microsecond=0)
    late_enough = (wanted - old).replace(tzinfo=UTC, microsecond=0)
    while late_enough - too_early > timedelta(seconds=1):
        middle = too_early + timedelta(seconds=(late_enough - too_early) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == new:
            late_enough = middle
        else:
            too_early = middle
    return late_enough


def _date_in_words(day: date, words: ClockWords) -> str:
    return words.date.format(
        weekday=words.weekdays[day.weekday()], day=day.day, month=words.months[day.month - 1], year=day.year
    )


def _clock(aware: datetime, with_offset: bool) -> str:
    clock = f"{aware:%H:%M}"
    return f"{clock} {_offset_in_words(_offset(aware))}" if with_offset else clock


def _offset_in_words(offset: timedelta) -> str:
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours}:{minutes:02}" if minutes else f"UTC{sign}{hours}"
