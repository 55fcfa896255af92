"""Mails to her leave in the hours that she called safe, unless waiting would leave her standing in the street."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.outbox.models import Message
from events.outbox.services import enqueue
from events.walks.models import MeetingPoint, WalkSlot
from events.walks.rules import SafeTime, Way
from events.walks.safe_times import leaves_at, next_safe, reminds_at
from events.walks.services import (
    allocate,
    choose_time,
    follow_the_clock,
    give_slot,
    offer_times,
    settle_new_requests,
    withdraw_request,
)
from events.walks.services.writing import row_for_her

LONDON = "Europe/London"
HOURS = (SafeTime.WORKING_HOURS, SafeTime.EVENING, SafeTime.WEEKEND)


def at(day, hour, minute=0):
    """Return a moment of February 2027 by London's clock; the 1st is a Monday."""
    return datetime(2027, 2, day, hour, minute, tzinfo=ZoneInfo(LONDON))


# --- Rules -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("safe_time", "asked", "answer"),
    [
        (SafeTime.ANY, at(1, 3), at(1, 3)),
        (SafeTime.OWN_WORDS, at(1, 3), at(1, 3)),
        (SafeTime.WORKING_HOURS, at(1, 9), at(1, 9)),
        (SafeTime.WORKING_HOURS, at(1, 16, 59), at(1, 16, 59)),
        (SafeTime.WORKING_HOURS, at(1, 17), at(2, 9)),
        (SafeTime.WORKING_HOURS, at(5, 17), at(8, 9)),  # Friday evening: Monday
        (SafeTime.EVENING, at(1, 9), at(1, 17)),
        (SafeTime.EVENING, at(6, 18), at(8, 17)),  # Saturday is none of her evenings
        (SafeTime.WEEKEND, at(1, 9), at(6, 9)),
        (SafeTime.WEEKEND, at(6, 17), at(7, 9)),
        (SafeTime.WEEKEND, at(7, 17), at(13, 9)),  # the longest wait: not quite six days
    ],
)
def test_the_next_safe_moment(safe_time, asked, answer):
    assert next_safe(safe_time, at=asked.astimezone(UTC), zone=LONDON) == answer


def test_nine_is_nine_in_summer_and_in_winter():
    summer = next_safe(SafeTime.WORKING_HOURS, at=datetime(2027, 7, 5, 3, tzinfo=UTC), zone=LONDON)
    assert summer.astimezone(UTC).hour == 8


