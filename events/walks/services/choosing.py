"""Choosing a time: one conditional UPDATE, whose row count decides (DESIGN law 2)."""

from datetime import datetime

from django.db import transaction

from events.walks.models import WalkOffer, WalkRequest, WalkSlot
from events.walks.queries import free_slots, hears_at, walks_in_week
from events.walks.rules import Choice, WalkState
from events.walks.services.locking import lock_borough_of, lock_walk
from events.walks.services.telling import tell_calendars


def choose_time(*, walk_id: int, offer_id: int, now: datetime) -> Choice:
    """Give her the time of an offer, or say why not; whom somebody else was faster than is offered the next.

    The same choice twice changes nothing. Who has chosen may change to another of her offered times.
    """
    with transaction.atomic():
        lock_borough_of(walk_id)
        walk = lock_walk(walk_id, states=(WalkState.OFFERED, WalkState.BOOKED))
        choice = Choice.NOT_OFFERED if walk is None else _choose(walk, offer_id, now)
        if walk is not None and choice in {Choice.TAKEN, Choice.WEEK_FULL}:
            _offer_next(walk, offer_id, now)
        return choice


def _choose(walk: WalkRequest, offer_id: int, now: datetime) -> Choice:
    offer = WalkOffer.objects.select_related("slot", "meeting_point").filter(pk=offer_id, walk=walk).first()
    if offer is None or offer.ended_at is not None:
        return Choice.NOT_OFFERED
    slot = offer.slot
    if slot.walk_id == walk.pk:
        return Choice.UNCHANGED
    if slot.starts_at <= now or WalkSlot.objects.filter(walk=walk, starts_at__lte=now).exists():
        return Choice.TOO_LATE
    if not fits_the_week(walk, slot):
        return Choice.WEEK_FULL
    held = WalkSlot.objects.filter(walk=walk)
    freed = list(held.values_list("pk", flat=True))
    held.update(walk=None)
    if not take_slot(slot_id=slot.pk, walk=walk):
        WalkSlot.objects.filter(pk__in=freed).update(walk=walk)  # she keeps what she had
        return Choice.TAKEN
    walk.meeting_point = offer.meeting_point
    if walk.state != WalkState.BOOKED:
        walk.state, walk.state_at = WalkState.BOOKED, now
    walk.escalated, walk.wants_other_time = 0, False
    walk.save(update_fields=["meeting_point", "state", "state_at", "escalated", "wants_other_time"])
    tell_calendars(walk=walk, now=now)
    return Choice.BOOKED


def take_slot(*, slot_id: int, walk: WalkRequest) -> bool:
    """Take a slot if it is free at this moment; return whether it was."""
    return bool(WalkSlot.objects.filter(pk=slot_id, walk=None, withdrawn_at=None).update(walk=walk))


def fits_the_week(walk: WalkRequest, slot: WalkSlot) -> bool:
    """Whether the borough walks once more in the slot's week; her own time there does not count, for she would move."""
    return walks_in_week(walk.borough_id, slot.starts_at, but_for=walk.pk) < walk.borough.weekly_quota


def _offer_next(walk: WalkRequest, offer_id: int, now: datetime) -> None:
    """Take the lost time off her page and put her officer's next free one there that she has not seen."""
    lost = WalkOffer.objects.filter(pk=offer_id, walk=walk, ended_at=None).select_related("meeting_point").first()
    if lost is None:
        return
    lost.ended_at = now
    lost.save(update_fields=["ended_at"])
    if walk.officer_id is None:
        return
    seen = WalkOffer.objects.filter(walk=walk).values("slot_id")
    for slot in free_slots(walk.officer_id, now=hears_at(walk, now=now)).exclude(pk__in=seen).order_by("starts_at"):
        if fits_the_week(walk, slot):
            WalkOffer.objects.create(walk=walk, slot=slot, meeting_point=lost.meeting_point, offered_at=now)
            return
