"""Taking messages, and settling what a worker that is gone had in hand."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from events.outbox.messages import foreign_kinds, kind_of
from events.outbox.models import Message
from events.outbox.queries import due_messages
from events.outbox.rules import IN_HAND, Delivery, MessageState, after_unknown, back_off

log = structlog.get_logger(__name__)

# A message that brings its worker down before it is handed off would come back for ever. What counts is claims that
# came to nothing (fence minus attempts). A worker that dies ruins the claims of a whole batch, so after a few of them
# a message is claimed alone: from then on only its own deaths count, and the others of its batch are not given up.
CLAIMED_ALONE_AFTER = 5
MOST_CLAIMS = 20
FREE = {"claimed_by": None, "lease_until": None}


def claim(*, worker: UUID, now: datetime, limit: int) -> list[Message]:
    """Take up to `limit` due messages, in the order in which they are to leave."""
    due = due_messages(now=now)
    if foreign := foreign_kinds():
        due = due.exclude(kind__in=foreign)
    if not due.exists():  # without a write lock: an idle worker must not stand in anybody's way
        return []
    with transaction.atomic():
        # SKIP LOCKED: two workers take different rows and neither waits. SQLite has one writer at a time anyway.
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        ids = _one_batch(list(due.values_list("id", "fence", "attempts")[:limit]))
        Message.objects.filter(id__in=ids, state=MessageState.QUEUED).update(
            state=MessageState.CLAIMED,
            claimed_by=worker,
            lease_until=now + settings.LEASE,
            fence=F("fence") + 1,
        )
    mine = Message.objects.filter(id__in=ids, state=MessageState.CLAIMED, claimed_by=worker)
    return list(mine.order_by("due_at", "id"))


def _one_batch(due: list[tuple[int, int, int]]) -> list[int]:
    """Return which of the due messages (id, fence, attempts) to take together: the first alone if it is suspect."""
    unsuspected = [pk for pk, fence, attempts in due if fence - attempts < CLAIMED_ALONE_AFTER]
    return unsuspected if unsuspected[:1] == [pk for pk, _, _ in due[:1]] else [due[0][0]]


def release(*, messages: list[Message], due_at: datetime, reason: str = "", failed_attempt: bool = False) -> None:
    """Put claimed messages back that were not handed off."""
    rows = Message.objects.filter(
        id__in=[m.id for m in messages], state=MessageState.CLAIMED, claimed_by=messages[0].claimed_by
    )
    rows.update(
        state=MessageState.QUEUED,
        due_at=due_at,
        reason=reason,
        attempts=F("attempts") + (1 if failed_attempt else 0),
        **FREE,
    )


def expire_overdue(*, now: datetime) -> int:
    """Settle waiting messages whose deadline has passed, so that nothing about the past is ever sent."""
    overdue = Message.objects.filter(state=MessageState.QUEUED, not_after__lte=now)
    if not overdue.exists():
        return 0
    return overdue.update(
        state=MessageState.EXPIRED, reason="Its deadline had passed before it could be sent.", settled_at=now
    )


def settle_abandoned(*, now: datetime, is_alive: Callable[[UUID], bool]) -> int:
    """Settle what workers had in hand that are gone, or whose lease has lapsed; return how many messages.

    What was only claimed goes back into the queue. What was handed off may have arrived: it is UNKNOWN, unless its
    kind is worth a second copy under the same Message-ID (DESIGN law 3). The fence keeps a worker that was merely
    stopped from touching the rows when it wakes.
    """
    in_hand = Message.objects.filter(state__in=IN_HAND)
    owners = set(in_hand.values_list("claimed_by", flat=True).order_by())
    dead = [owner for owner in owners if owner is not None and not is_alive(owner)]
    lapsed = Q(lease_until__lte=now)
    settled = 0
    for message in in_hand.filter(Q(claimed_by__in=dead) | lapsed):
        settled += _settle(message, now)
    if settled:
        log.warning("outbox.abandoned_settled", messages=settled, dead_workers=len(dead))
    return settled


def _settle(message: Message, now: datetime) -> int:
    same = Message.objects.filter(id=message.id, fence=message.fence, state=message.state)
    if message.state == MessageState.CLAIMED:
        if message.fence - message.attempts >= MOST_CLAIMS:
            return same.update(
                state=MessageState.FAILED,
                reason="Its worker stopped each time before it could be sent.",
                settled_at=now,
                **FREE,
            )
        return same.update(state=MessageState.QUEUED, due_at=now, **FREE)
    return settle_unknown(message, reason="Its worker was gone before the mail server's answer was recorded.", now=now)


def _provider_knows_it(message: Message, now: datetime) -> bool:
    """Whether the provider takes our key, and has not yet forgotten the first hand-off under it."""
    lifetime = getattr(import_string(settings.MAILERS["default"]["BACKEND"]), "same_key_for", None)
    if lifetime is None:
        return False
    first = message.first_due_at if message.resends else message.handed_off_at or now
    return bool(now < first + lifetime)


def settle_unknown(message: Message, *, reason: str, now: datetime) -> int:
    """Record that nobody knows whether a handed-off message arrived; send it once more where that harms less."""
    same = Message.objects.filter(id=message.id, fence=message.fence, state=MessageState.HANDED_OFF)
    # Its provider may have told already.
    if reported := same.filter(delivery__gt=Delivery.NONE).update(
        state=MessageState.ACCEPTED, reason="", settled_at=now, **FREE
    ):
        return reported
    kind = kind_of(message.kind)
    state = after_unknown(
        resend_when_unknown=kind is not None and kind.resend_when_unknown,
        resends=message.resends,
        same_key=_provider_knows_it(message, now),
    )
    if state is MessageState.QUEUED:
        # At once the first time; a provider that keeps failing under the same key gets the usual pauses.
        due_at = now if message.resends == 0 else now + back_off(attempts=message.resends, jitter=0.5)
        return same.update(state=state, due_at=due_at, resends=F("resends") + 1, reason=reason, **FREE)
    return same.update(state=state, reason=reason, settled_at=now, **FREE)
