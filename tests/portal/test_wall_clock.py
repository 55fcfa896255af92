"""Wall-clock time: what the clock on the wall shows, and the instant that it stands for."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.wall_clock import (
    AmbiguousLocalTime,
    NonexistentLocalTime,
    UnknownTimeZone,
    before,
    describe_date,
    describe_times,
    describe_when,
    to_instant,
    to_local,
    zone_label,
)

LONDON = "Europe/London"
NEW_YORK = "America/New_York"
KOLKATA = "Asia/Kolkata"
LORD_HOWE = "Australia/Lord_Howe"

# London, 28 March 2027            00:59 ──► 02:00        01:00 to 01:59 never happen
# London, 31 October 2027          01:59 ──► 01:00        01:00 to 01:59 happen twice
# New York, 14 March 2027          01:59 ──► 03:00
# New York, 7 November 2027        01:59 ──► 01:00
# Lord Howe, 3 October 2027        01:59 ──► 02:30        half an hour
# Lord Howe, 4 April 2027          01:59 ──► 01:30        half an hour
CHANGEOVERS = [
    (LONDON, "2027-03-28"),
    (LONDON, "2027-10-31"),
    (NEW_YORK, "2027-03-14"),
    (NEW_YORK, "2027-11-07"),
    (LORD_HOWE, "2027-10-03"),
    (LORD_HOWE, "2027-04-04"),
]


def at(text: str) -> datetime:
    """A UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        (LONDON, "2027-03-08 18:00", "2027-03-08 18:00"),
        (LONDON, "2027-03-27 18:00", "2027-03-27 18:00"),
        (LONDON, "2027-03-28 00:59", "2027-03-28 00:59"),
        (LONDON, "2027-03-28 02:00", "2027-03-28 01:00"),
        (LONDON, "2027-03-28 18:00", "2027-03-28 17:00"),
        (LONDON, "2027-10-30 18:00", "2027-10-30 17:00"),
        (LONDON, "2027-10-31 00:59", "2027-10-30 23:59"),
        (LONDON, "2027-10-31 02:00", "2027-10-31 02:00"),
        (LONDON, "2027-10-31 18:00", "2027-10-31 18:00"),
        (KOLKATA, "2027-03-28 01:30", "2027-03-27 20:00"),
        (KOLKATA, "2027-10-31 01:30", "2027-10-30 20:00"),
        (NEW_YORK, "2027-03-14 01:59", "2027-03-14 06:59"),
        (NEW_YORK, "2027-03-14 03:00", "2027-03-14 07:00"),
        (NEW_YORK, "2027-11-07 00:59", "2027-11-07 04:59"),
        (NEW_YORK, "2027-11-07 02:00", "2027-11-07 07:00"),
        (LORD_HOWE, "2027-10-03 01:59", "2027-10-02 15:29"),
        (LORD_HOWE, "2027-10-03 02:30", "2027-10-02 15:30"),
        (LORD_HOWE, "2027-04-04 01:29", "2027-04-03 14:29"),
        (LORD_HOWE, "2027-04-04 02:00", "2027-04-03 15:30"),
        ("UTC", "2027-03-28 01:30", "2027-03-28 01:30"),
    ],
)
def test_a_clock_time_stands_for_one_instant(zone: str, local: str, instant: str) -> None:
    assert to_instant(datetime.fromisoformat(local), zone) == at(instant)
    assert to_local(at(instant), zone).replace(tzinfo=None) == datetime.fromisoformat(local)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        (LONDON, "2027-03-28 01:00"),
        (LONDON, "2027-03-28 01:30"),
        (LONDON, "2027-03-28 01:59:59"),
        (NEW_YORK, "2027-03-14 02:00"),
        (NEW_YORK, "2027-03-14 02:59"),
        (LORD_HOWE, "2027-10-03 02:00"),
        (LORD_HOWE, "2027-10-03 02:29"),
    ],
)
def test_a_time_in_the_spring_gap_is_refused(zone: str, local: str) -> None:
    with pytest.raises(NonexistentLocalTime):
        to_instant(datetime.fromisoformat(local), zone)


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize(
    ("zone", "local"),
    [
        (LONDON, "2027-10-31 01:00"),
        (LONDON, "2027-10-31 01:30"),
        (LONDON, "2027-10-31 01:59:59"),
        (NEW_YORK, "2027-11-07 01:00"),
        (NEW_YORK, "2027-11-07 01:59"),
        (LORD_HOWE, "2027-04-04 01:30"),
        (LORD_HOWE, "2027-04-04 01:59"),
    ],
)
def test_a_time_that_happens_twice_is_refused(zone: str, local: str, fold: int) -> None:
    with pytest.raises(AmbiguousLocalTime):
        to_instant(datetime.fromisoformat(local).replace(fold=fold), zone)