@given(
    st.sampled_from(HOURS),
    st.datetimes(datetime(2027, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
)
def test_a_mail_waits_less_than_a_week_and_is_not_put_off_again(safe_time, moment):
    safe_at = next_safe(safe_time, at=moment, zone=LONDON)
    assert moment <= safe_at < moment + timedelta(days=7)
    assert next_safe(safe_time, at=safe_at, zone=LONDON) == safe_at


def test_news_that_would_come_too_late_leaves_at_once():
    def leaves(starts_at):
        return leaves_at(SafeTime.WORKING_HOURS, now=at(1, 21), zone=LONDON, starts_at=starts_at)

    assert leaves(None) == at(2, 9)
    assert leaves(at(2, 12)) == at(2, 9), "three hours are enough to read it"
    assert leaves(at(2, 11, 59)) == at(1, 21)


@pytest.mark.parametrize(
    ("safe_time", "starts_at", "answer"),
    [
        (SafeTime.ANY, at(10, 18), at(9, 18)),
        (SafeTime.WORKING_HOURS, at(10, 18), at(10, 9)),  # Tuesday at 18:00 is not safe, Wednesday at 9:00 is
        (SafeTime.WORKING_HOURS, at(10, 11), at(9, 11)),
        (SafeTime.EVENING, at(10, 10), at(9, 17)),
        (SafeTime.EVENING, at(14, 10), at(12, 17)),  # a Sunday: Friday evening, for Saturday has none
        (SafeTime.WEEKEND, at(10, 18), at(7, 9)),  # a Wednesday: the Sunday before
    ],
)
def test_a_reminder_comes_at_the_safe_moment_next_to_a_day_before(safe_time, starts_at, answer):
    assert reminds_at(safe_time, starts_at=starts_at, now=at(1, 9), zone=LONDON) == answer
    assert reminds_at(safe_time, starts_at=starts_at, now=answer, zone=LONDON) is None, "rather none than unsafe"


# --- Her mails ---------------------------------------------------------------------------------------------


@pytest.fixture
def hers():
    """Return what waits for her: kind and time by London's clock."""

    def waiting():
        rows = Message.objects.filter(state="queued", stream__contains=":woman:").order_by("id")
        return [(row.kind, row.due_at.astimezone(ZoneInfo(LONDON)).replace(tzinfo=None)) for row in rows]

    return waiting


def clock(moment):
    return moment.replace(tzinfo=None)


@pytest.fixture
def offered(make_walk, officer, offer, now):
    """Return a request of a woman who reads mail on working days, with three times on her page."""

    def make(**changes):
        walk = make_walk("amara", safe_time=SafeTime.WORKING_HOURS, **changes)
        settle_new_requests(now=now)
        offer(walk, officer)
        return walk

    return make


def first_offer(walk):
    return walk.offers.filter(ended_at=None).order_by("slot__starts_at").first()


def test_every_mail_of_a_walk_waits_for_a_safe_time(make_walk, officer, offer, hers):
    walk = make_walk("amara", safe_time=SafeTime.EVENING, at=at(1, 9))
    settle_new_requests(now=at(1, 9))
    offer(walk, officer)
    assert hers() == [("walk_received", clock(at(1, 17))), ("walk_times", clock(at(1, 17)))]

    choose_time(walk_id=walk.pk, offer_id=first_offer(walk).pk, now=at(1, 21))
    assert hers()[-1] == ("walk_booked", clock(at(2, 17)))
    reminder = Message.objects.get(kind="walk_reminder")
    assert reminder.due_at == at(3, 18), "the walk is on Thursday at 18:00"

    withdraw_request(walk_id=walk.pk, now=at(1, 22))
    assert dict(hers()) == {
        "walk_booked": clock(at(2, 17)),
        "walk_called_off": clock(at(2, 17)),
        "walk_closed": clock(at(2, 17)),
    }, "what is no longer true is left out when it is sent"


def test_what_is_urgent_takes_along_what_waits_before_it(make_walk, hers):
    """Her mails leave in their order: one that waits for another day would hold up the one that must not."""
    walk = make_walk("amara", safe_time=SafeTime.WORKING_HOURS)

    def write(kind, **fields):
        enqueue([row_for_her(walk=walk, kind=kind, dedupe_key=kind, now=at(4, 17, 30), **fields)])

    write("walk_received", not_before=at(8, 9))  # three mails a day to one address: this one is for another day
    write("walk_times")
    assert hers() == [("walk_times", clock(at(5, 9)))], "which says more, and anybody can cause the other"

    write("walk_called_off", starts_at=at(4, 19))

    assert [due for _, due in hers()] == [clock(at(4, 17, 30))] * 2


def test_who_waits_at_the_old_time_hears_before_it_that_it_was_moved(offered, hers):
    walk = offered()
    early, late = walk.offers.order_by("slot__starts_at")[0], walk.offers.order_by("slot__starts_at")[2]
    WalkSlot.objects.filter(pk=early.slot_id).update(starts_at=at(4, 8), ends_at=at(4, 9))
    choose_time(walk_id=walk.pk, offer_id=early.pk, now=at(1, 10))

    choose_time(walk_id=walk.pk, offer_id=late.pk, now=at(3, 20))

    assert hers()[-1] == ("walk_moved", clock(at(3, 20))), "9:00 on Thursday would be an hour too late"


@pytest.mark.parametrize(("way", "said"), [(Way.EMAIL, "not_free"), (Way.PHONE, "offered")])
def test_times_are_offered_that_she_can_read_of_in_time(way, said, make_walk, officer, lambeth, now):
    """Offered on Monday to a woman who reads mail at the weekend: nothing before Sunday is any use to her."""
    address = "amara@example.org" if way == Way.EMAIL else "+442079460000"
    walk = make_walk("amara", way=way, address=address, safe_time=SafeTime.WEEKEND)
    for start in (at(5, 18), at(6, 18)):
        give_slot(officer=officer, starts_at=start, ends_at=start + timedelta(minutes=45), now=now)
    picks = [(slot.pk, MeetingPoint.objects.get().pk) for slot in WalkSlot.objects.all()]
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == said


def test_nobody_waits_for_an_answer_to_a_mail_that_has_not_left(make_walk, officer, offer, make_slots, now):
    """Offered on Monday, read on Saturday: five days without an answer are over on Thursday of the next week."""
    walk = make_walk("amara", safe_time=SafeTime.WEEKEND)
    offer(walk, officer, make_slots(officer, 3, first=7))
    follow_the_clock(now=at(11, 8))
    assert not Message.objects.filter(dedupe_key__contains=":late-").exists()
    follow_the_clock(now=at(11, 10))
    assert Message.objects.filter(dedupe_key__contains=":late-").count() == 1
