"""What happens by itself: new requests are looked at, late ones are told of, forgotten ones end, data is deleted."""

from datetime import timedelta

import pytest

from events.outbox.models import Message
from events.walks.models import WalkDraft, WalkOutcome, WalkRequest, WalkSlot
from events.walks.rules import Outcome, Theme, Way
from events.walks.services import (
    allocate,
    choose_time,
    follow_the_clock,
    purge_walks,
    record_outcome,
    settle_new_requests,
    withdraw_request,
)
from portal.sealing import new_key_pair
from tests.walks import staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(cause):
    rows = Message.objects.filter(kind="walk_notice", dedupe_key__contains=f":{cause}-").order_by("pk")
    return [row.to_email.partition("@")[0] for row in rows]


def test_a_new_request_is_looked_at_once_and_its_team_hears(make_walk, coordinator, now):
    make_walk()
    assert settle_new_requests(now=now) == 1
    assert settle_new_requests(now=now) == 0
    assert told("new") == ["carol"]
    assert Message.objects.get(kind="walk_received").to_email == ""


def test_where_a_borough_has_no_coordinator_the_leads_hear(make_walk, now):
    staff("lena", "see_every_walk")
    make_walk()
    settle_new_requests(now=now)
    assert told("new") == ["lena"]


def test_somebody_who_asks_again_gets_one_request_and_one_mail(make_walk, coordinator, now):
    first, *again = [make_walk("amara") for _ in range(5)]
    other = make_walk("bronwen")
    settle_new_requests(now=now)
    assert set(WalkRequest.objects.filter(state="new")) == {first, other}
    assert WalkRequest.objects.filter(pk__in=[w.pk for w in again], outcome="asked_twice").count() == 4
    told = Message.objects.filter(kind="walk_received")
    assert told.filter(walk=other).count() == 1
    assert told.filter(walk=first).count() == 5, "the mailbox hears of the request that counts"
    assert told.filter(walk=first, due_at=now).count() == 3, "three a day: anybody could have typed the address"
    assert not Message.objects.filter(kind="walk_closed").exists(), "whoever tries an address learns nothing"

    # Once the first is over she may ask again.
    withdraw_request(walk_id=first.pk, now=now)
    make_walk("amara", at=now + DAY)
    settle_new_requests(now=now + DAY)
    assert WalkRequest.objects.filter(state="new").count() == 2


def test_her_officer_hears_once_a_day_that_she_has_asked_again(make_walk, officer, offer, now):
    """Who is reached by phone gets no mail: she may be waiting for a call that did not come."""
    phone = {"way": Way.PHONE, "address": "+447700900123"}
    offer(make_walk(**phone), officer)
    for hour in (1, 2):
        make_walk(**phone)
        settle_new_requests(now=now + timedelta(hours=hour))
    assert told("again") == ["becky"]
    make_walk(**phone)
    settle_new_requests(now=now + DAY)
    assert told("again") == ["becky", "becky"]


def test_the_same_phone_number_written_differently_is_one_person(make_walk, now):
    for _ in range(2):
        make_walk(way=Way.TEXT, address="+447700900123")
    settle_new_requests(now=now)
    assert WalkRequest.objects.filter(state="new").count() == 1


def test_a_worker_without_the_key_leaves_new_requests_and_her_mails_to_one_that_has_it(
    make_walk, coordinator, now, settings, clock, post
):
    make_walk("amara")
    held, settings.WALKS_PRIVATE_KEYS = settings.WALKS_PRIVATE_KEYS, []
    clock.reaches(now)
    assert not Message.objects.exists()

    settings.WALKS_PRIVATE_KEYS = held
    settle_new_requests(now=now)
    settings.WALKS_PRIVATE_KEYS = []
    clock.reaches(now + DAY)
    assert post.of("amara") == []
    assert Message.objects.get(kind="walk_received").state == "queued", "it waits, and is not given up"

    settings.WALKS_PRIVATE_KEYS = held
    clock.reaches(now + 2 * DAY)
    assert [mail.subject for mail in post.of("amara")] == ["We have your request for a Walk & Talk"]


def test_a_box_that_cannot_be_opened_stops_no_other_and_the_desk_hears(
    make_walk, coordinator, now, settings, clock, post
):
    make_walk("amara")
    settings.WALKS_PUBLIC_KEY = new_key_pair()[0]  # a key that nobody holds
    make_walk("bronwen")
    clock.reaches(now)
    assert len(post.of("amara")) == 1
    assert Message.objects.filter(kind="walk_received").count() == 1, "there is nobody to write to"
    assert told("new") == ["carol", "carol"], "the desk hears of both"