@pytest.mark.parametrize(("zone", "day"), CHANGEOVERS)
def test_every_minute_of_a_changeover_agrees_with_watching_the_clock(zone: str, day: str) -> None:
    midnight = datetime.fromisoformat(day)
    shown: defaultdict[datetime, list[datetime]] = defaultdict(list)
    for minute in range(-24 * 60, 48 * 60):
        instant = midnight.replace(tzinfo=UTC) + timedelta(minutes=minute)
        shown[instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)].append(instant)
    refused = {0: NonexistentLocalTime, 2: AmbiguousLocalTime}
    kinds = set()
    for minute in range(6 * 60):
        local = midnight + timedelta(minutes=minute)
        instants = shown.get(local, [])
        kinds.add(len(instants))
        if len(instants) == 1:
            assert to_instant(local, zone) == instants[0]
        else:
            with pytest.raises(refused[len(instants)]):
                to_instant(local, zone)
    assert kinds in ({0, 1}, {1, 2}), "the night has no changeover, so this test proves nothing"


@given(
    local=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2037, 1, 1)),
    zone=st.sampled_from([LONDON, NEW_YORK, KOLKATA, LORD_HOWE, "Pacific/Chatham", "America/St_Johns"]),
)
def test_what_is_not_refused_comes_back_as_the_same_clock_time(local: datetime, zone: str) -> None:
    try:
        instant = to_instant(local, zone)
    except (NonexistentLocalTime, AmbiguousLocalTime):
        return
    assert instant.tzinfo is UTC
    assert to_local(instant, zone).replace(tzinfo=None) == local


@pytest.mark.parametrize(
    "name", ["", "London", "Europe", "Europe/Londn", "../etc/passwd", "/etc/localtime", "localtime",
             "right/Europe/London", "posix/Europe/London", "Factory", "BST+1", "Europe/London\x00", "x" * 300]
)  # fmt: skip
def test_only_names_of_the_iana_database_are_zones(name: str) -> None:
    for use in (
        lambda: to_instant(datetime(2027, 3, 8, 18), name),
        lambda: to_local(at("2027-03-08 18:00"), name),
        lambda: before(at("2027-03-08 18:00"), name, days=1),
        lambda: zone_label(name),
    ):
        with pytest.raises(UnknownTimeZone):
            use()


def test_a_clock_time_is_naive_and_an_instant_is_aware() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_instant(at("2027-03-08 18:00"), LONDON)
    with pytest.raises(ValueError, match="aware"):
        to_local(datetime(2027, 3, 8, 18), LONDON)
    with pytest.raises(ValueError, match="aware"):
        before(datetime(2027, 3, 8, 18), LONDON, days=1)


