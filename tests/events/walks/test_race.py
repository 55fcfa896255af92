"""One time, many women: real processes, forked from this one and let go at the same moment."""

import time
from collections import Counter

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.walks.models import MeetingPoint, WalkRequest, WalkSlot
from events.walks.services import allocate, choose_time, choosing, offer_times, settle_new_requests, settling
from tests.processes import at_the_same_moment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
WOMEN = 12


@pytest.fixture
def offered(make_walk, make_officer, make_slots, lambeth, southwark, now):
    """Twelve women, six in each borough, are offered the same two times of one officer; two more are free."""
    lambeth.weekly_quota = southwark.weekly_quota = 50
    lambeth.save()
    southwark.save()
    officer = make_officer("becky", lambeth, southwark)
    slots = make_slots(officer, 4)
    walks = []
    for number in range(WOMEN):
        borough = (lambeth, southwark)[number % 2]
        walk = make_walk(f"woman-{number}", borough_id=borough.pk)
        place = MeetingPoint.objects.filter(borough=borough)[0]
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
        picks = [(slot.pk, place.pk) for slot in slots[:2]]
        assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == "offered"
        walks.append(walk)
    return walks


def choose_first(walks, now):
    def choose(number):
        walk = walks[number]
        offer = walk.offers.order_by("slot__starts_at")[0]
        return choose_time(walk_id=walk.pk, offer_id=offer.pk, now=now).value

    return choose


def test_of_twelve_who_choose_one_time_at_once_one_gets_it_and_eleven_are_offered_the_next(offered, now):
    outcomes = at_the_same_moment(WOMEN, choose_first(offered, now))

    assert Counter(outcomes) == {"booked": 1, "taken": 11}, "nobody ends in an exception or a locked database"
    assert Counter(WalkRequest.objects.values_list("state", flat=True)) == {"booked": 1, "offered": 11}
    booked = WalkRequest.objects.get(state="booked")
    assert WalkSlot.objects.get(walk__isnull=False).walk == booked
    _, second, third, _ = WalkSlot.objects.order_by("starts_at")
    for walk in WalkRequest.objects.filter(state="offered"):
        on_her_page = list(walk.offers.filter(ended_at=None).values_list("slot", flat=True))
        assert on_her_page == [second.pk, third.pk], "the lost time is gone and the next is there"
    assert Message.objects.filter(kind="walk_booked", walk=booked).count() == 1
    assert list(broken_invariants()) == []


def test_control_with_a_time_that_is_looked_at_and_then_taken_two_women_get_it(offered, now, monkeypatch):
    """Without the condition in the UPDATE whoever comes last takes it from whoever had it, and the harness sees it.

    The borough's lock does not help: the officer walks in two boroughs.
    """

    def take_without_looking(*, slot_id, walk):
        return bool(WalkSlot.objects.filter(pk=slot_id).update(walk=walk))

    def choose(number):
        monkeypatch.setattr(choosing, "take_slot", take_without_looking)
        walk = offered[number]
        return choose_time(walk_id=walk.pk, offer_id=walk.offers.order_by("slot__starts_at")[0].pk, now=now).value

    outcomes = at_the_same_moment(WOMEN, choose)

    assert Counter(outcomes)["booked"] > 1
    assert any("somebody else has it" in breach for breach in broken_invariants())


def test_one_woman_who_presses_ten_times_has_one_time_and_one_mail(offered, now):
    outcomes = at_the_same_moment(10, lambda _: choose_first(offered, now)(0))

    assert Counter(outcomes) == {"booked": 1, "unchanged": 9}
    assert Message.objects.filter(kind="walk_booked").count() == 1
    assert list(broken_invariants()) == []


