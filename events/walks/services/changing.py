"""Another time, or no walk after all: by her on her page, or by her officer."""

from datetime import datetime

from django.db import transaction

from events.walks.models import WalkRequest
from events.walks.rules import OPEN_STATES, Outcome, WalkState
from events.walks.services.closing import close_walk
from events.walks.services.locking import lock_walk
from events.walks.services.notifying import notify
from events.walks.services.telling import free_time, has_begun, tell_calendars


@transaction.atomic
def ask_for_other_time(*, walk_id: int, by_her: bool, now: datetime) -> bool:
    """Take a request back to its officer for other times; return whether that changed anything.

    What she had chosen is called off in both calendars at once: an entry at a time that is off is worse than none.
    """
    walk = lock_walk(walk_id, states=(WalkState.OFFERED, WalkState.BOOKED))
    if walk is None or has_begun(walk, now):
        return False
    free_time(walk=walk, now=now)
    walk.state, walk.state_at, walk.escalated, walk.wants_other_time = WalkState.ALLOCATED, now, 0, by_her
    walk.save(update_fields=["state", "state_at", "escalated", "meeting_point", "wants_other_time"])
    tell_calendars(walk=walk, now=now)
    if by_her and walk.officer is not None:
        notify(walk=walk, cause="asked", people=[walk.officer], now=now)
    return True


@transaction.atomic
def withdraw_request(*, walk_id: int, now: datetime) -> bool:
    """Close a request at her wish; return whether it was open. Both calendars are told, and her officer.

    One that was asked twice looks open to whoever sent it, and closes like any other.
    """
    again = WalkRequest.objects.filter(pk=walk_id, outcome=Outcome.ASKED_TWICE)
    if again.update(outcome=Outcome.WITHDRAWN):
        return True
    walk = lock_walk(walk_id, states=OPEN_STATES)
    if walk is None or has_begun(walk, now):
        return False
    officer = walk.officer
    close_walk(walk=walk, outcome=Outcome.WITHDRAWN, themes=(), now=now)
    if officer is not None:
        notify(walk=walk, cause="withdrawn", people=[officer], now=now)
    return True
