"""Another address for the same place: its holder's wish, or a repair when mail bounces (calendar policy, row 12)."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from events.invites.services import issue
from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.outbox.services import enqueue, skip_queued
from events.registration.models import Registration
from events.registration.queries import current_versions, latest_revisions
from events.registration.rules import LIVE_STATES, RegistrationState, code_of
from events.registration.services.places import lock_pools
from events.registration.services.strangers import MOST_DAYS_LATE, within_daily_limit
from events.registration.services.telling import CONFIRMED, READDRESSED, issues_for, registration_message, write_up
from events.schedule.models import Event
from portal.addresses import email_key

log = structlog.get_logger(__name__)


def repair_code(submission: UUID) -> str:
    """Return the short code that the confirmation page shows: it can correct an address that bounces, and no more.

    From the submission, so that nobody gets the code of a registration that their own form did not make.
    """
    digest = hmac.new(settings.SECRET_KEY.encode(), b"repair:" + submission.bytes, hashlib.sha256).digest()
    return code_of(digest)


def repair_digest(code: str) -> str:
    """Return what is stored of a code; spaces, dashes and case do not matter to who types it."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hmac.new(settings.SECRET_KEY.encode(), b"repair-code:" + plain.encode(), hashlib.sha256).hexdigest()


def registration_of_code(code: str) -> Registration | None:
    """Return the live registration that a code may correct: one whose address bounces."""
    return Registration.objects.filter(
        repair_digest=repair_digest(code), undelivered_at__isnull=False, state__in=LIVE_STATES, erased_at=None
    ).first()


def correct_address(*, code: str, email: str, now: datetime) -> None:
    """Correct an address that bounces; a wrong code changes nothing, and nobody is told which it was (law 6)."""
    registration = registration_of_code(code)
    if registration is not None:
        change_address(registration_id=registration.pk, email=email, now=now)


@transaction.atomic
def change_address(*, registration_id: int, email: str, now: datetime) -> bool:
    """Move a registration to another address; return whether it moved. The same address again is no change.

    The old address gets a CANCEL, unless mail to it bounces; the new one an invite of its own, with a new UID. Links
    sent so far are revoked: the old mailbox may be somebody else's. Where the new address has a registration for the
    event already, that one is told, and nothing moves.
    """
    pool_id = Registration.objects.values_list("pool_id", flat=True).get(pk=registration_id)
    pool = lock_pools(pool_ids=[pool_id])[pool_id]
    event = pool.event
    registration = Registration.objects.select_for_update(no_key=True).get(pk=registration_id)
    key = email_key(email)
    is_over = event.over_at is not None and event.over_at <= now
    if registration.state not in LIVE_STATES or registration.email_key == key or is_over:
        return False
    known = Registration.objects.filter(event=event, email_key=key, state__in=LIVE_STATES, erased_at=None).first()
    if known is not None:
        enqueue(within_daily_limit([_message(known, "already_registered", event, now)], key, now, MOST_DAYS_LATE))
        return False
    _leave_old(registration, event, now)
    registration.email, registration.email_key = email, key
    registration.token_version += 1
    registration.undelivered_at = None
    registration.save(update_fields=["email", "email_key", "token_version", "undelivered_at"])
    _redirect_waiting(registration, now)
    _welcome_new(registration, pool.kind, event, now)
    log.info("registration.readdressed", registration=registration.pk, event_id=event.pk)
    return True


def _leave_old(registration: Registration, event: Event, now: datetime) -> None:
    """Take the entries out of the old calendar; nobody is written to at an address that bounces."""
    issues = issues_for(
        registration=Registration(
            pk=registration.pk, state=RegistrationState.CANCELLED, language=registration.language
        ),
        pool_kind=registration.pool.kind,
        event=event,
        versions=[],
        last=latest_revisions([registration.pk]),
        now=now,
    )
    if registration.undelivered_at is not None:
        issue(issues=issues, now=now)
        return
    messages = write_up(
        issues=issues,
        words={registration.pk: READDRESSED},
        registrations=[registration],
        not_after=event.over_at,
        now=now,
    )
    enqueue(messages or [_message(registration, "address_changed", event, now)])


def _redirect_waiting(registration: Registration, now: datetime) -> None:
    """Send what waits to the new address; an invite that waits was made for the old one and leaves no more."""
    old = Q(registration=registration) & ~Q(kind="address_changed")
    # What a worker has composed already bears the old address: taken out of its hands first (the fence).
    Message.objects.filter(old, state=MessageState.CLAIMED).update(
        state=MessageState.QUEUED, fence=F("fence") + 1, claimed_by=None, lease_until=None
    )
    skip_queued(where=old & ~Q(revisions=[]), reason="The address has changed.", now=now)
    waiting = Message.objects.filter(old, state__in=[MessageState.QUEUED, MessageState.HELD])
    waiting.update(to_email=registration.email)


def _welcome_new(registration: Registration, pool_kind: str, event: Event, now: datetime) -> None:
    messages: list[Message] = []
    if registration.state == RegistrationState.CONFIRMED:
        issues = issues_for(
            registration=registration,
            pool_kind=pool_kind,
            event=event,
            versions=current_versions(event),
            last={},
            now=now,
        )
        messages = write_up(
            issues=issues,
            words={registration.pk: CONFIRMED},
            registrations=[registration],
            not_after=event.over_at,
            now=now,
        )
    else:
        messages = [_message(registration, "waiting", event, now)]
    # Whoever types an address may not be its owner.
    enqueue(within_daily_limit(messages, registration.email_key, now, MOST_DAYS_LATE))


def _message(registration: Registration, kind: str, event: Event, now: datetime) -> Message:
    return registration_message(
        registration=registration,
        kind=kind,
        cause=f"address-{registration.token_version}-{int(now.timestamp())}",
        not_after=event.over_at,
        now=now,
    )