# A reminder one day before, where the night between is not 24 hours long:
#
#   Sat 27 March 18:00 GMT ───── 23 hours ─────► Sun 28 March 18:00 BST
#   Sat 30 October 18:00 BST ─── 25 hours ─────► Sun 31 October 18:00 GMT
@pytest.mark.parametrize(
    ("zone", "instant", "days", "hours", "expected"),
    [
        # the same clock time on the other side of a changeover
        (LONDON, "2027-03-28 17:00", 1, 0, "2027-03-27 18:00"),
        (LONDON, "2027-03-29 17:00", 1, 0, "2027-03-28 17:00"),
        (LONDON, "2027-04-01 17:00", 7, 0, "2027-03-25 18:00"),
        (LONDON, "2027-10-31 18:00", 1, 0, "2027-10-30 17:00"),
        (LONDON, "2027-11-01 18:00", 7, 0, "2027-10-25 17:00"),
        (NEW_YORK, "2027-03-14 22:00", 1, 0, "2027-03-13 23:00"),
        (NEW_YORK, "2027-11-07 23:00", 1, 0, "2027-11-06 22:00"),
        (LORD_HOWE, "2027-10-03 07:00", 1, 0, "2027-10-02 07:30"),
        (LORD_HOWE, "2027-04-04 07:30", 1, 0, "2027-04-03 07:00"),
        (KOLKATA, "2027-03-28 12:30", 1, 0, "2027-03-27 12:30"),
        (KOLKATA, "2027-10-31 12:30", 2, 0, "2027-10-29 12:30"),
        # the clock time falls in a gap: the first moment after it
        (LONDON, "2027-03-29 00:00", 1, 0, "2027-03-28 01:00"),
        (LONDON, "2027-03-29 00:30", 1, 0, "2027-03-28 01:00"),
        (LONDON, "2027-03-29 00:59:59", 1, 0, "2027-03-28 01:00"),
        (NEW_YORK, "2027-03-15 06:30", 1, 0, "2027-03-14 07:00"),
        (LORD_HOWE, "2027-10-03 15:15", 1, 0, "2027-10-02 15:30"),
        ("Pacific/Apia", "2011-12-30 20:00", 1, 0, "2011-12-30 10:00"),  # Samoa skipped 30 December whole
        # the clock time exists twice: the first of the two
        (LONDON, "2027-11-01 01:00", 1, 0, "2027-10-31 00:00"),
        (LONDON, "2027-11-01 01:30", 1, 0, "2027-10-31 00:30"),
        (NEW_YORK, "2027-11-08 06:30", 1, 0, "2027-11-07 05:30"),
        (LORD_HOWE, "2027-04-04 15:15", 1, 0, "2027-04-03 14:45"),
        # hours are hours, whatever the clock does
        (LONDON, "2027-03-28 01:30", 0, 1, "2027-03-28 00:30"),
        (LONDON, "2027-10-31 01:30", 0, 1, "2027-10-31 00:30"),
        (LONDON, "2027-10-31 02:30", 0, 24, "2027-10-30 02:30"),
        (LORD_HOWE, "2027-10-02 16:00", 0, 1, "2027-10-02 15:00"),
        # days first, then hours
        (LONDON, "2027-03-28 17:00", 1, 2, "2027-03-27 16:00"),
        (LONDON, "2027-03-29 00:30", 1, 1, "2027-03-28 00:00"),
        # nothing asked, nothing moved: not even from the second 01:30 to the first
        (LONDON, "2027-10-31 01:30", 0, 0, "2027-10-31 01:30"),
    ],
)
def test_days_go_by_the_clock_and_hours_by_the_stopwatch(
    zone: str, instant: str, days: int, hours: int, expected: str
) -> None:
    moment = before(at(instant), zone, days=days, hours=hours)
    assert moment == at(expected)
    assert moment.utcoffset() == timedelta(0)


def test_subtracting_24_hours_would_be_an_hour_off() -> None:
    for event in (at("2027-03-28 17:00"), at("2027-10-31 18:00")):
        assert abs(before(event, LONDON, days=1) - (event - timedelta(days=1))) == timedelta(hours=1)


def test_before_does_not_mind_in_which_zone_it_is_handed_the_instant() -> None:
    event = at("2027-03-29 00:30")
    assert {before(event.astimezone(ZoneInfo(zone)), LONDON, days=1) for zone in (LONDON, KOLKATA, NEW_YORK)} == {
        at("2027-03-28 01:00")
    }


