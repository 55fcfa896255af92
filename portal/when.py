"""Times in the reader's language: `portal.wall_clock` with the words of the language that is being spoken."""

from datetime import datetime
from functools import cache

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal import wall_clock
from portal.marking import gettext_noop
from portal.wall_clock import ENGLISH, ClockWords

# The places whose zones are on our pages; any other is named as the IANA database does.
CITIES = (gettext_noop("London"), gettext_noop("Dublin"), gettext_noop("Paris"), gettext_noop("New York"))


def clock_words() -> ClockWords:
    """Return the words of the active language."""
    return _words_of(get_language() or "en")


@cache
def _words_of(language: str) -> ClockWords:
    if language.partition("-")[0] == "en":
        return ENGLISH
    with override(language):
        return ClockWords(
            weekdays=tuple(str(WEEKDAYS[day]) for day in range(7)),
            months=tuple(str(MONTHS[month]) for month in range(1, 13)),
            # Translators: a date, as in "Monday 8 March 2027".
            date=_("{weekday} {day} {month} {year}"),
            # Translators: from one time to another, as in "18:00 to 19:30".
            span=_("{start} to {end}"),
            # Translators: the zone of a time, as in "London time".
            zone=_("{city} time"),
            cities=tuple((city, _(city)) for city in CITIES),
        )


def describe_when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return date and times in the active language: "Monday 8 March 2027, 18:00 to 19:30 (London time)"."""
    return wall_clock.describe_when(starts_at, ends_at, zone, clock_words())


def describe_date(instant: datetime, zone: str) -> str:
    """Return the day in the active language: "Monday 8 March 2027"."""
    return wall_clock.describe_date(instant, zone, clock_words())


def describe_times(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return the times in the active language: "18:00 to 19:30 (London time)"."""
    return wall_clock.describe_times(starts_at, ends_at, zone, clock_words())


def describe_span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Return the times without the zone, in the active language: "18:00 to 19:30"."""
    return wall_clock.describe_span(starts_at, ends_at, zone, clock_words())


def zone_label(zone: str) -> str:
    """Return the zone in the active language: "London time"."""
    return wall_clock.zone_label(zone, clock_words())
