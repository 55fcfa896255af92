"""Mails to her: at a safe time, in their order, and without her address."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from events.outbox.models import Message
from events.outbox.services import bring_forward, draft_row, skip_queued
from events.walks.models import WalkRequest
from events.walks.rules import SafeTime
from events.walks.safe_times import leaves_at


def row_for_her(
    *,
    walk: WalkRequest,
    kind: str,
    dedupe_key: str,
    now: datetime,
    not_before: datetime | None = None,
    starts_at: datetime | None = None,
    **fields: Any,
) -> Message:
    """Return an unsaved mail to her that leaves when it is safe; the worker takes her address from the sealed box.

    `starts_at`: the walk that it is news of. Of her mails each waits for the one before it, so what is urgent takes
    along what still waits.
    """
    stream = f"walk:{walk.pk}:woman:0"
    due_at = leaves_at(SafeTime(walk.safe_time), now=not_before or now, zone=settings.TIME_ZONE, starts_at=starts_at)
    if kind != "walk_received":
        # These anybody can cause (three a day): later news says more, and they must not be taken along with it.
        later = Q(walk=walk, kind="walk_received", due_at__gt=due_at)
        skip_queued(where=later, reason="Later news of the request says more.", now=now)
    bring_forward(stream=stream, to=due_at)
    row = draft_row(kind=kind, dedupe_key=dedupe_key, to_email="", now=now, due_at=due_at, stream=stream, **fields)
    row.walk_id = walk.pk
    return row
