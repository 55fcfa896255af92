"""Review: taking somebody in hand, accepting, declining, withdrawing. Each step once, and told to whom it concerns."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from events.outbox.services import enqueue, skip_queued
from events.programmes.models import Interest, Pair
from events.programmes.queries.phases import takes_place
from events.programmes.rules import OPEN_STATES, InterestState, may_move
from events.programmes.services.locking import lock_interest, lock_phase
from events.programmes.services.pairing import end_locked_pair
from events.programmes.services.telling import interest_message

log = structlog.get_logger(__name__)


@transaction.atomic
def take_into_review(*, interest_id: int, by: Any, now: datetime) -> bool:
    """Say that somebody looks at it; return whether that was new."""
    interest = lock_interest(interest_id, states=(InterestState.INTERESTED,))
    if interest is None:
        return False
    interest.state, interest.state_at, interest.decided_by = InterestState.IN_REVIEW, now, by
    interest.save(update_fields=["state", "state_at", "decided_by"])
    return True


@transaction.atomic
def decide(*, interest_id: int, accept: bool, reason: str, by: Any, now: datetime) -> bool:
    """Accept or decline; return whether that changed anything. The reason is for colleagues and in no mail.

    Nobody is told that she is in where there is nothing to be in any more.
    """
    after = InterestState.ACCEPTED if accept else InterestState.DECLINED
    interest = lock_interest(interest_id, states=OPEN_STATES)
    if interest is None or interest.state == InterestState.PAIRED:
        return False
    if not may_move(InterestState(interest.state), after):
        return False
    if accept and not takes_place(interest.phase, now=now):
        return False
    interest.state, interest.state_at, interest.reason = after, now, reason
    interest.decided_by, interest.decided_at = by, now
    interest.save(update_fields=["state", "state_at", "reason", "decided_by", "decided_at"])
    kind = "mentoring_accepted" if accept else "mentoring_declined"
    enqueue([interest_message(interest=interest, kind=kind, cause="decided", now=now)])
    log.info("interest.decided", interest=interest.pk, state=after.value)
    return True


@transaction.atomic
def withdraw(*, interest_id: int, now: datetime) -> bool:
    """End it at her wish; return whether it was open. A pair ends with it: both calendars are told, and the officer."""
    phase_id = Interest.objects.values_list("phase_id", flat=True).get(pk=interest_id)
    lock_phase(phase_id)
    interest = lock_interest(interest_id, states=OPEN_STATES)
    if interest is None:
        return False
    interest.state, interest.state_at = InterestState.WITHDRAWN, now
    interest.save(update_fields=["state", "state_at"])
    pair = Pair.objects.select_for_update(of=("self",), no_key=True).filter(interest=interest, ended_at=None).first()
    if pair is not None:
        end_locked_pair(pair=pair, now=now, tell_mentor=False)
    waiting = Q(interest=interest, kind__in=("mentoring_received", "mentoring_accepted", "mentoring_paired"))
    skip_queued(where=waiting, reason="She has withdrawn.", now=now)
    log.info("interest.withdrawn", interest=interest.pk)
    return True
