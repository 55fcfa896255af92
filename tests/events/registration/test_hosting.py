"""Speakers and hosts: the sessions in their own calendars, and no visitor's place taken (calendar policy, row 22)."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from events.console.queries import broken_invariants
from events.invites.models import Invite
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import announce_event, cancel_registration, hold_for_host, settle_event
from events.schedule.models import SeatPool
from events.schedule.rules import PoolKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(publish):
    return publish(capacity=1)


@pytest.fixture
def host(event, now):
    return hold_for_host(event_id=event.pk, name="Dr Efua Mensah", email="efua@example.org", now=now)


def kinds():
    return list(Message.objects.exclude(kind="reminder").order_by("id").values_list("kind", flat=True))


def test_a_speaker_has_an_invite_and_no_visitors_place(event, host, sign_up, now):
    assert kinds() == ["speaker_hold"]
    assert Invite.objects.get().attendee_email == "efua@example.org"
    assert sign_up(event, "amara").state == "confirmed", "the one place is still there"
    assert not list(broken_invariants(now=now))


def test_it_follows_the_event(event, host, publish, now):
    publish(capacity=1, starts=datetime(2027, 3, 11, 18, 0))
    settle_event(event_id=event.pk, now=now)
    announce_event(event_id=event.pk, now=now)
    assert kinds() == ["speaker_hold", "update"]

    publish(capacity=1, is_cancelled=True)
    announce_event(event_id=event.pk, now=now)
    assert kinds() == ["speaker_hold", "update", "event_cancelled"]
    assert (Invite.objects.get().method, Invite.objects.get().sequence) == ("CANCEL", 2)


def test_twice_is_refused(event, host, now):
    assert hold_for_host(event_id=event.pk, name="Efua", email="EFUA@example.org", now=now) is None
    assert Registration.objects.count() == 1


def test_nobody_is_put_down_for_what_is_off(publish, event, now):
    publish(is_cancelled=True)

    assert hold_for_host(event_id=event.pk, name="Efua", email="efua@example.org", now=now) is None


def test_when_a_speaker_goes_nobody_who_waits_gets_their_place(event, host, sign_up, now):
    sign_up(event, "amara")
    bronwen = sign_up(event, "bronwen")

    cancel_registration(registration_id=host.pk, by=CancelledBy.STAFF, now=now)

    bronwen.refresh_from_db()
    assert bronwen.state == "waiting"
    assert SeatPool.objects.get(kind=PoolKind.HOSTS).holding == 0


def test_visitors_see_no_such_pool(event, host):
    SeatPool.objects.get(kind=PoolKind.HOSTS)

    page = Client().get(reverse("registration:register", args=[event.slug])).content.decode()

    assert "Speakers and hosts" not in page
    assert 'value="hosts"' not in page


def test_a_visitor_cannot_choose_it(event, host):
    page = Client().get(reverse("registration:register", args=[event.slug]))
    data = {"name": "M", "email": "m@example.org", "consent": "on", "pool": "hosts", "submission": ""}

    Client().post(reverse("registration:register", args=[event.slug]), data)

    assert page.status_code == 200
    assert Registration.objects.get(name="M").pool.kind == PoolKind.ONLINE


def test_publishing_again_leaves_the_pool_as_it_is(event, host, publish):
    publish(capacity=5)

    pool = SeatPool.objects.get(kind=PoolKind.HOSTS)
    assert (pool.capacity, pool.holding) == (None, 1)