def test_a_request_that_nobody_takes_climbs_once_a_step(make_walk, coordinator, now):
    staff("lena", "see_every_walk")
    make_walk()
    for days, everybody in ((1, []), (2, ["carol"]), (3, ["carol"]), (4, ["carol", "carol", "lena"])):
        follow_the_clock(now=now + days * DAY)
        follow_the_clock(now=now + days * DAY)
        assert sorted(told("late")) == everybody


def test_an_officer_who_offers_nothing_is_told_and_a_new_state_starts_anew(make_walk, officer, coordinator, offer, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=coordinator, now=now)
    follow_the_clock(now=now + 2 * DAY)
    assert sorted(told("late")) == ["becky", "carol"]
    offer(walk, officer)
    walk.refresh_from_db()
    assert walk.escalated == 0
    follow_the_clock(now=now + 4 * DAY)
    assert len(told("late")) == 2


def test_times_that_nobody_chooses_end_after_four_weeks_with_a_word_to_her(make_walk, officer, offer, now):
    walk = make_walk()
    offer(walk, officer)
    follow_the_clock(now=now + 27 * DAY)
    follow_the_clock(now=now + 28 * DAY)
    walk.refresh_from_db()
    assert (walk.state, walk.outcome) == ("closed", "no_answer")
    assert Message.objects.get(kind="walk_closed").to_email == ""


def test_a_walk_whose_outcome_nobody_records_is_asked_after_and_ends(make_walk, officer, coordinator, offer, now):
    walk = make_walk()
    offer(walk, officer)
    choose_time(walk_id=walk.pk, offer_id=walk.offers.first().pk, now=now)
    over = WalkSlot.objects.get(walk=walk).ends_at
    follow_the_clock(now=over + DAY)
    assert told("late") == []
    follow_the_clock(now=over + 2 * DAY)
    assert told("late") == ["becky"]
    follow_the_clock(now=over + 30 * DAY)
    walk.refresh_from_db()
    assert walk.outcome == "lapsed"


@pytest.fixture
def walked(make_walk, officer, offer, now):
    walk = make_walk()
    offer(walk, officer)
    choose_time(walk_id=walk.pk, offer_id=walk.offers.first().pk, now=now)
    closed_at = WalkSlot.objects.get(walk=walk).ends_at
    record_outcome(
        walk_id=walk.pk,
        outcome=Outcome.WALKED,
        themes=[Theme.LIGHTING],
        note="A hedge.",
        officer=officer,
        now=closed_at,
    )
    walk.refresh_from_db()
    return walk


def test_words_go_after_30_days_and_the_request_after_90_and_a_count_stays(walked):
    closed_at = walked.closed_at
    assert purge_walks(now=closed_at + 29 * DAY, dry_run=False) == 0
    assert purge_walks(now=closed_at + 30 * DAY, dry_run=True) == 1
    assert bytes(WalkRequest.objects.get().sealed_words)
    assert purge_walks(now=closed_at + 30 * DAY, dry_run=False) == 1
    kept = WalkRequest.objects.get()
    assert (bytes(kept.sealed_words), bytes(kept.sealed_note)) == (b"", b"") and bytes(kept.sealed_person)
    assert purge_walks(now=closed_at + 89 * DAY, dry_run=False) == 0

    assert purge_walks(now=closed_at + 90 * DAY, dry_run=False) == 1
    assert not WalkRequest.objects.exists() and not Message.objects.filter(kind__startswith="walk").exists()
    outcome = WalkOutcome.objects.get()
    assert (outcome.outcome, outcome.themes, outcome.walk) == ("walked", ["lighting"], None)
    assert purge_walks(now=closed_at + 91 * DAY, dry_run=False) == 0, "twice is safe"


def test_a_request_that_nobody_ever_closes_has_an_end_too(make_walk, now):
    make_walk()
    follow_the_clock(now=now + 90 * DAY)
    purge_walks(now=now + 180 * DAY, dry_run=False)
    assert not WalkRequest.objects.exists()


def test_an_unfinished_form_is_deleted_after_a_day(client, lambeth, clock, now):
    client.post("/walk-and-talk/ask/borough/", {"borough": "lambeth"})
    clock.reaches(now + timedelta(hours=23))
    assert WalkDraft.objects.exists()
    clock.reaches(now + timedelta(hours=25))
    assert not WalkDraft.objects.exists()
