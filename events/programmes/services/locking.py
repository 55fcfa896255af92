"""The order of locks: phase, person, pair. Whoever takes them in another order could wait for ever."""

from collections.abc import Sequence

from events.programmes.models import Interest, Pair, Phase
from events.programmes.rules import InterestState


def lock_phase(phase_id: int) -> Phase:
    """Lock a phase: pairs are made one after the other in it."""
    return Phase.objects.select_for_update(of=("self",), no_key=True).select_related("event").get(pk=phase_id)


def lock_interest(interest_id: int, *, states: Sequence[InterestState]) -> Interest | None:
    """Lock a person, if she stands in one of these states and has not been forgotten."""
    rows = Interest.objects.select_for_update(of=("self",), no_key=True).select_related("phase__event")
    return rows.filter(pk=interest_id, state__in=states, erased_at=None).first()


def lock_pair(pair_id: int, *, meets: bool = True) -> Pair | None:
    """Lock a pair that has not ended; with `meets` only one that is not complete either."""
    rows = Pair.objects.select_for_update(of=("self",), no_key=True).filter(pk=pair_id, ended_at=None, erased_at=None)
    if meets:
        rows = rows.filter(completed_at=None)
    return rows.select_related("interest", "senior", "phase__event").first()