def test_women_who_change_back_and_forth_never_share_or_lose_a_time(offered, now):
    """Each takes the first or the second time, whichever she gets; then all choose again, the other way round."""

    def choose_both(number):
        walk = offered[number]
        offers = list(walk.offers.order_by("slot__starts_at", "pk"))
        for offer in offers if number % 2 else offers[::-1]:
            choose_time(walk_id=walk.pk, offer_id=offer.pk, now=now)
        return "done"

    assert at_the_same_moment(6, choose_both) == ["done"] * 6
    assert (
        WalkSlot.objects.filter(walk__isnull=False).count() == WalkRequest.objects.filter(state="booked").count() >= 2
    )
    assert list(broken_invariants()) == []


def test_the_weeks_quota_holds_when_all_choose_at_once(make_walk, make_officer, make_slots, lambeth, now):
    """Four women, four officers, four times in one week, and two walks a week."""
    place = lambeth.meeting_points.get()
    walks = []
    for number in range(4):
        officer = make_officer(f"officer-{number}")
        slots = make_slots(officer, 2)
        walk = make_walk(f"woman-{number}")
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
        offer_times(walk_id=walk.pk, picks=[(slot.pk, place.pk) for slot in slots], officer=officer, now=now)
        walks.append(walk)
    lambeth.weekly_quota = 2
    lambeth.save()

    outcomes = at_the_same_moment(4, choose_first(walks, now))

    assert Counter(outcomes) == {"booked": 2, "week_full": 2}
    assert list(broken_invariants()) == []


def test_control_without_the_boroughs_lock_the_quota_is_passed(
    make_walk, make_officer, make_slots, lambeth, now, monkeypatch
):
    """What is counted must be counted under a lock. On SQLite one transaction runs at a time anyway."""
    if connection.vendor == "sqlite":
        monkeypatch.setattr(choosing, "fits_the_week", lambda *_: True)
    place = lambeth.meeting_points.get()
    walks = []
    for number in range(4):
        officer = make_officer(f"officer-{number}")
        slots = make_slots(officer, 2)
        walk = make_walk(f"woman-{number}")
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
        offer_times(walk_id=walk.pk, picks=[(slot.pk, place.pk) for slot in slots], officer=officer, now=now)
        walks.append(walk)
    lambeth.weekly_quota = 2
    lambeth.save()

    def choose(number):
        monkeypatch.setattr(choosing, "lock_borough_of", lambda walk_id: None)
        looked = choosing.fits_the_week
        monkeypatch.setattr(choosing, "fits_the_week", lambda *a: (looked(*a), time.sleep(0.3))[0])
        return choose_first(walks, now)(number)

    assert Counter(at_the_same_moment(4, choose))["booked"] > 2


def test_two_workers_look_at_five_requests_of_one_woman_and_keep_one(make_walk, coordinator, now):
    for _ in range(5):
        make_walk("amara")

    at_the_same_moment(2, lambda _: settle_new_requests(now=now))
    settle_new_requests(now=now)  # the worker's next round: what two looked at at once was left to it

    assert Counter(WalkRequest.objects.values_list("state", "outcome")) == {
        ("new", ""): 1,
        ("closed", "asked_twice"): 4,
    }
    assert Message.objects.filter(kind="walk_received", walk__outcome="").count() >= 3
    assert Message.objects.filter(kind="walk_notice").count() == 1
    assert list(broken_invariants()) == []


def test_control_without_what_they_have_in_common_each_request_stays_open(make_walk, now, monkeypatch):
    monkeypatch.setattr(settling, "contact_digest", lambda contact: "")
    for _ in range(5):
        make_walk("amara")

    at_the_same_moment(2, lambda _: settle_new_requests(now=now))

    assert WalkRequest.objects.filter(state="new").count() == 5


def test_two_officers_who_take_one_request_at_once(make_walk, make_officer, now):
    walk = make_walk("amara")
    officers = [make_officer(f"officer-{number}") for number in range(2)]

    def take(number):
        user = get_user_model().objects.get(pk=officers[number].pk)
        return allocate(walk_id=walk.pk, officer_id=user.pk, by=user, now=now).value

    assert at_the_same_moment(2, take) == ["given", "given"]
    walk.refresh_from_db()
    assert walk.officer in officers
    assert walk.state == "allocated"
