"""Taking messages out of the way that have not left yet, even out of the hands of a worker."""

import time
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Q, When

from events.outbox.models import Message
from events.outbox.rules import MessageState

# Long enough for what a worker does in one transaction.
BETWEEN_PASSES = 0.02
MOST_PASSES = 50
_RAISED = Case(
    When(state=MessageState.CLAIMED, then=F("fence") + 1), default=F("fence"), output_field=PositiveIntegerField()
)


def hold_messages(*, where: Q, now: datetime) -> int:
    """Hold what waits or was claimed; return how many. What is on the wire by now still goes, and no more."""
    return _take(where, (MessageState.QUEUED, MessageState.CLAIMED), {"state": MessageState.HELD})


def release_held(*, where: Q, now: datetime) -> int:
    """Let held messages go on; return how many."""
    return Message.objects.filter(where, state=MessageState.HELD).update(state=MessageState.QUEUED, due_at=now)


def drop_messages(*, where: Q, reason: str, now: datetime) -> int:
    """Settle what has not left, held or not; return how many. What is on the wire by now still goes, and no more."""
    states = (MessageState.QUEUED, MessageState.HELD, MessageState.CLAIMED)
    return _take(where, states, {"state": MessageState.SKIPPED, "reason": reason, "settled_at": now})


def _take(where: Q, states: tuple[MessageState, ...], changes: dict[str, Any]) -> int:
    """Change rows that workers may be changing too.

    The fence rises, so that a worker which has claimed one cannot hand it off. Rows that a worker has locked are passed
    over and looked at again: it locks several in an order of its own, and waiting for it could be for ever. So this
    must not run inside another transaction.
    """
    wanted = Message.objects.filter(where, state__in=states)
    taken = 0
    for _ in range(MOST_PASSES):
        with transaction.atomic(durable=True):
            free = wanted.select_for_update(skip_locked=True, of=("self",))  # SQLite has one writer at a time anyway
            rows = Message.objects.filter(pk__in=free.values("pk"))
            taken += rows.update(**changes, fence=_RAISED, claimed_by=None, lease_until=None)
        if not wanted.exists():
            break
        time.sleep(BETWEEN_PASSES)
    return taken
