"""When reminders are due: wall-clock days, elapsed hours, and nothing about the past."""

from datetime import UTC, datetime, timedelta

import pytest

from events.reminders.rules import Due, TooLate, due_at, plan

LONDON = "Europe/London"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "starts_at", "zone", "expected"),
    [
        ("P1D", "2027-03-08T18:00", LONDON, "2027-03-07T18:00"),
        ("PT1H", "2027-03-08T18:00", LONDON, "2027-03-08T17:00"),
        # The clocks go forward on 28 March at 01:00: 18:00 the day before is only 23 hours ago.
        ("P1D", "2027-03-28T17:00", LONDON, "2027-03-27T18:00"),
        ("P7D", "2027-03-30T17:00", LONDON, "2027-03-23T18:00"),
        ("PT3H", "2027-03-28T02:00", LONDON, "2027-03-27T23:00"),
        # Back on 31 October.
        ("P1D", "2027-10-31T18:00", LONDON, "2027-10-30T17:00"),
        ("P1D", "2027-11-07T23:00", "America/New_York", "2027-11-06T22:00"),
        ("P1D", "2027-03-08T12:30", "Asia/Kolkata", "2027-03-07T12:30"),
        # Lord Howe Island changes by half an hour.
        ("P1D", "2027-10-03T07:00", "Australia/Lord_Howe", "2027-10-02T07:30"),
    ],
)
def test_days_follow_the_clock_and_hours_the_time_that_passes(rule, starts_at, zone, expected):
    assert due_at(rule=rule, starts_at=utc(starts_at), zone=zone) == utc(expected)


@pytest.mark.parametrize("rule", ["", "P1", "1D", "P1DT1H", "-P1D", "PT1M", "P9999D"])
def test_a_rule_that_is_none_is_refused(rule):
    with pytest.raises(ValueError, match="Not a reminder rule"):
        due_at(rule=rule, starts_at=utc("2027-03-08T18:00"), zone=LONDON)


def test_each_reminder_gives_way_to_the_next_and_the_last_to_the_start():
    #   week before ────── day before ────── hour before ── start
    starts_at = utc("2027-03-08T18:00")

    week, day, hour = plan(rules=["PT1H", "P7D", "P1D"], starts_at=starts_at, zone=LONDON, now=utc("2027-02-01T09:00"))

    assert (week.rule, day.rule, hour.rule) == ("P7D", "P1D", "PT1H")
    assert week.not_after == day.not_before
    assert day.not_after == hour.not_before
    assert hour.not_after == starts_at


def test_what_is_past_when_it_is_planned_is_too_late_and_says_so():
    starts_at = utc("2027-03-08T18:00")

    planned = plan(rules=["P7D", "P1D", "PT1H"], starts_at=starts_at, zone=LONDON, now=starts_at - timedelta(hours=6))

    assert [type(item) for item in planned] == [TooLate, TooLate, Due]
    assert planned[0].reason == "Its time had already passed."


def test_the_same_rule_twice_is_one_reminder_and_no_rules_are_none():
    arguments = {"starts_at": utc("2027-03-08T18:00"), "zone": LONDON, "now": utc("2027-02-01T09:00")}

    assert len(plan(rules=["P1D", "P1D"], **arguments)) == 1
    assert plan(rules=[], **arguments) == []
