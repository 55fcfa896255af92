"""What mail providers report, by anymail's webhooks: from their words to ours, and no further."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from anymail.signals import AnymailTrackingEvent, tracking
from django.db import Error as DatabaseError
from django.dispatch import receiver
from django.utils import timezone

from events.outbox.bounces import is_permanent
from events.outbox.rules import REPORTED, Delivery, Report, scope_of
from events.outbox.services import record_receipt

log = structlog.get_logger(__name__)

OUR_MESSAGE_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


@receiver(tracking, dispatch_uid="events.receipts")
def take_report(sender: Any, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """Record what anymail has verified and read. It raises only what the database does."""
    try:
        report = report_of(event, provider=esp_name, now=timezone.now())
        if report is not None:
            record_receipt(report=report, now=timezone.now())
    except DatabaseError:
        raise
    except Exception:
        # One that breaks our reading of it must not cost those that came in the same call.
        log.exception("webhook.report_unreadable", provider=str(esp_name)[:40])


def report_of(event: AnymailTrackingEvent, *, provider: str, now: datetime) -> Report | None:
    """Return an event in our words; None for what says nothing about delivery, or names no mail."""
    event_type, reject_reason = _text(event.event_type), _text(event.reject_reason)
    if event_type not in REPORTED:
        return None
    provider_id = _text(event.message_id)
    key = _key_of(event.metadata, provider_id)
    if key is None and not provider_id:
        return None
    permanent = REPORTED[event_type] is Delivery.BOUNCED and is_permanent(
        provider=_text(provider), said=event.esp_event, reject_reason=reject_reason
    )
    happened_at = event.timestamp if isinstance(event.timestamp, datetime) and event.timestamp.tzinfo else now
    return Report(
        provider=_text(provider),
        event_id=_text(event.event_id),
        message_key=key,
        provider_id=provider_id,
        delivery=REPORTED[event_type],
        is_permanent=permanent,
        scope=scope_of(event_type=event_type, reject_reason=reject_reason, is_permanent=permanent),
        reason=_reason(event),
        happened_at=happened_at,
        recipient=_text(event.recipient),
    )


def _key_of(metadata: Any, provider_id: str) -> UUID | None:
    """Return our key: from the metadata that went with the mail, or from our own Message-ID where it is theirs too."""
    said = metadata.get("message") if isinstance(metadata, dict) else None
    match = OUR_MESSAGE_ID.search(provider_id)
    for candidate in (said, match[1] if match else None):
        with suppress(ValueError):
            if isinstance(candidate, str):
                return UUID(candidate)
    return None


def _reason(event: AnymailTrackingEvent) -> str:
    words = _text(event.mta_response) or _text(event.description) or _text(event.reject_reason)
    return ADDRESS.sub("(address)", words)[:300]


def _text(value: Any) -> str:
    """Return one line of text: what a provider sends may hold any type, and bytes that a database refuses."""
    if isinstance(value, int):
        value = str(value)
    if not isinstance(value, str):
        return ""
    # Neither database nor digest takes half of a surrogate pair, which JSON can hold.
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return " ".join(whole.replace("\x00", "").split())[:500]
