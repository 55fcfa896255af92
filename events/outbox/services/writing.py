"""Writing messages, in the transaction of their cause."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from events.outbox.models import Message, StrangerMailCount
from events.outbox.rules import MessageState


def enqueue(messages: Sequence[Message]) -> None:
    """Write messages. One whose `dedupe_key` exists already is the same message, and is not written again.

    Must run in the transaction of the cause: either both are there afterwards or neither.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A message is written in the transaction of its cause.")
    Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=500)


def draft_row(
    *,
    kind: str,
    dedupe_key: str,
    to_email: str,
    now: datetime,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    registration_id: int | None = None,
    session_id: int | None = None,
    revisions: Sequence[int] = (),
    stream: str = "",
) -> Message:
    """Return an unsaved row; `due_at` defaults to now."""
    due = due_at or now
    return Message(
        kind=kind,
        dedupe_key=dedupe_key,
        to_email=to_email,
        due_at=due,
        first_due_at=due,
        not_after=not_after,
        registration_id=registration_id,
        session_id=session_id,
        revisions=list(revisions),
        stream=stream,
        created_at=now,
    )


def skipped_row(*, reason: str, now: datetime, **fields: object) -> Message:
    """Return an unsaved row for a message that will not be sent, kept with its reason for the timeline."""
    row = draft_row(now=now, **fields)  # type: ignore[arg-type]
    row.state, row.reason, row.settled_at = MessageState.SKIPPED, reason, now
    return row


def skip_queued(*, where: Q, reason: str, now: datetime) -> int:
    """Settle messages that wait and are no longer wanted; return how many. What a worker holds is re-checked by it."""
    return Message.objects.filter(where, state=MessageState.QUEUED).update(
        state=MessageState.SKIPPED, reason=reason, settled_at=now
    )


def bring_forward(*, stream: str, to: datetime) -> int:
    """Let what waits in a stream leave no later than this; return how many. They keep their order."""
    waiting = Message.objects.filter(stream=stream, state=MessageState.QUEUED, due_at__gt=to)
    return waiting.update(due_at=to, first_due_at=to)


def book_stranger_mail(*, email_key: str, now: datetime, days_ahead: int) -> datetime | None:
    """Take one of the three mails a day that strangers can cause to an address; return when it may leave.

    Today if one is left, else the start of the first of the next `days_ahead` days that has one, else None.
    The count is taken by a conditional UPDATE: two requests at the same moment cannot both take the last.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    digest = address_digest(email_key)
    for offset in range(days_ahead + 1):
        day = today + timedelta(days=offset)
        if _take(digest, day):
            return now if offset == 0 else datetime.combine(day, datetime.min.time(), tzinfo=zone)
    return None


def _take(digest: str, day: date) -> bool:
    # The row first, for there is none on most days: two statements where "try, make, try again" takes three.
    StrangerMailCount.objects.bulk_create([StrangerMailCount(address_digest=digest, day=day)], ignore_conflicts=True)
    left = StrangerMailCount.objects.filter(address_digest=digest, day=day, count__lt=settings.STRANGER_MAILS_A_DAY)
    return bool(left.update(count=F("count") + 1))


def address_digest(email_key: str) -> str:
    """Return a keyed digest of an address: the count needs to know it again, not to name it."""
    return hmac.new(settings.SECRET_KEY.encode(), b"stranger-mail:" + email_key.encode(), hashlib.sha256).hexdigest()
