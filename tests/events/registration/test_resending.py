"""Sending a message once more: which, when, and never twice for two clicks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.outbox.models import Message, Suppression
from events.outbox.rules import MessageState
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import Resent, cancel_registration, change_address, resend_message, resend_problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(publish, sign_up):
    return sign_up(publish(capacity=9), "amara")


def settled(person, now, state=MessageState.FAILED, kind="confirmation", **fields):
    message = person.messages.filter(kind=kind).order_by("pk").first()
    reason = "" if state == MessageState.ACCEPTED else "The mail server said no."
    values = {"state": state, "settled_at": now, "handed_off_at": now, "reason": reason} | fields
    Message.objects.filter(pk=message.pk).update(**values)
    message.refresh_from_db()
    return message


def copies(message):
    return Message.objects.filter(dedupe_key__contains=f":resent-{message.pk}-")


def problem(message, now):
    fresh = Message.objects.select_related("registration__event").get(pk=message.pk)
    return resend_problems(messages=[fresh], now=now)[message.pk]


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.UNKNOWN, MessageState.EXPIRED])
def test_what_has_not_arrived_is_sent_again_with_the_same_calendar_entry(amara, now, state):
    message = settled(amara, now, state)

    assert resend_message(message_id=message.pk, now=now) is Resent.SENT
    copy = copies(message).get()
    assert (copy.state, copy.kind, copy.revisions, copy.to_email) == (
        "queued",
        "confirmation",
        message.revisions,
        "amara@example.org",
    )
    assert copy.stream == message.stream, "it stays in line with the person's other mails"


def test_a_confirmation_that_the_server_took_can_be_sent_again(amara, now):
    assert problem(settled(amara, now, MessageState.ACCEPTED), now) == ""


def test_two_clicks_send_one_copy(amara, now):
    message = settled(amara, now)

    assert resend_message(message_id=message.pk, now=now) is Resent.SENT
    assert resend_message(message_id=message.pk, now=now + timedelta(seconds=1)) is Resent.SENT_BEFORE
    assert copies(message).count() == 1


def test_while_a_copy_waits_there_is_no_other_however_late(amara, now):
    message = settled(amara, now)
    resend_message(message_id=message.pk, now=now)

    assert resend_message(message_id=message.pk, now=now + timedelta(hours=3)) is Resent.SENT_BEFORE


def test_later_it_can_be_sent_once_more(amara, now):
    message = settled(amara, now)
    resend_message(message_id=message.pk, now=now)
    copies(message).update(state=MessageState.ACCEPTED, handed_off_at=now, settled_at=now)

    assert resend_message(message_id=message.pk, now=now + timedelta(minutes=3)) is Resent.SENT
    assert copies(message).count() == 2


def test_a_reminder_about_the_past_stays_unsent(amara, now):
    message = settled(amara, now, kind="reminder")
    assert problem(message, now) == ""

    assert problem(message, message.not_after) == "It is about the past."
    assert resend_message(message_id=message.pk, now=message.not_after) is Resent.REFUSED


def test_a_reminder_that_was_sent_is_sent_once(amara, now):
    assert "It was sent" in problem(settled(amara, now, MessageState.ACCEPTED, kind="reminder"), now)


def test_nothing_is_sent_after_the_event(amara, now):
    message = settled(amara, now)

    assert problem(message, amara.event.last_ends_at) == "It is about the past."


def test_what_waits_is_not_sent_twice(amara, now):
    message = amara.messages.get(kind="confirmation")

    assert problem(message, now) == "It has not been sent yet."


def test_a_confirmation_of_a_place_that_is_given_up(amara, now):
    message = settled(amara, now)
    cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=now)

    assert problem(message, now) == "It is not true any more: the registration is cancelled."


def test_a_newer_issue_goes_instead(amara, now):
    message = settled(amara, now)
    amara.invites.update(sequence=1)

    assert problem(message, now) == "A newer one has been issued since."


def test_an_invite_for_another_address(amara, now):
    message = settled(amara, now)
    change_address(registration_id=amara.pk, email="amara@elsewhere.example", now=now)

    assert problem(message, now) in {"It was made for another address.", "A newer one has been issued since."}
    assert resend_message(message_id=message.pk, now=now) is Resent.REFUSED


def test_an_address_that_is_not_written_to(amara, now):
    message = settled(amara, now)
    Suppression.objects.create(email_key="amara@example.org", scope="news", reason="Asked.", created_at=now)
    assert problem(message, now) == "", "news alone do not stop what concerns a place"
    Suppression.objects.create(email_key="amara@example.org", scope="all", reason="Bounces.", created_at=now)

    assert problem(message, now) == "We do not write to this address. Lift that first."


def test_a_person_whose_data_is_deleted(amara, now):
    message = settled(amara, now)
    Registration.objects.filter(pk=amara.pk).update(erased_at=now)

    assert problem(message, now) == "The person’s data has been deleted."


def test_what_belongs_to_nobody(amara, now):
    message = settled(amara, now, registration=None)

    assert resend_message(message_id=message.pk, now=now) is Resent.REFUSED


def test_a_whole_timeline_takes_two_statements(amara, now):
    mails = list(amara.messages.select_related("registration__event"))
    assert len(mails) > 2
    with CaptureQueriesContext(connection) as statements:
        resend_problems(messages=mails, now=now)

    assert len(statements) == 2
