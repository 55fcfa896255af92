"""Recording what providers report: the same report twice, in any order or before our own record, ends in one state."""

import hashlib
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from events.outbox.models import DeliveryReceipt, Message
from events.outbox.rules import Delivery, MessageState, Report, Scope
from events.outbox.services.suppressing import COMPLAINT, suppress
from portal.addresses import email_key

log = structlog.get_logger(__name__)

# A report about a mail that we know nothing of so long after it came is about somebody else's.
ORPHANS_KEPT = timedelta(days=7)
FREE = {"claimed_by": None, "lease_until": None}


@transaction.atomic
def record_receipt(*, report: Report, now: datetime) -> bool:
    """Record one report; return whether it was new. What it means for a registration follows in the worker.

    A report that names a message of ours which is not there is dropped: it belongs to another installation. One that
    names only the provider's own id may be early, and waits for the message that it is about.
    """
    digest = digest_of(report)
    if DeliveryReceipt.objects.filter(digest=digest).exists():
        return False
    message = _message_of(report)
    if message is None and (report.message_key is not None or not report.provider_id):
        return False
    receipt, is_new = DeliveryReceipt.objects.get_or_create(
        digest=digest,
        defaults={
            "message": message,
            "provider": report.provider[:40],
            "provider_id": report.provider_id[:200],
            "delivery": report.delivery,
            "scope": report.scope or "",
            "is_permanent": report.is_permanent,
            "reason": report.reason[:300],
            "happened_at": min(report.happened_at, now),
            "received_at": now,
        },
    )
    if is_new and message is not None:
        _apply(receipt, message, now)
    return is_new


def digest_of(report: Report) -> str:
    """Return what tells one report from another: the provider's id of it, or all that it says."""
    said = (
        [report.event_id]
        if report.event_id
        else [
            str(report.message_key or ""),
            report.provider_id,
            str(int(report.delivery)),
            report.happened_at.isoformat(),
            report.reason,
        ]
    )
    return hashlib.sha256("\x1f".join([report.provider, *said]).encode()).hexdigest()


def adopt_receipts(*, now: datetime) -> int:
    """Give early reports to the messages that have meanwhile been recorded; return how many."""
    orphans = DeliveryReceipt.objects.filter(message=None)
    if not orphans.exists():
        return 0
    adopted = 0
    known = Message.objects.filter(provider_id__in=orphans.values("provider_id"))
    for message_id, provider_id in known.values_list("pk", "provider_id"):
        with transaction.atomic():
            message = _locked(Q(pk=message_id))
            for receipt in orphans.filter(provider_id=provider_id):
                if message is None or not orphans.filter(pk=receipt.pk).update(message=message):
                    continue
                _apply(receipt, message, now)
                adopted += 1
    orphans.filter(received_at__lt=now - ORPHANS_KEPT).delete()
    return adopted


def _message_of(report: Report) -> Message | None:
    if report.message_key is not None:
        message = _locked(Q(key=report.message_key))
    else:
        message = _locked(Q(provider_id=report.provider_id)) if report.provider_id else None
    if message is None or not report.recipient or not message.to_email:
        return message
    return message if email_key(report.recipient) == email_key(message.to_email) else None


def _locked(condition: Q) -> Message | None:
    # Two reports about one message at the same moment: the second sees what the first wrote.
    return Message.objects.select_for_update(no_key=True, of=("self",)).filter(condition).first()


def _apply(receipt: DeliveryReceipt, message: Message, now: datetime) -> None:
    """Bring the locked message up to its highest report, and settle one whose fate was unknown."""
    # From all that is there, not from this one: the last to arrive must not decide.
    top = message.receipts.order_by("-delivery", "-happened_at", "-digest")[0]
    rows = Message.objects.filter(pk=message.pk)
    if top.delivery >= message.delivery:
        rows.update(delivery=top.delivery, delivery_at=top.happened_at, delivery_reason=top.reason)
    # Its provider has it, so it had left: a second copy is not sent.
    again = Q(state__in=[MessageState.QUEUED, MessageState.CLAIMED], resends__gt=0)
    rows.filter(Q(state=MessageState.UNKNOWN) | again).update(
        state=MessageState.ACCEPTED, reason="", settled_at=now, **FREE
    )
    if receipt.scope and message.to_email:
        suppress(
            email_key=email_key(message.to_email),
            scope=Scope(receipt.scope),
            reason=_why(Delivery(receipt.delivery)),
            now=now,
        )


def _why(delivery: Delivery) -> str:
    match delivery:
        case Delivery.COMPLAINED:
            return COMPLAINT
        case Delivery.BOUNCED:
            return "Mail to it bounces for good."
        case _:
            return "Its reader unsubscribed."
