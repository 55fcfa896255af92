"""Times: officers give them, and put two or three on a woman's page."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from events.outbox.services import enqueue
from events.walks.models import MeetingPoint, WalkOffer, WalkRequest, WalkSlot
from events.walks.queries import hears_at, walks_in_week
from events.walks.rules import (
    LEAST_OFFERS,
    LONGEST_SLOT,
    MOST_OFFERS,
    SHORTEST_SLOT,
    WITH_OFFICER,
    WalkState,
    Way,
    may_be_offered,
    overlaps,
)
from events.walks.services.locking import lock_walk
from events.walks.services.telling import free_time, has_begun, tell_calendars
from events.walks.services.writing import row_for_her
from portal.wall_clock import AmbiguousLocalTime, NonexistentLocalTime, to_instant


class Giving(StrEnum):
    """What came of giving a time."""

    GIVEN = "given"
    PAST = "past"
    WRONG_LENGTH = "wrong_length"
    OVERLAPS = "overlaps"
    CLOCK_CHANGES = "clock_changes"  # that night has no such time, or has it twice


class Offering(StrEnum):
    """What came of offering times."""

    OFFERED = "offered"
    NOT_YOURS = "not_yours"
    WRONG_NUMBER = "wrong_number"
    NOT_FREE = "not_free"  # taken, taken back, or less than a day after she hears of it
    WRONG_PLACE = "wrong_place"
    WEEK_FULL = "week_full"
    HAS_BEGUN = "has_begun"


@transaction.atomic
def give_slot(*, officer: Any, starts_at: datetime, ends_at: datetime, now: datetime) -> Giving:
    """Take a time that an officer gives. Two of one officer never overlap."""
    if starts_at <= now:
        return Giving.PAST
    if not SHORTEST_SLOT <= ends_at - starts_at <= LONGEST_SLOT:
        return Giving.WRONG_LENGTH
    # One at a time for each officer: two forms sent at once could not see each other's time.
    get_user_model().objects.select_for_update(no_key=True).get(pk=officer.pk)
    near = WalkSlot.objects.filter(officer=officer, withdrawn_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if overlaps(starts_at=starts_at, ends_at=ends_at, others=list(near.values_list("starts_at", "ends_at"))):
        return Giving.OVERLAPS
    WalkSlot.objects.create(officer=officer, starts_at=starts_at, ends_at=ends_at)
    return Giving.GIVEN


@transaction.atomic
def give_series(
    *, officer: Any, first_date: date, weeks: int, weekdays: Collection[int], starts: time, ends: time, now: datetime
) -> list[tuple[date, Giving]]:
    """Take the same clock time on some days of the week (0: Monday) for some weeks; say of each date what came of it.

    "Mondays at 18:00" is 18:00 by the clock of the site on every Monday, in summer and in winter.
    """
    days = [first_date + timedelta(days=number) for number in range(7 * weeks)]
    return [(day, _give_on(day, officer, starts, ends, now)) for day in days if day.weekday() in weekdays]


def _give_on(day: date, officer: Any, starts: time, ends: time, now: datetime) -> Giving:
    try:
        starts_at, ends_at = (to_instant(datetime.combine(day, at), settings.TIME_ZONE) for at in (starts, ends))
    except (NonexistentLocalTime, AmbiguousLocalTime):
        return Giving.CLOCK_CHANGES
    return give_slot(officer=officer, starts_at=starts_at, ends_at=ends_at, now=now)


@transaction.atomic
def withdraw_slot(*, slot_id: int, officer: Any, now: datetime) -> bool:
    """Take a free time back; return whether it was free. One that a woman has chosen is changed at her request."""
    free = WalkSlot.objects.filter(pk=slot_id, officer=officer, walk=None, withdrawn_at=None)
    return bool(free.update(withdrawn_at=now))


@transaction.atomic
def offer_times(*, walk_id: int, picks: Sequence[tuple[int, int]], officer: Any, now: datetime) -> Offering:
    """Put two or three times on her page, each with its meeting point (`picks`: slot and meeting point).

    They take the place of what was offered before; a time that she had chosen is called off with it.
    """
    walk = lock_walk(walk_id, states=WITH_OFFICER)
    if walk is None or walk.officer_id != officer.pk:
        return Offering.NOT_YOURS
    if has_begun(walk, now):
        return Offering.HAS_BEGUN
    if not LEAST_OFFERS <= len({slot for slot, _ in picks}) <= MOST_OFFERS or len(dict(picks)) != len(picks):
        return Offering.WRONG_NUMBER
    reads_at = hears_at(walk, now=now)
    slots = WalkSlot.objects.filter(officer=officer).in_bulk([slot for slot, _ in picks])
    places = MeetingPoint.objects.filter(borough_id=walk.borough_id, is_open=True).in_bulk([p for _, p in picks])
    for slot_id, place_id in picks:
        slot = slots.get(slot_id)
        if slot is None or not may_be_offered(
            starts_at=slot.starts_at,
            is_taken=slot.walk_id is not None and slot.walk_id != walk.pk,
            is_withdrawn=slot.withdrawn_at is not None,
            now=reads_at,
        ):
            return Offering.NOT_FREE
        if place_id not in places:
            return Offering.WRONG_PLACE
        if walks_in_week(walk.borough_id, slot.starts_at, but_for=walk.pk) >= walk.borough.weekly_quota:
            return Offering.WEEK_FULL
    free_time(walk=walk, now=now)
    WalkOffer.objects.bulk_create(
        WalkOffer(walk=walk, slot_id=slot_id, meeting_point_id=place_id, offered_at=now) for slot_id, place_id in picks
    )
    # The clock of an unanswered offer starts when she can answer it.
    walk.state, walk.state_at, walk.escalated = WalkState.OFFERED, reads_at, 0
    walk.save(update_fields=["state", "state_at", "escalated", "meeting_point", "wants_other_time"])
    tell_calendars(walk=walk, now=now)
    _tell_her(walk, now)
    return Offering.OFFERED


def _tell_her(walk: WalkRequest, now: datetime) -> None:
    if walk.way != Way.EMAIL:
        return
    key = f"walk_times:{walk.key.hex}:{int(now.timestamp())}"
    enqueue([row_for_her(walk=walk, kind="walk_times", dedupe_key=key, now=now)])
