"""The rules of a walk, without a database: the clock, what may be recorded, weeks and quarters."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from events.walks.rules import (
    ENDS,
    ESCALATION,
    OPEN_STATES,
    Outcome,
    Role,
    WalkState,
    ends_as,
    escalation_level,
    may_be_offered,
    may_record,
    next_quarter,
    overlaps,
    quarter_of,
    week_of,
)

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "waits", "level"),
    [
        # day    0    1    2    3    4    5 …
        # NEW    |---------1---------2
        (WalkState.NEW, 2 * DAY - HOUR, 0),
        (WalkState.NEW, 2 * DAY, 1),
        (WalkState.NEW, 4 * DAY, 2),
        (WalkState.NEW, 50 * DAY, 2),
        (WalkState.OFFERED, 4 * DAY, 0),
        (WalkState.OFFERED, 5 * DAY, 1),
        # A walk that lies ahead is not late, however long ago it was booked.
        (WalkState.BOOKED, -3 * DAY, 0),
        (WalkState.BOOKED, 2 * DAY, 1),
        (WalkState.CLOSED, 500 * DAY, 0),
    ],
)
def test_a_request_climbs_the_clock(state, waits, level):
    assert escalation_level(state=state, waits=waits) == level


def test_every_open_state_is_watched_and_ends_some_day():
    assert set(ESCALATION) == set(ENDS) == set(OPEN_STATES)
    for state in OPEN_STATES:
        after, outcome = ENDS[state]
        assert ends_as(state=state, waits=after - HOUR) is None
        assert ends_as(state=state, waits=after) is outcome
        assert all(step.after < after for step in ESCALATION[state]), "whoever can still act is told before"


def test_the_later_a_request_the_more_people_are_told():
    for steps in ESCALATION.values():
        told = [set(step.told) for step in steps]
        assert all(one <= other for one, other in pairwise(told))
    assert Role.LEADS in ESCALATION[WalkState.NEW][-1].told


def test_nobody_has_walked_before_the_walk():
    def may(outcome, state=WalkState.BOOKED, starts_at=NOW - HOUR):
        return may_record(outcome, state=state, starts_at=starts_at, now=NOW)

    assert may(Outcome.WALKED)
    assert not may(Outcome.WALKED, starts_at=NOW + HOUR)
    assert not may(Outcome.DID_NOT_COME, state=WalkState.OFFERED, starts_at=None)
    assert may(Outcome.PASSED_ON, state=WalkState.ALLOCATED, starts_at=None), "a report of a crime is passed on at once"
    assert not may(Outcome.PASSED_ON, state=WalkState.NEW)
    assert not may(Outcome.LAPSED), "the clock says that, and nobody else"


def test_a_time_is_offered_when_it_is_free_and_a_day_ahead():
    def may(starts_at=NOW + DAY, is_taken=False, is_withdrawn=False):
        return may_be_offered(starts_at=starts_at, is_taken=is_taken, is_withdrawn=is_withdrawn, now=NOW)

    assert may()
    assert not may(starts_at=NOW + DAY - timedelta(minutes=1))
    assert not may(is_taken=True)
    assert not may(is_withdrawn=True)


def test_weeks_begin_on_monday_by_the_clock_of_the_place():
    # Sunday 28 March 2027, 23:30 UTC is Monday 00:30 in London: the clocks went forward that morning.
    moment = datetime(2027, 3, 28, 23, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
    assert week_of(moment) == date(2027, 3, 29)
    assert week_of(datetime(2027, 1, 1, 12, 0)) == date(2026, 12, 28)


def test_quarters():
    assert [quarter_of(date(2027, month, 17)).month for month in range(1, 13)] == [1] * 3 + [4] * 3 + [7] * 3 + [10] * 3
    assert next_quarter(date(2027, 10, 1)) == date(2028, 1, 1)
    assert next_quarter(date(2027, 1, 1)) == date(2027, 4, 1)


def test_times_that_touch_do_not_overlap():
    taken = [(NOW, NOW + HOUR)]
    assert not overlaps(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, others=taken)
    assert overlaps(starts_at=NOW + timedelta(minutes=59), ends_at=NOW + 2 * HOUR, others=taken)
    assert overlaps(starts_at=NOW - HOUR, ends_at=NOW + 3 * HOUR, others=taken)
