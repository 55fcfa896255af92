"""Asking for the newsletter, agreeing by the link in a mail, and changing what comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from events.consent.services import consent_wording
from events.newsletter.models.subscription import Subscription
from events.newsletter.queries import live_subscription
from events.newsletter.rules import CONFIRM_KIND, CONFIRM_WITHIN, KNOWN_KIND, SubscriptionState, in_order
from events.outbox.models import Message
from events.outbox.rules import MessageState, Scope
from events.outbox.services import (
    address_digest,
    book_stranger_mail,
    draft_row,
    enqueue,
    lift_complaint,
    lift_suppression,
)
from portal.addresses import email_key

log = structlog.get_logger(__name__)

# The first mail waits for a day that has one left; a repeated one does not come at all.
MOST_DAYS_LATE = 3
NO_MAIL_LEFT = "The address had its three mails for the day."
PENDING, CONFIRMED = SubscriptionState.PENDING, SubscriptionState.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form holds, cleaned. `submission`: a double click is one wish."""

    email: str
    topics: tuple[str, ...]
    language: str
    consent_text: str
    submission: UUID
    source: str = ""


def subscribe(*, wish: Wish, now: datetime) -> None:
    """Ask an address whether its reader wants the newsletter; tell one that has it how to change it.

    Nothing is returned, for nothing may be told apart (law 6): the mail says the rest.
    """
    try:
        _subscribe(wish, now)
    except IntegrityError:  # somebody has asked for the same address since we looked: now the look finds it
        _subscribe(wish, now)


@transaction.atomic
def _subscribe(wish: Wish, now: datetime) -> None:
    key = email_key(wish.email)
    known = live_subscription(key)
    if known is not None and known.state == CONFIRMED:
        # Nothing that a stranger types changes what somebody has agreed to.
        _write(known, KNOWN_KIND, str(wish.submission), now, days_ahead=0)
        return
    asked = {
        "topics": in_order(wish.topics),
        "language": wish.language,
        "consent": consent_wording(wish.consent_text, now),
        "source": wish.source,
        "asked_at": now,
    }
    if known is None:
        known = Subscription.objects.create(
            email=wish.email, email_key=key, digest=address_digest(key), state=PENDING, **asked
        )
        log.info("subscription.asked", subscription=known.pk)
        days_ahead = MOST_DAYS_LATE
    else:
        Subscription.objects.filter(pk=known.pk, state=PENDING).update(**asked)
        days_ahead = 0
    _write(known, CONFIRM_KIND, str(wish.submission), now, days_ahead=days_ahead)


def _write(reader: Subscription, kind: str, cause: str, now: datetime, *, days_ahead: int) -> None:
    dedupe_key = f"{kind}:{reader.key}:{cause}"
    if Message.objects.filter(dedupe_key=dedupe_key).exists():
        return
    due_at = book_stranger_mail(email_key=reader.email_key, now=now, days_ahead=days_ahead)
    row = draft_row(
        kind=kind,
        dedupe_key=dedupe_key,
        to_email=reader.email,
        now=now,
        due_at=due_at,
        not_after=now + CONFIRM_WITHIN if kind == CONFIRM_KIND else now + timedelta(days=1),
    )
    row.subscription_id = reader.pk
    if due_at is None:
        row.state, row.reason, row.settled_at = MessageState.SKIPPED, NO_MAIL_LEFT, now
    enqueue([row])


@transaction.atomic
def confirm(*, key: UUID, now: datetime) -> Subscription | None:
    """Take the reader's word for it; return the subscription, also for the second click. None: too late, or ended.

    Whoever has unsubscribed from our news, or called a mail spam, and now agrees by their own mailbox gets it again.
    """
    reader = Subscription.objects.select_for_update().filter(key=key).first()
    if reader is None or reader.state == SubscriptionState.ENDED:
        return None
    if reader.state == CONFIRMED:
        return reader
    if reader.asked_at <= now - CONFIRM_WITHIN:
        return None
    reader.state, reader.confirmed_at = CONFIRMED, now
    reader.save(update_fields=["state", "confirmed_at"])
    lift_suppression(email_key=reader.email_key, scope=Scope.NEWS)
    lift_complaint(email_key=reader.email_key)
    log.info("subscription.confirmed", subscription=reader.pk)
    return reader


@transaction.atomic
def change_preferences(*, key: UUID, version: int, topics: tuple[str, ...], language: str) -> bool:
    """Keep other topics and another language; return whether the link could still do that.

    Saying what one wants is wanting news again.
    """
    rows = Subscription.objects.filter(key=key, token_version=version, state=CONFIRMED)
    if not rows.update(topics=in_order(topics), language=language):
        return False
    lift_suppression(email_key=rows.get().email_key, scope=Scope.NEWS)
    return True


@transaction.atomic
def renew_links(*, key: UUID, version: int, now: datetime) -> bool:
    """Send a new link; the old ones only say goodbye from now on. Return whether this one could still do that."""
    rows = Subscription.objects.filter(key=key, token_version=version, state=CONFIRMED)
    if not rows.update(token_version=F("token_version") + 1):
        return False
    reader = Subscription.objects.get(key=key)
    _write(reader, KNOWN_KIND, f"renewed-{reader.token_version}", now, days_ahead=MOST_DAYS_LATE)
    return True
