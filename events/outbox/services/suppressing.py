"""Promises not to write to an address, and how far each goes."""

from datetime import datetime

import structlog
from django.db import transaction

from events.outbox.models import Suppression
from events.outbox.rules import Scope

log = structlog.get_logger(__name__)

COMPLAINT = "Its reader reported a mail as spam."


@transaction.atomic
def suppress(*, email_key: str, scope: Scope, reason: str, now: datetime) -> bool:
    """Write no more mail of this scope to an address; return whether that is new. The first reason stands."""
    _, is_new = Suppression.objects.get_or_create(
        email_key=email_key, scope=scope, defaults={"reason": reason[:200], "created_at": now}
    )
    if is_new:
        log.info("suppression.made", scope=scope.value)
    return is_new


@transaction.atomic
def lift_suppression(*, email_key: str, scope: Scope) -> bool:
    """Allow mail of this scope again; return whether it was suppressed."""
    deleted, _ = Suppression.objects.filter(email_key=email_key, scope=scope).delete()
    return bool(deleted)


@transaction.atomic
def lift_complaint(*, email_key: str) -> bool:
    """Allow again what a complaint had ended; return whether there was one. What staff have suppressed stays so."""
    deleted, _ = Suppression.objects.filter(email_key=email_key, scope=Scope.OPTIONAL, reason=COMPLAINT).delete()
    return bool(deleted)
