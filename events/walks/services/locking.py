"""Locks, always in the order borough, walk, slot: two services that meet must not wait for each other for ever."""

from events.walks.models import Borough, WalkRequest
from events.walks.rules import WalkState


def lock_walk(walk_id: int, *, states: tuple[WalkState, ...]) -> WalkRequest | None:
    """Lock a request until the transaction ends; None where it is in another state by now."""
    rows = WalkRequest.objects.select_for_update(no_key=True, of=("self",)).filter(state__in=states)
    return rows.select_related("borough", "officer", "meeting_point").filter(pk=walk_id).first()


def lock_borough_of(walk_id: int) -> None:
    """Lock the borough of a request: its weekly quota is counted under it."""
    borough = WalkRequest.objects.filter(pk=walk_id).values("borough_id")
    list(Borough.objects.select_for_update(no_key=True).filter(pk__in=borough))
