"""The clock: who is told that a request waits, and which ones end by themselves."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from events.walks.models import WalkRequest, WalkSlot
from events.walks.rules import ESCALATION, OPEN_STATES, WalkState, ends_as, escalation_level
from events.walks.services.allocating import return_walks_of_leavers
from events.walks.services.closing import close_walk
from events.walks.services.locking import lock_walk
from events.walks.services.notifying import notify, people_in

log = structlog.get_logger(__name__)

SOONEST = min(step.after for steps in ESCALATION.values() for step in steps)


def follow_the_clock(*, now: datetime) -> int:
    """Return what leavers had, tell whoever should know of what waits, and end what has waited too long."""
    returned = return_walks_of_leavers(now=now)
    waiting = WalkRequest.objects.filter(state__in=OPEN_STATES).filter(
        Q(state_at__lte=now - SOONEST) & ~Q(state=WalkState.BOOKED)
        | Q(state=WalkState.BOOKED, slot__ends_at__lte=now - SOONEST)
    )
    ids: list[int] = list(waiting.order_by("pk").values_list("pk", flat=True))
    return returned + sum(_follow(walk_id, now) for walk_id in ids)


@transaction.atomic
def _follow(walk_id: int, now: datetime) -> int:
    walk = lock_walk(walk_id, states=OPEN_STATES)
    if walk is None:
        return 0
    state = WalkState(walk.state)
    since = walk.state_at
    if state is WalkState.BOOKED:
        since = WalkSlot.objects.values_list("ends_at", flat=True).get(walk=walk)
    outcome = ends_as(state=state, waits=now - since)
    if outcome is not None:
        close_walk(walk=walk, outcome=outcome, themes=(), now=now)
        return 1
    level = escalation_level(state=state, waits=now - since)
    if level <= walk.escalated:
        return 0
    WalkRequest.objects.filter(pk=walk.pk).update(escalated=level)
    people = people_in(ESCALATION[state][level - 1].told, walk)
    notify(walk=walk, cause="late", people=people, now=now, mark=f"{int(walk.state_at.timestamp())}-{level}")
    log.info("walk.late", walk=walk.pk, level=level)
    return 1