@pytest.mark.parametrize(
    ("zone", "starts_at", "ends_at", "words"),
    [
        (LONDON, "2027-03-08 18:00", "2027-03-08 19:30", "Monday 8 March 2027, 18:00 to 19:30 (London time)"),
        (
            LONDON, "2027-03-08 22:00", "2027-03-09 01:00",
            "Monday 8 March 2027, 22:00 to Tuesday 9 March 2027, 01:00 (London time)",
        ),
        # midnight belongs to the day that it begins
        (
            LONDON, "2027-03-08 22:00", "2027-03-09 00:00",
            "Monday 8 March 2027, 22:00 to Tuesday 9 March 2027, 00:00 (London time)",
        ),
        # the day and the times are those of the place
        (
            KOLKATA, "2027-03-08 18:45", "2027-03-08 19:45",
            "Tuesday 9 March 2027, 00:15 to 01:15 (Kolkata time)",
        ),
        (
            NEW_YORK, "2027-03-08 00:00", "2027-03-08 01:00",
            "Sunday 7 March 2027, 19:00 to 20:00 (New York time)",
        ),
        (LONDON, "2027-06-01 17:00", "2027-06-01 18:00", "Tuesday 1 June 2027, 18:00 to 19:00 (London time)"),
        ("UTC", "2027-03-08 18:00", "2027-03-08 19:30", "Monday 8 March 2027, 18:00 to 19:30 (UTC)"),
        ("Etc/UTC", "2027-03-08 18:00", "2027-03-08 19:30", "Monday 8 March 2027, 18:00 to 19:30 (UTC)"),
        # a changeover in between: each time says its offset
        (
            LONDON, "2027-03-28 00:30", "2027-03-28 01:30",
            "Sunday 28 March 2027, 00:30 UTC+0 to 02:30 UTC+1 (London time)",
        ),
        (
            LONDON, "2027-10-30 23:30", "2027-10-31 03:00",
            "Sunday 31 October 2027, 00:30 UTC+1 to 03:00 UTC+0 (London time)",
        ),
        (
            NEW_YORK, "2027-03-14 06:00", "2027-03-14 08:00",
            "Sunday 14 March 2027, 01:00 UTC-5 to 04:00 UTC-4 (New York time)",
        ),
        (
            LORD_HOWE, "2027-10-02 15:00", "2027-10-02 16:00",
            "Sunday 3 October 2027, 01:30 UTC+10:30 to 03:00 UTC+11 (Lord Howe time)",
        ),
        # no changeover in between, but a clock time that happens twice
        (
            LONDON, "2027-10-30 23:30", "2027-10-31 00:30",
            "Sunday 31 October 2027, 00:30 UTC+1 to 01:30 UTC+1 (London time)",
        ),
        (
            LONDON, "2027-10-31 01:30", "2027-10-31 03:00",
            "Sunday 31 October 2027, 01:30 UTC+0 to 03:00 UTC+0 (London time)",
        ),
        # the day of a changeover, well after it: no offset
        (
            LONDON, "2027-03-28 17:00", "2027-03-28 18:00",
            "Sunday 28 March 2027, 18:00 to 19:00 (London time)",
        ),
    ],
)  # fmt: skip
def test_the_words_say_day_times_and_place_once(zone: str, starts_at: str, ends_at: str, words: str) -> None:
    assert describe_when(at(starts_at), at(ends_at), zone) == words
    day, _, times = words.partition(", ")
    assert describe_date(at(starts_at), zone) == day
    assert describe_times(at(starts_at), at(ends_at), zone) == times


def test_different_evenings_never_share_their_words() -> None:
    # Each half hour of the long night, to an end an hour later: the clock repeats itself, the words do not.
    starts = [at("2027-10-30 23:00") + timedelta(minutes=30 * step) for step in range(8)]
    words = [describe_when(start, start + timedelta(hours=1), LONDON) for start in starts]
    assert len(set(words)) == len(starts)


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        (LONDON, "London time"),
        (NEW_YORK, "New York time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_place(zone: str, label: str) -> None:
    assert zone_label(zone) == label
