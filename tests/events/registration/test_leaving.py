"""Leaving: the place goes to the first who waits, in the same transaction, and calendars are put right."""

from datetime import timedelta

import pytest

from events.console.queries import broken_invariants
from events.invites.models import Invite, InviteRevision
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import cancel_registration, change_details, send_again
from events.schedule.models import SeatPool
from events.schedule.services import withdraw_event

pytestmark = pytest.mark.django_db


def leave(registration, now, by=CancelledBy.ATTENDEE):
    return cancel_registration(registration_id=registration.pk, by=by, now=now)


def states():
    return dict(Registration.objects.values_list("name", "state"))


def kinds(registration):
    rows = Message.objects.filter(registration=registration).exclude(kind="reminder").order_by("id")
    return list(rows.values_list("kind", flat=True))


def test_the_first_who_waits_gets_the_place(publish, sign_up, now):
    event = publish(capacity=1)
    amara, bronwen, chioma = (sign_up(event, name) for name in ("amara", "bronwen", "chioma"))

    assert leave(amara, now) is True

    assert states() == {"Amara": "cancelled", "Bronwen": "confirmed", "Chioma": "waiting"}
    assert SeatPool.objects.get().holding == 1
    assert kinds(amara) == ["confirmation", "cancellation"]
    assert kinds(bronwen) == ["waiting", "promotion"]
    assert kinds(chioma) == ["waiting"]
    assert Message.objects.filter(registration=bronwen, kind="reminder", state="queued").count() == 3
    assert list(broken_invariants()) == []


def test_cancelling_twice_is_the_same_as_once(publish, sign_up, now):
    amara = sign_up(publish(capacity=1), "amara")

    assert (leave(amara, now), leave(amara, now)) == (True, False)

    assert SeatPool.objects.get().holding == 0
    assert kinds(amara) == ["confirmation", "cancellation"]


def test_reminders_of_somebody_who_left_are_settled_with_the_reason(publish, sign_up, now):
    amara = sign_up(publish(), "amara")

    leave(amara, now)

    rows = (
        Message.objects.filter(registration=amara, kind="reminder").order_by().values_list("state", "reason").distinct()
    )
    assert list(rows) == [("skipped", "The registration was cancelled.")]


def test_a_cancellation_has_the_same_uid_and_a_higher_sequence(publish, sign_up, now):
    amara = sign_up(publish(), "amara")

    leave(amara, now)

    invite = Invite.objects.get()
    assert (invite.method, invite.sequence) == ("CANCEL", 1)
    assert list(invite.revisions.order_by("sequence").values_list("method", "sequence")) == [
        ("REQUEST", 0),
        ("CANCEL", 1),
    ]


def test_registering_again_after_cancelling_is_a_new_entry(publish, sign_up, now):
    event = publish()
    leave(sign_up(event, "amara"), now)

    again = sign_up(event, "amara", at=now + timedelta(hours=1))

    first, second = Invite.objects.order_by("pk")
    assert again.state == "confirmed"
    assert first.uid != second.uid
    assert second.sequence == 0


def test_staff_remove_somebody_who_is_told_so(publish, sign_up, now):
    amara = sign_up(publish(), "amara")

    leave(amara, now, by=CancelledBy.STAFF)

    assert kinds(amara) == ["confirmation", "removal"]
    amara.refresh_from_db()
    assert amara.ended_by == "staff"


def test_leaving_the_waiting_list_frees_no_place(publish, sign_up, now):
    event = publish(capacity=1)
    sign_up(event, "amara")
    bronwen = sign_up(event, "bronwen")

    leave(bronwen, now)

    assert SeatPool.objects.get().holding == 1
    assert kinds(bronwen) == ["waiting", "cancellation"]
    assert not Invite.objects.filter(registration=bronwen).exists()


def test_nobody_is_promoted_into_an_event_that_is_off_or_over(publish, sign_up, now):
    event = publish(capacity=1)
    amara, bronwen = sign_up(event, "amara"), sign_up(event, "bronwen")
    withdraw_event(key=event.key, now=now)

    leave(amara, now)

    bronwen.refresh_from_db()
    assert bronwen.state == "waiting"


def test_sending_it_again_carries_the_same_revision(publish, sign_up, now):
    amara = sign_up(publish(), "amara")

    send_again(registration_id=amara.pk, now=now + timedelta(hours=1))
    send_again(registration_id=amara.pk, now=now + timedelta(hours=1))  # an impatient second click

    first, second = Message.objects.filter(kind="confirmation").order_by("id")
    assert first.revisions == second.revisions
    assert InviteRevision.objects.count() == 1


def test_changing_the_name_changes_no_invite_that_went_out(publish, sign_up, now):
    amara = sign_up(publish(), "amara")

    change_details(registration_id=amara.pk, name="Amara Okafor", access_needs="Captions")

    amara.refresh_from_db()
    assert (amara.name, amara.access_needs) == ("Amara Okafor", "Captions")
    assert Invite.objects.get().attendee_name == "Amara"
