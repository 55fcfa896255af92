"""Who still holds the old time: what was accepted, delivered, seen and answered, per registration and session."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.invites.models import Invite
from events.invites.queries import count_holding, held_invites
from events.invites.rules import Holding
from events.outbox.delivery.following import follow_up
from events.outbox.models import Message
from events.outbox.rules import Delivery
from events.registration.models import Registration
from events.registration.services import announce_event
from events.registration.tokens import Purpose, token_of

pytestmark = pytest.mark.django_db
COMES = ["confirmed"]


@pytest.fixture
def reached(now):
    """Return a teller: every message of a kind got so far, for these people or for all."""

    def tell(kind, delivery, *people):
        rows = Message.objects.filter(kind=kind)
        if people:
            rows = rows.filter(registration__in=people)
        rows.update(delivery=delivery, delivery_at=now)
        follow_up(now=now)

    return tell


@pytest.fixture
def moved(publish, sign_up, now):
    """Return an event that has moved since three people registered, and the three."""
    event = publish()
    people = [sign_up(event, name) for name in ("amara", "bronwen", "chioma")]

    def move():
        publish(starts=datetime(2027, 3, 11, 18, 0))
        announce_event(event_id=event.pk, now=now)

    return event, people, move


def holding(event, now):
    counts = count_holding(event_id=event.pk, states=COMES, now=now)
    return counts.right, counts.old_time, counts.nothing


def test_nobody_holds_anything_before_mail_has_left(moved, now):
    event, _, _ = moved

    assert holding(event, now) == (0, 0, 3)


def test_the_story_of_a_move(moved, reached, now):
    """
    confirmed ── accepted ── moved ── one update accepted ── one bounced ── one saw the page
       NOTHING     RIGHT    OLD TIME       RIGHT               OLD TIME          RIGHT
    """
    event, (amara, bronwen, chioma), move = moved
    reached("confirmation", Delivery.ACCEPTED)
    assert holding(event, now) == (3, 0, 0)

    move()
    assert holding(event, now) == (0, 3, 0)

    reached("update", Delivery.ACCEPTED, amara)
    reached("update", Delivery.BOUNCED, bronwen)
    assert holding(event, now) == (1, 2, 0)

    Client().get(reverse("registration:manage", args=[token_of(chioma, Purpose.MANAGE)]))
    assert holding(event, now) == (2, 1, 0)
    still = held_invites(event_id=event.pk, states=COMES, now=now).filter(holding=Holding.OLD_TIME)
    assert [invite.registration_id for invite in still] == [bronwen.pk]


def test_where_deliveries_are_reported_accepted_is_not_enough(moved, reached, now, settings):
    event, _, move = moved
    settings.WEBHOOK_PROVIDERS = ["postmark"]
    reached("confirmation", Delivery.ACCEPTED)
    assert holding(event, now) == (0, 0, 3)
    reached("confirmation", Delivery.DELIVERED)
    assert holding(event, now) == (3, 0, 0)

    move()
    reached("update", Delivery.ACCEPTED)
    assert holding(event, now) == (0, 3, 0)


def test_who_cannot_be_reached_holds_nothing_that_we_know_of(publish, sign_up, reached, now):
    event = publish()
    amara = sign_up(event, "amara")
    reached("confirmation", Delivery.ACCEPTED)
    assert holding(event, now) == (1, 0, 0)

    Registration.objects.filter(pk=amara.pk).update(undelivered_at=now)

    assert holding(event, now) == (0, 0, 1)


def test_a_change_of_link_leaves_nobody_with_an_old_time(publish, sign_up, reached, now):
    event = publish()
    sign_up(event, "amara")
    reached("confirmation", Delivery.DELIVERED)
    publish(stream_url="https://stream.example.org/other")
    announce_event(event_id=event.pk, now=now)

    assert holding(event, now) == (1, 0, 0)


def test_a_late_report_about_an_older_issue_lowers_nothing(moved, reached, now):
    event, _, move = moved
    move()
    reached("update", Delivery.DELIVERED)
    reached("confirmation", Delivery.DELIVERED)

    assert set(Invite.objects.values_list("delivered_sequence", flat=True)) == {1}
    assert holding(event, now) == (3, 0, 0)


@pytest.mark.parametrize(
    ("view", "purpose"),
    [
        ("manage", Purpose.MANAGE),
        ("join", Purpose.JOIN),
        ("ics", Purpose.CALENDAR),
        ("feed", Purpose.CALENDAR),
    ],
)
def test_what_counts_as_seen(moved, view, purpose):
    _, (amara, *_), move = moved
    move()

    response = Client().get(reverse(f"registration:{view}", args=[token_of(amara, purpose)]))

    assert response.status_code == 200
    assert set(Invite.objects.filter(seen_sequence=1).values_list("registration_id", flat=True)) == {amara.pk}


def test_seen_is_written_once(moved):
    _, (amara, *_), _ = moved
    address = reverse("registration:feed", args=[token_of(amara, Purpose.CALENDAR)])
    Client().get(address)

    with CaptureQueriesContext(connection) as statements:
        Client().get(address)

    assert not [s for s in statements.captured_queries if "UPDATE" in s["sql"]]


def test_sessions_that_are_over_count_no_more(moved, reached, now):
    event, _, _ = moved
    reached("confirmation", Delivery.DELIVERED)

    assert holding(event, now + timedelta(days=60)) == (0, 0, 0)


@pytest.mark.parametrize("people", [1, 3])
def test_it_is_one_statement_for_one_and_for_three(publish, sign_up, now, people, django_assert_num_queries):
    event = publish()
    for name in ("amara", "bronwen", "chioma")[:people]:
        sign_up(event, name)

    with django_assert_num_queries(1):
        assert count_holding(event_id=event.pk, states=COMES, now=now).total == people
