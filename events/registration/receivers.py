"""Anymail's inbound signal: a mail that a provider took in for us (ADR 14)."""

from email.errors import MessageError
from typing import Any

import structlog
from anymail.signals import AnymailInboundEvent, inbound
from django.dispatch import receiver
from django.utils import timezone

from events.registration.services.replying import receive_mail

log = structlog.get_logger(__name__)


@receiver(inbound, dispatch_uid="events.replies")
def take_mail(sender: Any, event: AnymailInboundEvent, esp_name: str, **kwargs: Any) -> None:
    """Hand the whole mail on: a reply's calendar is an alternative, which anymail's `attachments` leaves out.

    It raises only what the database raises: then the provider brings the mail again.
    """
    try:
        raw = event.message.as_bytes()
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        # Python cannot write down again what it has read: a mail made to break parsers.
        log.warning("inbound.unwritable", provider=esp_name)
        return
    receive_mail(raw=raw, now=timezone.now())
