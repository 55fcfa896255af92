"""Sending one message once more, because staff ask for it; and the policy of when that helps anybody."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.db import transaction
from django.db.models import F, Q

from events.invites.models import InviteRevision
from events.outbox.messages import kind_of
from events.outbox.models import Message, Suppression
from events.outbox.rules import UNSETTLED, MessageState
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.services.managing import SAME_REQUEST
from events.registration.services.telling import registration_message
from portal.addresses import email_key

log = structlog.get_logger(__name__)

# Not known to have arrived: these are sent again whatever they say.
NOT_ARRIVED = (MessageState.FAILED, MessageState.UNKNOWN, MessageState.EXPIRED)
# These can be sent again even when the mail server took them: people lose mails, and the bytes are the same.
CONFIRMING = ("confirmation", "promotion", "update", "waiting", "speaker_hold")
# What names a moment is worth nothing after it.
REMINDING = "reminder"


class Resent(StrEnum):
    """What became of the wish to send a message again."""

    SENT = "sent"
    SENT_BEFORE = "sent_before"
    REFUSED = "refused"


def resend_problems(*, messages: Iterable[Message], now: datetime) -> dict[int, str]:
    """Return why each message cannot be sent again, in a sentence; empty: it can. Two statements for all of them.

    The messages must come with their registration and its event.
    """
    rows = list(messages)
    newer = _superseded(rows)
    scopes = _suppressed(rows)
    return {row.pk: _problem(row, newer, scopes, now) for row in rows}


@transaction.atomic
def resend_message(*, message_id: int, now: datetime) -> Resent:
    """Send a message again to where its person can be reached now; asked twice in two minutes, it is sent once."""
    registration_id = Message.objects.values_list("registration_id", flat=True).get(pk=message_id)
    if registration_id is None:
        return Resent.REFUSED
    # Whoever clicks twice waits here, and then sees the first click's message.
    Registration.objects.select_for_update(no_key=True).get(pk=registration_id)
    message = Message.objects.select_related("registration__event").get(pk=message_id)
    if resend_problems(messages=[message], now=now)[message.pk] or message.registration is None:
        return Resent.REFUSED
    copies = Message.objects.filter(registration_id=registration_id, dedupe_key__startswith=_key(message))
    recent = Q(created_at__gt=now - timedelta(seconds=SAME_REQUEST))
    if copies.filter(recent | Q(state__in=UNSETTLED)).exists():
        return Resent.SENT_BEFORE
    copy = registration_message(
        registration=message.registration,
        kind=message.kind,
        cause=f"resent-{message.pk}-{int(now.timestamp())}",
        revisions=message.revisions,
        not_after=message.not_after if message.kind == REMINDING else message.registration.event.over_at,
        now=now,
    )
    copy.session_id = message.session_id
    enqueue([copy])
    log.info("message.resent", message=message.pk, kind=message.kind)
    return Resent.SENT


def _key(message: Message) -> str:
    return f"{message.kind}:{message.registration_id}:resent-{message.pk}-"


def _superseded(messages: Iterable[Message]) -> set[int]:
    """Return the revisions after which the same person was issued a newer one."""
    ids = [pk for message in messages for pk in message.revisions]
    older = InviteRevision.objects.filter(pk__in=ids).exclude(sequence=F("invite__sequence"))
    return set(older.values_list("pk", flat=True)) if ids else set()


def _suppressed(messages: Iterable[Message]) -> dict[str, set[str]]:
    keys = {message.registration.email_key for message in messages if message.registration is not None} - {""}
    scopes: dict[str, set[str]] = {}
    for key, scope in Suppression.objects.filter(email_key__in=keys).values_list("email_key", "scope") if keys else ():
        scopes.setdefault(key, set()).add(scope)
    return scopes


def _problem(message: Message, newer: set[int], scopes: Mapping[str, set[str]], now: datetime) -> str:
    registration, kind = message.registration, kind_of(message.kind)
    if registration is None or kind is None or message.broadcast_id is not None:
        return "It is not about one person’s place."
    if registration.erased_at is not None:
        return "The person’s data has been deleted."
    if message.state in UNSETTLED or message.state == MessageState.HELD:
        return "It has not been sent yet."
    if message.state not in NOT_ARRIVED and not (message.state == MessageState.ACCEPTED and message.kind in CONFIRMING):
        return "It was sent, or left out on purpose."
    over_at = message.not_after if message.kind == REMINDING else registration.event.over_at
    if over_at is not None and over_at <= now:
        return "It is about the past."
    if kind.registration_states and registration.state not in kind.registration_states:
        return f"It is not true any more: the registration is {registration.get_state_display()}."
    if kind.event_statuses and registration.event.status not in kind.event_statuses:
        return f"It is not true any more: the event is {registration.event.get_status_display().lower()}."
    if newer.intersection(message.revisions):
        return "A newer one has been issued since."
    if message.revisions and email_key(message.to_email) != registration.email_key:
        return "It was made for another address."
    if scopes.get(registration.email_key, set()).intersection(kind.suppressed_by):
        return "We do not write to this address. Lift that first."
    return ""
