"""Mail that came in: what it is, what follows, and one row that says so. The same mail twice is one."""

import hashlib
from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction

from events.invites.inbound import MOST_MAIL_BYTES
from events.invites.models import InboundMail
from events.invites.replies import InboundRead, Sort, read_mail
from events.invites.reports import NO_SUCH_MAILBOX, DeliveryReport
from events.invites.rules import InboundOutcome
from events.outbox.models import Message
from events.outbox.rules import Delivery, Report, Scope
from events.outbox.services import record_receipt
from events.registration.services.answering import take_answer
from events.registration.services.forwarding import forward, our_key
from portal.addresses import email_key

log = structlog.get_logger(__name__)

# RFC 3464, section 2.3.3. `expanded` went on to several mailboxes, of which no one report tells.
REPORTED = {
    "failed": Delivery.BOUNCED,
    "delayed": Delivery.DEFERRED,
    "delivered": Delivery.DELIVERED,
    "relayed": Delivery.DELIVERED,
}


def receive_mail(*, raw: bytes, now: datetime) -> InboundOutcome:
    """Take one mail in, in one transaction; the same one again changes nothing and has the same outcome.

    Raises only what a database raises that is down or busy: then whoever brought the mail brings it again. A mail that
    cannot be processed is recorded as ignored, so that it is not brought for ever.
    """
    mail = read_mail(raw)
    digest = digest_of(mail, raw)
    try:
        with transaction.atomic():
            outcome = _take(mail, digest, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("inbound.failed")
        row, _ = InboundMail.objects.get_or_create(
            digest=digest,
            defaults={
                "outcome": InboundOutcome.IGNORED,
                "reason": f"It could not be processed: {type(error).__name__}. The log has the details.",
                "received_at": now,
            },
        )
        outcome = InboundOutcome(row.outcome)
    return outcome


def digest_of(mail: InboundRead, raw: bytes) -> str:
    """Return what makes a mail the same mail: its Message-ID, or its bytes where it has none."""
    named = mail.envelope.message_id
    # Of a mail that is too large, some ways in bring the beginning only.
    return hashlib.sha256(f"id:{named}".encode() if named else b"raw:" + raw[: MOST_MAIL_BYTES + 1]).hexdigest()


def _take(mail: InboundRead, digest: str, now: datetime) -> InboundOutcome:
    # First, so that of two processes that bring the same mail the second waits here and then finds it taken.
    row, is_new = InboundMail.objects.get_or_create(
        digest=digest,
        defaults={"outcome": InboundOutcome.IGNORED, "reason": mail.reason[:200], "received_at": now},
    )
    if not is_new:
        return InboundOutcome(row.outcome)
    match mail.sort:
        case Sort.REPLY:
            _answer(mail, row, now)
        case Sort.WISH | Sort.WORDS:
            forward(mail=mail, row=row, words=mail.words, now=now)
        case Sort.REPORT:
            _report(mail, row, now)
        case Sort.AUTOMATIC | Sort.NOTHING:
            pass
    row.save()
    log.info("inbound.taken", mail=row.pk, sort=mail.sort.value, outcome=row.outcome)
    return InboundOutcome(row.outcome)


def _answer(mail: InboundRead, row: InboundMail, now: datetime) -> None:
    reply = mail.reply
    if reply is None:
        return
    verdict = take_answer(reply=reply, now=now)
    row.outcome, row.reason, row.invite_id = verdict.outcome, verdict.reason, verdict.invite_id
    # What a person added to an answer is read by a person; and nobody but staff can find another speaker.
    if verdict.outcome is InboundOutcome.ANSWERED and (reply.comment or verdict.concerns_host):
        forward(mail=mail, row=row, words=reply.comment, now=now)
        row.reason = verdict.reason


def _report(mail: InboundRead, row: InboundMail, now: datetime) -> None:
    """Record a mail server's report; one that does not name a mail of ours and its own recipient is anybody's."""
    said = mail.report
    message = _reported_message(said) if said is not None else None
    if said is None or message is None or said.action not in REPORTED:
        row.reason = "A report about no mail of ours to that recipient."
        return
    delivery = REPORTED[said.action]
    has_failed = delivery is Delivery.BOUNCED
    record_receipt(
        report=Report(
            provider="mailbox",
            event_id=row.digest,
            message_key=message.key,
            provider_id="",
            delivery=delivery,
            is_permanent=has_failed and said.status.startswith("5."),
            scope=Scope.ALL if has_failed and said.status in NO_SUCH_MAILBOX else None,
            reason=said.reason,
            happened_at=now,
            recipient=message.to_email,
        ),
        now=now,
    )
    row.outcome, row.reason = InboundOutcome.BOUNCE, f"{said.action} {said.status}"


def _reported_message(said: DeliveryReport) -> Message | None:
    key = our_key(said.message_id)
    message = Message.objects.filter(key=key, handed_off_at__isnull=False).first() if key else None
    if message is None or not message.to_email:
        return None
    named = {email_key(recipient) for recipient in said.recipients}
    return message if email_key(message.to_email) in named else None
