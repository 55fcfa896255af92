"""Pairs: one a person and phase. The lock on the phase decides, the constraint stands behind it."""

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from events.outbox.services import enqueue, skip_queued
from events.programmes.models import Interest, Pair
from events.programmes.queries.phases import pairs_of_leavers, still_on, takes_place
from events.programmes.queries.seniors import seniors
from events.programmes.rules import InterestState, Paired, Party, may_complete
from events.programmes.services.locking import lock_interest, lock_pair, lock_phase
from events.programmes.services.telling import pair_message, tell_calendars

log = structlog.get_logger(__name__)


def pair_up(*, interest_id: int, senior_id: int, now: datetime) -> Paired:
    """Pair a mentor with a senior officer, or say why not. The same pair twice is one."""
    try:
        return _pair_up(interest_id, senior_id, now)
    except IntegrityError:  # somebody without the lock was faster
        return Paired.SENIOR_TAKEN


@transaction.atomic
def _pair_up(interest_id: int, senior_id: int, now: datetime) -> Paired:
    phase = lock_phase(Interest.objects.values_list("phase_id", flat=True).get(pk=interest_id))
    if Pair.objects.filter(interest=interest_id, senior=senior_id, ended_at=None).exists():
        return Paired.UNCHANGED
    interest = lock_interest(interest_id, states=(InterestState.ACCEPTED,))
    if interest is None:
        return Paired.NOT_ACCEPTED
    if not takes_place(phase, now=now):
        return Paired.OVER
    senior = seniors().filter(pk=senior_id).first()
    if senior is None:
        return Paired.NOT_A_SENIOR
    if is_taken(phase_id=phase.pk, senior_id=senior_id):
        return Paired.SENIOR_TAKEN
    pair = Pair.objects.create(phase=phase, interest=interest, senior=senior, made_at=now)
    _move(interest, InterestState.PAIRED, now)
    enqueue([pair_message(pair=pair, party=party, kind="mentoring_paired", now=now) for party in Party])
    tell_calendars(pair=pair, now=now)
    log.info("pair.made", pair=pair.pk, phase=phase.pk)
    return Paired.PAIRED


def is_taken(*, phase_id: int, senior_id: int) -> bool:
    """Whether an officer has a mentor in a phase."""
    return Pair.objects.filter(phase=phase_id, senior=senior_id, ended_at=None).exists()


@transaction.atomic
def end_pair(*, pair_id: int, now: datetime) -> bool:
    """Part two people: she is accepted again and can be paired anew. Return whether they were a pair."""
    phase_id = Pair.objects.values_list("phase_id", flat=True).get(pk=pair_id)
    lock_phase(phase_id)
    interest_id = Pair.objects.values_list("interest_id", flat=True).get(pk=pair_id)
    interest = lock_interest(interest_id, states=(InterestState.PAIRED,))
    pair = lock_pair(pair_id)
    if pair is None or interest is None:
        return False
    _move(interest, InterestState.ACCEPTED, now)
    pair.interest = interest
    end_locked_pair(pair=pair, now=now, tell_mentor=True)
    return True


def end_locked_pair(*, pair: Pair, now: datetime, tell_mentor: bool) -> None:
    """End a pair that the caller has locked: take its sessions to come off, and tell who does not know."""
    pair.ended_at = now
    pair.save(update_fields=["ended_at"])
    pair.sessions.filter(starts_at__gt=now, cancelled_at=None).update(cancelled_at=now)
    tell_calendars(pair=pair, now=now)
    parties = list(Party) if tell_mentor else [Party.SENIOR]
    waiting = Q(interest=pair.interest_id, dedupe_key__startswith=f"mentoring_paired:{pair.pk}:")
    skip_queued(where=waiting, reason="The pair has ended.", now=now)
    enqueue([pair_message(pair=pair, party=party, kind="mentoring_ended", now=now) for party in parties])
    log.info("pair.ended", pair=pair.pk)


@transaction.atomic
def complete_pair(*, pair_id: int, now: datetime) -> bool:
    """Say that a pair has done what it set out to; return whether that was new and true."""
    phase_id = Pair.objects.values_list("phase_id", flat=True).get(pk=pair_id)
    lock_phase(phase_id)
    interest_id = Pair.objects.values_list("interest_id", flat=True).get(pk=pair_id)
    interest = lock_interest(interest_id, states=(InterestState.PAIRED,))
    pair = lock_pair(pair_id)
    if pair is None or interest is None:
        return False
    meets = pair.sessions.filter(still_on(pair.phase.event))
    held, to_come = meets.filter(starts_at__lte=now).count(), meets.filter(starts_at__gt=now).count()
    if not may_complete(held=held, to_come=to_come):
        return False
    pair.completed_at = now
    pair.save(update_fields=["completed_at"])
    _move(interest, InterestState.COMPLETED, now)
    log.info("pair.completed", pair=pair.pk)
    return True


def end_pairs_of_leavers(*, now: datetime) -> int:
    """Part the pairs whose officer has left: the mentors wait for another. Return how many."""
    return sum(end_pair(pair_id=pair.pk, now=now) for pair in pairs_of_leavers())


def _move(interest: Interest, state: InterestState, now: datetime) -> None:
    interest.state, interest.state_at = state, now
    interest.save(update_fields=["state", "state_at"])
