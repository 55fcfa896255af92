"""From a request to a fixed time and away from it again: who may, what both calendars are told, what twice does."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.walks.models import MeetingPoint, WalkEntry, WalkOffer, WalkRequest, WalkSlot
from events.walks.queries import offered_times, officers_for
from events.walks.rules import Outcome, Theme, Way
from events.walks.services import (
    allocate,
    ask_for_other_time,
    choose_time,
    follow_the_clock,
    give_back,
    give_slot,
    offer_times,
    record_outcome,
    withdraw_request,
    withdraw_slot,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def figures_agree():
    yield
    assert list(broken_invariants()) == []


@pytest.fixture
def book(offer, now):
    """Bring a request as far as a fixed time; return it."""

    def do(walk, officer, slots=None):
        offer(walk, officer, slots)
        first = walk.offers.filter(ended_at=None).order_by("slot__starts_at")[0]
        assert choose_time(walk_id=walk.pk, offer_id=first.pk, now=now) == "booked"
        walk.refresh_from_db()
        return walk

    return do


def entries(walk, party="woman"):
    return list(WalkEntry.objects.filter(walk=walk, party=party).values_list("method", "sequence"))


def waiting_mails(walk):
    queued = Message.objects.filter(walk=walk, state="queued").exclude(kind__in=["walk_received", "walk_notice"])
    return sorted(queued.values_list("kind", flat=True))


def test_an_officer_of_the_borough_is_given_a_request(make_walk, officer, make_officer, southwark, coordinator, now):
    walk = make_walk()
    elsewhere = make_officer("olga", southwark)
    assert allocate(walk_id=walk.pk, officer_id=elsewhere.pk, by=coordinator, now=now) == "not_in_team"
    assert allocate(walk_id=walk.pk, officer_id=officer.pk, by=coordinator, now=now) == "given"
    assert allocate(walk_id=walk.pk, officer_id=officer.pk, by=coordinator, now=now) == "unchanged"
    assert Message.objects.filter(kind="walk_notice", to_email=officer.email).count() == 1
    walk.refresh_from_db()
    assert (walk.state, walk.officer) == ("allocated", officer)


def test_who_wishes_for_a_woman_is_given_to_one(make_walk, make_officer, coordinator, now):
    walk = make_walk(wants_woman=True)
    man, woman = make_officer("martin", is_woman=False), make_officer("wendy")
    assert [one.officer for one in officers_for(walk, now=now)] == [woman]
    assert allocate(walk_id=walk.pk, officer_id=man.pk, by=coordinator, now=now) == "not_a_woman"
    assert allocate(walk_id=walk.pk, officer_id=woman.pk, by=coordinator, now=now) == "given"


def test_officers_with_most_free_times_and_least_work_come_first(make_walk, make_officer, make_slots, now):
    busy, free, idle = make_officer("busy"), make_officer("free"), make_officer("idle")
    make_slots(busy, 2)
    make_slots(free, 2)
    allocate(walk_id=make_walk("bronwen").pk, officer_id=busy.pk, by=busy, now=now)
    assert [one.officer for one in officers_for(make_walk(), now=now)] == [free, busy, idle]


@pytest.mark.parametrize(("people", "statements"), [(1, 1), (3, 1)])
def test_officers_for_takes_one_statement(people, statements, make_walk, make_officer, now, django_assert_num_queries):
    walk = make_walk()
    for number in range(people):
        make_officer(f"officer-{number}")
    with django_assert_num_queries(statements):
        assert len([one.officer.walk_officer for one in officers_for(walk, now=now)]) == people


def test_times_that_an_officer_gives_do_not_overlap_and_lie_ahead(officer, now):
    def give(starts_at, length=45):
        return give_slot(
            officer=officer, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=length), now=now
        ).value

    assert give(now + DAY) == "given"
    assert give(now + DAY) == "overlaps"
    assert give(now + DAY + timedelta(minutes=44)) == "overlaps"
    assert give(now + DAY + timedelta(minutes=45)) == "given"
    assert give(now - HOUR) == "past"
    assert give(now + 2 * DAY, 10) == "wrong_length"
    assert give(now + 2 * DAY, 200) == "wrong_length"


def test_two_or_three_times_are_offered_each_with_a_place(make_walk, officer, make_slots, lambeth, southwark, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    slots = make_slots(officer, 4)
    here, there = lambeth.meeting_points.get(), southwark.meeting_points.get()

    def offer(*picks):
        return offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now).value

    assert offer((slots[0].pk, here.pk)) == "wrong_number"
    assert offer(*((slot.pk, here.pk) for slot in slots)) == "wrong_number"
    assert offer((slots[0].pk, here.pk), (slots[0].pk, here.pk)) == "wrong_number"
    assert offer((slots[0].pk, here.pk), (slots[1].pk, there.pk)) == "wrong_place"
    assert offer((slots[0].pk, here.pk), (10_000_000, here.pk)) == "not_free"
    withdraw_slot(slot_id=slots[3].pk, officer=officer, now=now)
    assert offer((slots[0].pk, here.pk), (slots[3].pk, here.pk)) == "not_free"
    MeetingPoint.objects.filter(pk=here.pk).update(is_open=False)
    assert offer((slots[0].pk, here.pk), (slots[1].pk, here.pk)) == "wrong_place"
    MeetingPoint.objects.filter(pk=here.pk).update(is_open=True)
    assert not WalkOffer.objects.exists() and not Message.objects.filter(kind="walk_times").exists()

    assert offer((slots[0].pk, here.pk), (slots[1].pk, here.pk)) == "offered"
    assert Message.objects.filter(kind="walk_times").count() == 1


def test_a_time_less_than_a_day_ahead_is_not_offered(make_walk, officer, lambeth, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    for hours in (23, 30):
        starts_at = now + hours * HOUR
        give_slot(officer=officer, starts_at=starts_at, ends_at=starts_at + HOUR, now=now)
    place = lambeth.meeting_points.get()
    picks = [(slot.pk, place.pk) for slot in WalkSlot.objects.all()]
    assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == "not_free"


def test_another_officer_can_neither_offer_nor_record(make_walk, officer, make_officer, make_slots, lambeth, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    other = make_officer("olga")
    picks = [(slot.pk, lambeth.meeting_points.get().pk) for slot in make_slots(other, 2)]
    assert offer_times(walk_id=walk.pk, picks=picks, officer=other, now=now) == "not_yours"
    assert not record_outcome(walk_id=walk.pk, outcome=Outcome.PASSED_ON, themes=(), note="", officer=other, now=now)


def test_a_full_week_is_neither_offered_nor_booked(make_walk, officer, make_officer, offer, book, lambeth, now):
    lambeth.weekly_quota = 1
    lambeth.save()
    late = offer_to_late = make_walk("late")
    slots = offer(late, make_officer("olga"))
    book(make_walk("early"), officer)

    # 4 and 5 February are in the week of the booked one; 8 February is not.
    first = late.offers.order_by("slot__starts_at")[0]
    assert choose_time(walk_id=late.pk, offer_id=first.pk, now=now) == "week_full"
    assert len(slots) == 3 and offer_to_late.state == "offered"


def test_choosing_fixes_the_time_in_both_calendars_with_a_reminder_each(make_walk, officer, book):
    walk = book(make_walk(), officer)
    assert walk.meeting_point is not None and walk.slot.walk == walk
    assert entries(walk) == entries(walk, "officer") == [("REQUEST", 0)]
    assert waiting_mails(walk) == [
        "walk_booked",
        "walk_officer_booked",
        "walk_officer_reminder",
        "walk_reminder",
        "walk_times",
    ]
    reminder = Message.objects.get(kind="walk_reminder")
    assert reminder.due_at == walk.slot.starts_at - DAY and reminder.not_after == walk.slot.starts_at
    assert (
        not Message.objects.filter(kind__startswith="walk_")
        .exclude(to_email="")
        .filter(to_email__contains="amara")
        .exists()
    ), "her address is in no row"


def test_changing_to_another_offered_time_updates_the_same_entry(make_walk, officer, book, now):
    walk = book(make_walk(), officer)
    second = walk.offers.order_by("slot__starts_at")[1]
    assert choose_time(walk_id=walk.pk, offer_id=second.pk, now=now) == "booked"
    assert choose_time(walk_id=walk.pk, offer_id=second.pk, now=now) == "unchanged"
    assert entries(walk) == entries(walk, "officer") == [("REQUEST", 0), ("REQUEST", 1)]
    assert len(set(WalkEntry.objects.filter(walk=walk, party="woman").values_list("uid", flat=True))) == 1
    assert WalkSlot.objects.filter(walk=walk).count() == 1
    assert Message.objects.filter(kind="walk_reminder", state="queued").count() == 1


def test_what_can_no_longer_be_chosen(make_walk, officer, make_officer, offer, now):
    walk, other = make_walk(), make_walk("bronwen")
    offer(walk, officer)
    offer(other, make_officer("olga"))
    mine, hers = walk.offers.order_by("slot__starts_at")[0], other.offers.first()
    assert choose_time(walk_id=walk.pk, offer_id=hers.pk, now=now) == "not_offered"
    assert choose_time(walk_id=walk.pk, offer_id=0, now=now) == "not_offered"
    assert choose_time(walk_id=walk.pk, offer_id=mine.pk, now=mine.slot.starts_at) == "too_late"
    withdraw_slot(slot_id=mine.slot_id, officer=officer, now=now)
    assert choose_time(walk_id=walk.pk, offer_id=mine.pk, now=now) == "taken"
    assert offered_times(walk, now=now)


@pytest.mark.parametrize("by_her", [True, False])
def test_another_time_calls_the_first_off_at_once_and_frees_it(by_her, make_walk, officer, book, now):
    walk = book(make_walk(), officer)
    assert ask_for_other_time(walk_id=walk.pk, by_her=by_her, now=now)
    assert not ask_for_other_time(walk_id=walk.pk, by_her=by_her, now=now), "twice changes nothing"
    walk.refresh_from_db()
    assert (walk.state, walk.officer, walk.wants_other_time) == ("allocated", officer, by_her)
    assert entries(walk) == entries(walk, "officer") == [("REQUEST", 0), ("CANCEL", 1)]
    assert not WalkSlot.objects.filter(walk__isnull=False).exists() and not offered_times(walk, now=now)
    assert not Message.objects.filter(kind__in=["walk_reminder", "walk_officer_reminder"], state="queued").exists()
    asked = Message.objects.filter(kind="walk_notice", dedupe_key__contains=":asked-")
    assert asked.count() == by_her


def test_after_another_time_a_new_choice_is_a_new_entry(make_walk, officer, book, now):
    walk = book(make_walk(), officer)
    ask_for_other_time(walk_id=walk.pk, by_her=True, now=now)
    slots = list(WalkSlot.objects.filter(officer=officer).order_by("starts_at"))
    place = MeetingPoint.objects.get()
    offer_times(walk_id=walk.pk, picks=[(s.pk, place.pk) for s in slots[1:]], officer=officer, now=now)
    assert choose_time(walk_id=walk.pk, offer_id=walk.offers.filter(ended_at=None)[0].pk, now=now) == "booked"
    told = list(WalkEntry.objects.filter(walk=walk, party="woman").values_list("method", "sequence", "uid"))
    assert [one[:2] for one in told] == [("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 0)]
    assert told[0][2] == told[1][2] != told[2][2], "after a CANCEL only a new UID brings an entry back everywhere"


def test_she_withdraws(make_walk, officer, book, now):
    walk = book(make_walk(), officer)
    assert withdraw_request(walk_id=walk.pk, now=now)
    assert not withdraw_request(walk_id=walk.pk, now=now)
    walk.refresh_from_db()
    assert (walk.state, walk.outcome) == ("closed", "withdrawn")
    assert entries(walk) == entries(walk, "officer") == [("REQUEST", 0), ("CANCEL", 1)]
    assert "walk_closed" in waiting_mails(walk) and "walk_times" not in waiting_mails(walk)
    assert not WalkSlot.objects.filter(walk__isnull=False).exists()


def test_nothing_is_called_off_once_it_has_begun(make_walk, officer, book):
    walk = book(make_walk(), officer)
    begun = walk.slot.starts_at + timedelta(minutes=5)
    assert not withdraw_request(walk_id=walk.pk, now=begun)
    assert not ask_for_other_time(walk_id=walk.pk, by_her=True, now=begun)
    assert record_outcome(
        walk_id=walk.pk, outcome=Outcome.WALKED, themes=[Theme.LIGHTING], note="", officer=officer, now=begun
    )
    assert entries(walk) == [("REQUEST", 0)], "what took place stays in the calendars"


def test_an_outcome_is_recorded_once_with_its_themes(make_walk, officer, book):
    walk = book(make_walk(), officer)
    after = walk.slot.ends_at + HOUR

    def record(outcome=Outcome.WALKED, at=after):
        return record_outcome(
            walk_id=walk.pk, outcome=outcome, themes=[Theme.TRANSPORT, Theme.LIGHTING], note="Cut the hedge.",
            officer=officer, now=at,
        )  # fmt: skip

    assert not record(at=walk.slot.starts_at - HOUR), "nobody has walked yet"
    assert record()
    assert not record()
    walk.refresh_from_db()
    assert (walk.state, walk.outcome, walk.recorded.themes) == ("closed", "walked", ["lighting", "transport"])
    assert b"hedge" not in bytes(walk.sealed_note)
    assert not Message.objects.filter(kind="walk_closed").exists()


def test_themes_belong_to_walks_that_took_place(make_walk, officer, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    record_outcome(walk_id=walk.pk, outcome=Outcome.PASSED_ON, themes=[Theme.DRUGS], note="", officer=officer, now=now)
    walk.refresh_from_db()
    assert walk.recorded.themes == []


def test_another_officer_takes_a_booked_walk_over_and_its_time_is_called_off(
    make_walk, officer, make_officer, book, now
):
    walk = book(make_walk(), officer)
    other = make_officer("olga")
    assert allocate(walk_id=walk.pk, officer_id=other.pk, by=other, now=now) == "given"
    walk.refresh_from_db()
    assert (walk.state, walk.officer) == ("allocated", other)
    assert entries(walk, "officer") == [("REQUEST", 0), ("CANCEL", 1)]


def test_taking_back_puts_it_to_the_team(make_walk, officer, coordinator, book, now):
    walk = book(make_walk(), officer)
    assert give_back(walk_id=walk.pk, now=now)
    assert not give_back(walk_id=walk.pk, now=now)
    walk.refresh_from_db()
    assert (walk.state, walk.officer) == ("new", None)
    assert Message.objects.filter(kind="walk_notice", to_email=coordinator.email).count() == 1


@pytest.mark.parametrize("how", ["log-in closed", "out of the team"])
def test_an_officer_who_leaves_gives_back_what_is_open(how, make_walk, officer, coordinator, book, now):
    walk = book(make_walk(), officer)
    if how == "log-in closed":
        officer.is_active = False
        officer.save()
    else:
        officer.walk_officer.boroughs.clear()
    assert follow_the_clock(now=now) == 1
    walk.refresh_from_db()
    assert (walk.state, walk.officer) == ("new", None)
    assert entries(walk) == [("REQUEST", 0), ("CANCEL", 1)], "she hears that the time is off"
    assert Message.objects.filter(kind="walk_notice", to_email=coordinator.email).exists()
    assert follow_the_clock(now=now) == 0


def test_an_account_with_a_request_is_not_deleted(make_walk, officer, book):
    book(make_walk(), officer)
    with pytest.raises(ProtectedError):
        officer.delete()


def test_who_is_reached_by_phone_gets_no_mail_and_her_officer_still_has_the_time(make_walk, officer, book):
    walk = book(make_walk(way=Way.TEXT, address="+447700900123"), officer)
    assert entries(walk) == [] and entries(walk, "officer") == [("REQUEST", 0)]
    assert waiting_mails(walk) == ["walk_officer_booked", "walk_officer_reminder"]
    assert WalkRequest.objects.get().state == "booked"


def test_what_has_begun_is_recorded_and_neither_moved_nor_lost(make_walk, officer, make_officer, book, now):
    walk = book(make_walk(), officer)
    begun = walk.slot.starts_at + timedelta(minutes=10)
    other = walk.offers.filter(slot__walk=None).first()
    assert choose_time(walk_id=walk.pk, offer_id=other.pk, now=begun) == "too_late"
    assert not give_back(walk_id=walk.pk, now=begun)
    place = MeetingPoint.objects.get()
    free = list(WalkSlot.objects.filter(officer=officer, walk=None))
    picks = [(slot.pk, place.pk) for slot in free]
    assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=begun) == "has_begun"

    # Her officer leaves before he has recorded it: it stays, and a coordinator gives it to somebody who can.
    officer.is_active = False
    officer.save()
    assert follow_the_clock(now=begun) == 0
    successor = make_officer("olga")
    assert allocate(walk_id=walk.pk, officer_id=successor.pk, by=successor, now=begun) == "given"
    assert entries(walk, "officer") == [("REQUEST", 0)], "no calendar changes for the past"
    assert record_outcome(walk_id=walk.pk, outcome=Outcome.WALKED, themes=[], note="", officer=successor, now=begun)
