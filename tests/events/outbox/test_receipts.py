"""Receipts against the outbox: early, late, twice, and for a message whose fate was unknown."""

import random
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from events.outbox import messages
from events.outbox.delivery.claims import claim, settle_unknown
from events.outbox.delivery.following import follow_up
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import Delivery, MessageState, Report, Scope
from events.outbox.services import adopt_receipts, lift_suppression, record_receipt, suppress

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(now):
    def make(message=None, **fields):
        values = {
            "provider": "Postmark",
            "event_id": "",
            "message_key": message.key if message else None,
            "provider_id": "",
            "delivery": Delivery.DELIVERED,
            "is_permanent": False,
            "scope": None,
            "reason": "",
            "happened_at": now,
        }
        return Report(**values | fields)

    return make


def state(message):
    message.refresh_from_db()
    return message.state, message.delivery


def test_the_highest_report_stands_whatever_comes_last(queue, report, now):
    message = queue("amara")
    reports = [
        report(message, delivery=step, happened_at=now + timedelta(seconds=step))
        for step in (Delivery.QUEUED, Delivery.ACCEPTED, Delivery.DEFERRED, Delivery.DELIVERED)
    ]
    for seed in range(100):
        DeliveryReceipt.objects.all().delete()
        Message.objects.update(delivery=Delivery.NONE, delivery_at=None)
        storm = reports * 3
        random.Random(seed).shuffle(storm)
        fresh = [record_receipt(report=one, now=now + timedelta(hours=1)) for one in storm]

        message.refresh_from_db()
        assert sum(fresh) == 4
        assert (message.delivery, message.delivery_at) == (Delivery.DELIVERED, now + timedelta(seconds=4))


def test_a_report_that_comes_before_our_own_record_waits_for_it(queue, report, now):
    """The provider is quick: it tells of the mail before the worker has written down what the provider calls it."""
    early = report(provider_id="pm-77", delivery=Delivery.BOUNCED, is_permanent=True, scope=Scope.ALL)
    record_receipt(report=early, now=now)
    message = queue("amara")

    assert adopt_receipts(now=now) == 0
    Message.objects.filter(pk=message.pk).update(provider_id="pm-77")

    assert adopt_receipts(now=now) == 1
    assert adopt_receipts(now=now) == 0
    assert state(message)[1] == Delivery.BOUNCED
    assert Suppression.objects.get().email_key == "amara@example.org"


def test_a_report_that_finds_no_message_in_a_week_is_forgotten(report, now):
    record_receipt(report=report(provider_id="nobody's"), now=now)

    adopt_receipts(now=now + timedelta(days=8))

    assert not DeliveryReceipt.objects.exists()


def test_a_message_of_unknown_fate_is_settled_by_its_receipt(queue, report, now):
    message = queue("amara", kind="nudge")
    Message.objects.update(state=MessageState.UNKNOWN, reason="The line broke.", handed_off_at=now)

    record_receipt(report=report(message), now=now)

    assert state(message) == (MessageState.ACCEPTED, Delivery.DELIVERED)
    assert message.reason == ""


@pytest.mark.parametrize("claimed", [False, True])
def test_a_second_copy_is_not_sent_once_the_first_has_been_reported(queue, report, now, claimed):
    message = queue("amara")
    Message.objects.update(resends=1, handed_off_at=now)
    if claimed:
        claim(worker=uuid.uuid4(), now=now, limit=1)

    record_receipt(report=report(message), now=now)

    assert state(message) == (MessageState.ACCEPTED, Delivery.DELIVERED)


def test_a_first_copy_that_waits_is_left_alone_by_a_report(queue, report, now):
    """Nothing has been handed off, so the report is about nothing that we know."""
    message = queue("amara")

    record_receipt(report=report(message), now=now)

    assert state(message)[0] == MessageState.QUEUED


def test_an_abandoned_message_that_was_reported_is_no_riddle(queue, report, now):
    message = queue("amara", kind="nudge")
    [claimed] = claim(worker=uuid.uuid4(), now=now, limit=1)
    Message.objects.update(state=MessageState.HANDED_OFF, handed_off_at=now)
    record_receipt(report=report(message), now=now)

    settle_unknown(claimed, reason="Its worker was gone.", now=now)

    assert state(message) == (MessageState.ACCEPTED, Delivery.DELIVERED)


def test_the_first_reason_of_a_suppression_stands_and_it_can_be_lifted(now):
    assert suppress(email_key="amara@example.org", scope=Scope.ALL, reason="Bounced.", now=now)
    assert not suppress(email_key="amara@example.org", scope=Scope.ALL, reason="Again.", now=now)
    assert Suppression.objects.get().reason == "Bounced."

    assert lift_suppression(email_key="amara@example.org", scope=Scope.ALL)
    assert not lift_suppression(email_key="amara@example.org", scope=Scope.ALL)


class TestFollowing:
    @pytest.fixture
    def told(self, monkeypatch):
        heard = []
        monkeypatch.setattr(
            messages._registry, "followers", [lambda batch, now: heard.extend((m.pk, m.delivery) for m in batch)]
        )
        return heard

    def test_each_step_is_told_once(self, queue, report, now, told):
        message = queue("amara")

        record_receipt(report=report(message, delivery=Delivery.DEFERRED), now=now)
        assert follow_up(now=now) == 1
        assert follow_up(now=now) == 0
        record_receipt(report=report(message), now=now)
        record_receipt(report=report(message, delivery=Delivery.ACCEPTED), now=now)
        assert follow_up(now=now) == 1

        assert told == [(message.pk, Delivery.DEFERRED), (message.pk, Delivery.DELIVERED)]

    def test_what_failed_to_follow_is_told_again(self, queue, report, now, told, monkeypatch):
        message = queue("amara")
        record_receipt(report=report(message), now=now)

        def broken(batch, now):
            raise RuntimeError("not now")

        with monkeypatch.context() as patch:
            patch.setattr(messages._registry, "followers", [broken])
            with pytest.raises(RuntimeError):
                follow_up(now=now)

        assert follow_up(now=now) == 1
        assert told == [(message.pk, Delivery.DELIVERED)]

    def test_a_message_without_an_invite_is_followed_when_it_is_accepted(self, queue, deliverer, told, smtp_sink):
        queue("amara")

        deliverer.deliver_batch()

        message = Message.objects.get()
        assert (message.delivery, message.followed) == (Delivery.ACCEPTED, Delivery.ACCEPTED)


def test_a_reworded_copy_of_the_same_report_is_another_one(queue, report, now):
    """Negative control of the digest: what differs in what it says is not taken for the same."""
    message = queue("amara")
    one = report(message, delivery=Delivery.DEFERRED, reason="greylisted")

    assert record_receipt(report=one, now=now)
    assert record_receipt(report=replace(one, reason="still greylisted"), now=now)
    assert not record_receipt(report=one, now=now)


def test_a_provider_that_accepts_and_then_rejects(queue, report, now, deliverer, smtp_sink):
    """It took the mail, and dropped it later: the mail has left us, and did not arrive."""
    message = queue("amara")
    deliverer.deliver_batch()
    assert state(message) == (MessageState.ACCEPTED, Delivery.ACCEPTED)

    dropped = report(message, delivery=Delivery.BOUNCED, reason="Dropped: blocked by policy")
    assert record_receipt(report=dropped, now=now + timedelta(minutes=1))

    assert state(message) == (MessageState.ACCEPTED, Delivery.BOUNCED)
    assert message.delivery_reason == "Dropped: blocked by policy"
    assert not Suppression.objects.exists(), "a policy is no wrong address"
