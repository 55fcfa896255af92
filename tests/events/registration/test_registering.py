"""Registering: a place or the waiting list, decided by the database; the same person is told by mail."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from events.outbox.models import Message
from events.registration.models import ConsentWording, Registration
from events.registration.rules import RegistrationState
from events.registration.services import EventNotOpenError
from events.registration.services.places import take_place
from events.schedule.models import SeatPool
from events.schedule.rules import Availability, EventKind, PoolKind

pytestmark = pytest.mark.django_db


def mails(**filters):
    """Return (kind, address) of every mail but reminders, in order."""
    rows = Message.objects.filter(**filters).exclude(kind="reminder").order_by("id")
    return list(rows.values_list("kind", "to_email"))


def test_the_first_gets_the_last_place_and_the_second_waits(publish, sign_up):
    event = publish(capacity=1)

    amara, bronwen = sign_up(event, "amara"), sign_up(event, "bronwen")

    assert (amara.state, bronwen.state) == (RegistrationState.CONFIRMED, RegistrationState.WAITING)
    assert SeatPool.objects.get().holding == 1
    assert mails() == [("confirmation", "amara@example.org"), ("waiting", "bronwen@example.org")]


def test_a_webinar_without_a_limit_never_fills(publish, sign_up):
    event = publish()

    people = [sign_up(event, name) for name in ("amara", "bronwen", "chioma")]

    assert {person.state for person in people} == {RegistrationState.CONFIRMED}
    assert SeatPool.objects.get().holding == 3


def test_nobody_new_passes_somebody_who_waits(publish, sign_up):
    """A larger capacity is filled from the waiting list by the worker; until then a newcomer waits too."""
    event = publish(capacity=1)
    sign_up(event, "amara")
    sign_up(event, "bronwen")
    publish(capacity=2)

    assert sign_up(event, "chioma").state == RegistrationState.WAITING


def test_the_same_person_twice_keeps_one_place_and_is_told_by_mail(publish, sign_up):
    event = publish(capacity=5)

    first, second = sign_up(event, "amara"), sign_up(event, "amara", email=" Amara@EXAMPLE.org")

    assert first == second
    assert SeatPool.objects.get().holding == 1
    assert [kind for kind, _ in mails()] == ["confirmation", "already_registered"]


def test_a_double_click_is_one_submission_and_one_mail(publish, sign_up):
    event = publish()
    submission = uuid.uuid4()

    sign_up(event, "amara", submission=submission)
    sign_up(event, "amara", submission=submission)

    assert Registration.objects.count() == 1
    assert [kind for kind, _ in mails()] == ["confirmation"]


def test_a_tagged_address_is_another_person(publish, sign_up):
    event = publish()

    sign_up(event, "amara")
    sign_up(event, "amara", email="amara+work@example.org")

    assert Registration.objects.count() == 2


def test_an_international_domain_is_one_address_in_either_spelling(publish, sign_up):
    event = publish()

    sign_up(event, "amara", email="amara@bücher.example")
    sign_up(event, "amara", email="amara@xn--bcher-kva.example")

    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "days", "expected"),
    [
        ({"opens_at": "later"}, 0, Availability.NOT_YET),
        ({"closes_at": "now"}, 0, Availability.CLOSED),
        ({"is_cancelled": True}, 0, Availability.CANCELLED),
        ({}, 60, Availability.PAST),
        ({"kind": EventKind.EXTERNAL}, 0, Availability.ELSEWHERE),
    ],
)
def test_nobody_registers_for_what_is_not_open(publish, sign_up, now, changes, days, expected):
    moments = {"later": now + timedelta(days=1), "now": now}
    event = publish(room=5, kind=EventKind.HYBRID)
    publish(**{name: moments.get(value, value) if isinstance(value, str) else value for name, value in changes.items()})

    with pytest.raises(EventNotOpenError) as refused:
        sign_up(event, "amara", at=now + timedelta(days=days))

    assert refused.value.availability is expected
    assert not Registration.objects.exists()


def test_each_pool_of_a_hybrid_event_fills_by_itself(publish, sign_up):
    event = publish(kind=EventKind.HYBRID, room=1, capacity=1, place="Town Hall")

    in_room = sign_up(event, "amara", pool=PoolKind.ROOM)
    second_in_room = sign_up(event, "bronwen", pool=PoolKind.ROOM)
    online = sign_up(event, "chioma", pool=PoolKind.ONLINE)

    assert [p.state for p in (in_room, second_in_room, online)] == ["confirmed", "waiting", "confirmed"]


def test_the_consent_wording_is_kept_as_each_person_saw_it(publish, sign_up):
    event = publish()

    sign_up(event, "amara", consent_text="First wording.")
    sign_up(event, "bronwen", consent_text="First wording.")
    chioma = sign_up(event, "chioma", consent_text="Second wording.")

    assert [w.text for w in ConsentWording.objects.order_by("version")] == ["First wording.", "Second wording."]
    assert chioma.consent.version == 2


def test_the_fourth_mail_of_a_day_waits_for_the_next_and_the_place_does_not(publish, sign_up, now):
    """Law 6: strangers can cause three mails a day to one address, whatever they type into our forms."""
    events = [publish(key=uuid.uuid4(), slug=f"event-{n}") for n in range(4)]

    registrations = [sign_up(event, "amara") for event in events]

    assert {r.state for r in registrations} == {RegistrationState.CONFIRMED}
    due = list(Message.objects.filter(kind="confirmation").order_by("id").values_list("due_at", flat=True))
    assert due[:3] == [now, now, now]
    assert due[3].date() == (now + timedelta(days=1)).date()


def test_telling_somebody_again_and_again_stops_at_three_mails_a_day(publish, sign_up):
    event = publish()

    for _ in range(6):
        sign_up(event, "amara")

    sent = Message.objects.exclude(kind="reminder").order_by("id").values_list("kind", "state")
    assert (
        list(sent)
        == [("confirmation", "queued")]
        + [("already_registered", "queued")] * 2
        + [("already_registered", "skipped")] * 3
    )


def test_a_registration_writes_its_reminders_with_their_reasons(publish, sign_up, now):
    """now: 1 February 09:00; the session: 8 March 18:00; a fortnight's rule would be 22 February."""
    event = publish(starts=(now + timedelta(days=3)).replace(tzinfo=None))

    sign_up(event, "amara")

    rows = Message.objects.filter(kind="reminder").order_by("due_at").values_list("state", "reason", "due_at")
    assert list(rows) == [
        ("skipped", "Its time had already passed.", now - timedelta(days=4)),
        ("queued", "", now + timedelta(days=2)),
        ("queued", "", now + timedelta(days=3) - timedelta(hours=1)),
    ]


class TestConstraints:
    """What the database refuses, whoever asks."""

    def test_a_pool_cannot_hold_more_than_its_capacity(self, publish):
        publish(capacity=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            SeatPool.objects.update(holding=2)

    def test_a_pool_cannot_hold_less_than_nobody(self, publish):
        publish()
        with pytest.raises(IntegrityError), transaction.atomic():
            SeatPool.objects.update(holding=F("holding") - 1)

    def test_one_live_registration_an_address(self, publish, sign_up):
        registration = sign_up(publish(), "amara")
        registration.pk, registration.key = None, uuid.uuid4()
        with pytest.raises(IntegrityError), transaction.atomic():
            registration.save(force_insert=True)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"state": "cancelled"},
            {"ended_at": "2027-01-01T00:00Z"},
            {"confirmed_at": None},
            {"email_key": ""},
        ],
    )
    def test_states_and_their_facts_go_together(self, publish, sign_up, wrong):
        sign_up(publish(), "amara")
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.update(**wrong)

    def test_taking_a_place_in_a_full_pool_takes_none(self, publish, sign_up):
        event = publish(capacity=1)
        sign_up(event, "amara")

        assert take_place(pool=event.pools.get()) is False
        assert SeatPool.objects.get().holding == 1
