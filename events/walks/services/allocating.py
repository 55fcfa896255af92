"""Giving a request to an officer, and taking it back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction

from events.walks.models import WalkRequest, WalkSlot
from events.walks.queries import walks_of_leavers
from events.walks.rules import OPEN_STATES, WITH_OFFICER, WalkState
from events.walks.services.locking import lock_walk
from events.walks.services.notifying import notify, notify_team
from events.walks.services.telling import free_time, has_begun, tell_calendars

log = structlog.get_logger(__name__)


class Allocation(StrEnum):
    """What came of giving a request to somebody."""

    GIVEN = "given"
    UNCHANGED = "unchanged"  # the officer has it already
    NOT_OPEN = "not_open"  # it was closed meanwhile
    NOT_IN_TEAM = "not_in_team"
    NOT_A_WOMAN = "not_a_woman"  # she wishes for a woman


@transaction.atomic
def allocate(*, walk_id: int, officer_id: int, by: Any, now: datetime) -> Allocation:
    """Give a request to an officer of its borough's team; from another officer it is taken with its times."""
    walk = lock_walk(walk_id, states=OPEN_STATES)
    if walk is None:
        return Allocation.NOT_OPEN
    if walk.officer_id == officer_id:
        return Allocation.UNCHANGED
    officers = get_user_model().objects.filter(pk=officer_id, is_active=True)
    officer: Any = officers.filter(walk_officer__boroughs=walk.borough_id).select_related("walk_officer").first()
    if officer is None:
        return Allocation.NOT_IN_TEAM
    if walk.wants_woman and not officer.walk_officer.is_woman:
        return Allocation.NOT_A_WOMAN
    if has_begun(walk, now):
        return _hand_over(walk, officer, now)
    free_time(walk=walk, now=now)
    walk.officer, walk.state, walk.state_at, walk.escalated = officer, WalkState.ALLOCATED, now, 0
    walk.save(update_fields=["officer", "state", "state_at", "escalated", "meeting_point", "wants_other_time"])
    tell_calendars(walk=walk, now=now)
    notify(walk=walk, cause="given", people=[officer], now=now)
    log.info("walk.allocated", walk=walk.pk, officer=officer.pk, by=by.pk)
    return Allocation.GIVEN


def _hand_over(walk: WalkRequest, officer: Any, now: datetime) -> Allocation:
    """Give a walk that has begun to somebody who records it, its time with it; no calendar changes for the past."""
    slot = WalkSlot.objects.get(walk=walk)
    same = WalkSlot.objects.filter(officer=officer, starts_at=slot.starts_at, withdrawn_at=None)
    same.filter(walk=None).update(withdrawn_at=now)
    if same.exists():
        return Allocation.NOT_IN_TEAM  # who walked with somebody else at that time was not there
    WalkSlot.objects.filter(pk=slot.pk).update(officer=officer)
    walk.officer = officer
    walk.save(update_fields=["officer"])
    notify(walk=walk, cause="given", people=[officer], now=now, mark=str(int(now.timestamp())))
    return Allocation.GIVEN


@transaction.atomic
def give_back(*, walk_id: int, now: datetime) -> bool:
    """Put a request back to the team, its time with it; return whether an officer had it."""
    walk = lock_walk(walk_id, states=WITH_OFFICER)
    if walk is None or has_begun(walk, now):
        return False
    free_time(walk=walk, now=now)
    walk.officer, walk.state, walk.state_at, walk.escalated = None, WalkState.NEW, now, 0
    walk.save(update_fields=["officer", "state", "state_at", "escalated", "meeting_point", "wants_other_time"])
    tell_calendars(walk=walk, now=now)
    notify_team(walk=walk, cause="returned", now=now)
    log.info("walk.returned", walk=walk.pk)
    return True


def return_walks_of_leavers(*, now: datetime) -> int:
    """Put back what officers had who have left or are out of the team; return how many requests."""
    gone: list[int] = list(walks_of_leavers(now).values_list("pk", flat=True))
    return sum(give_back(walk_id=walk_id, now=now) for walk_id in gone)
