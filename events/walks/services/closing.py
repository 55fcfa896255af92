"""Closing a request: what came of it, and what it was about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events.outbox.services import enqueue, skip_queued
from events.walks.models import WalkOutcome, WalkRequest, WalkSlot
from events.walks.rules import WITH_OFFICER, Outcome, Theme, WalkState, Way, may_record, quarter_of
from events.walks.sealing import seal
from events.walks.services.locking import lock_walk
from events.walks.services.tallying import count_walked
from events.walks.services.telling import free_time, tell_calendars
from events.walks.services.writing import row_for_her

log = structlog.get_logger(__name__)

# She hears of these: of the others she knows, or must not hear.
TOLD = (Outcome.NO_ANSWER, Outcome.WITHDRAWN)


@transaction.atomic
def record_outcome(
    *, walk_id: int, outcome: Outcome, themes: Sequence[Theme], note: str, officer: Any, now: datetime
) -> bool:
    """Record what came of a walk and close it; return whether this officer could. The note is sealed like her words."""
    walk = lock_walk(walk_id, states=WITH_OFFICER)
    if walk is None or walk.officer_id != officer.pk:
        return False
    slot = WalkSlot.objects.filter(walk=walk).first()
    starts_at = slot.starts_at if slot else None
    if not may_record(outcome, state=WalkState(walk.state), starts_at=starts_at, now=now):
        return False
    if note:
        walk.sealed_note = seal_with_key_of(walk, note)
        walk.save(update_fields=["sealed_note"])
    close_walk(walk=walk, outcome=outcome, themes=themes if outcome is Outcome.WALKED else (), now=now)
    return True


def seal_with_key_of(walk: WalkRequest, note: str) -> bytes:
    """Seal an officer's note. Raises KeyMovedOnError where the request's other boxes have another key."""
    sealed = seal({"note": note}, about=walk.key)
    if sealed.key_id != walk.key_id:
        raise KeyMovedOnError
    return sealed.box


class KeyMovedOnError(Exception):
    """Raised between a change of key and `manage.py walk_keys reseal`: all boxes of a request have one key."""


def close_walk(*, walk: WalkRequest, outcome: Outcome, themes: Sequence[Theme], now: datetime) -> None:
    """Close a locked request; what stays of it for the figures is written beside it."""
    begun = WalkSlot.objects.filter(walk=walk, starts_at__lte=now).exists()
    place = walk.meeting_point
    if not begun:
        free_time(walk=walk, now=now)
    walk.meeting_point = place if begun else None
    walk.state, walk.state_at, walk.closed_at, walk.outcome = WalkState.CLOSED, now, now, outcome
    walk.contact_digest = ""  # she may ask again
    fields = ["state", "state_at", "closed_at", "outcome", "meeting_point", "wants_other_time", "contact_digest"]
    walk.save(update_fields=fields)
    tell_calendars(walk=walk, now=now)
    skip_queued(
        where=Q(walk=walk, kind__in=["walk_reminder", "walk_officer_reminder", "walk_received", "walk_times"]),
        reason="The request was closed.",
        now=now,
    )
    WalkOutcome.objects.create(
        borough_id=walk.borough_id,
        quarter_date=quarter_of(timezone.localtime(now).date()),
        outcome=outcome,
        themes=sorted({theme.value for theme in themes}),
        walk=walk,
    )
    if outcome is Outcome.WALKED:
        count_walked(walk)
    # While nobody has it, whoever sent the form could have any mailbox written to (DESIGN law 6).
    if outcome in TOLD and walk.way == Way.EMAIL and walk.officer_id is not None:
        key = f"walk_closed:{walk.key.hex}"
        enqueue([row_for_her(walk=walk, kind="walk_closed", dedupe_key=key, now=now)])
    log.info("walk.closed", walk=walk.pk, outcome=outcome.value)
