"""Two calendars as they should be against what they were last told; reminders; taking a time back.

One comparison serves choosing, changing, another time and calling off, so that running it twice tells nothing twice.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Q

from events.invites.rules import Content, Issued, Method, Step, next_step
from events.outbox.models import Message
from events.outbox.services import draft_row, enqueue, skip_queued
from events.walks.models import WalkEntry, WalkOffer, WalkRequest, WalkSlot
from events.walks.rules import Party, SafeTime, WalkState, Way
from events.walks.safe_times import reminds_at
from events.walks.services.writing import row_for_her

KINDS = {
    (Party.WOMAN, Step.FIRST): "walk_booked",
    (Party.WOMAN, Step.UPDATE): "walk_moved",
    (Party.WOMAN, Step.CANCEL): "walk_called_off",
    (Party.OFFICER, Step.FIRST): "walk_officer_booked",
    (Party.OFFICER, Step.UPDATE): "walk_officer_moved",
    (Party.OFFICER, Step.CANCEL): "walk_officer_called_off",
}
REMINDERS = {Party.WOMAN: "walk_reminder", Party.OFFICER: "walk_officer_reminder"}


def free_time(*, walk: WalkRequest, now: datetime) -> None:
    """Take what was chosen and offered off a locked request: the slots are free again. The caller saves it."""
    WalkSlot.objects.filter(walk=walk).update(walk=None)
    WalkOffer.objects.filter(walk=walk, ended_at=None).update(ended_at=now)
    skip_queued(
        where=Q(walk=walk, kind="walk_times"), reason="Other times were offered, or the request moved on.", now=now
    )
    walk.meeting_point, walk.wants_other_time = None, False


def has_begun(walk: WalkRequest, now: datetime) -> bool:
    """Whether its walk has begun: then it is only recorded, and neither moved nor given away."""
    return WalkSlot.objects.filter(walk=walk, starts_at__lte=now).exists()


def tell_calendars(*, walk: WalkRequest, now: datetime) -> None:
    """Write what each calendar must be told now, with its mail, in the transaction of the change.

    Nothing is told about the past: what has begun stays in the calendars.
    """
    wanted = _wanted(walk)
    rows: list[Message] = []
    for party, officer in _parties(walk):
        theirs = wanted if officer is None or officer == walk.officer else None
        rows += _tell(walk, party, officer, theirs, now)
    enqueue(rows)


def _wanted(walk: WalkRequest) -> Content | None:
    slot = WalkSlot.objects.filter(walk=walk).first() if walk.state == WalkState.BOOKED else None
    return content_of(slot.starts_at, slot.ends_at, str(walk.meeting_point)) if slot is not None else None


def content_of(starts_at: datetime, ends_at: datetime, place: str) -> Content:
    """Return what is compared: title and words follow from the request and never change."""
    return Content(
        title="",
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=settings.TIME_ZONE,
        summary="",
        location=place,
        online=False,
    )


def _parties(walk: WalkRequest) -> list[tuple[Party, Any]]:
    """Return whose calendars matter: hers where she has an address, her officer's, and former officers'."""
    told = WalkEntry.objects.filter(walk=walk, party=Party.OFFICER).select_related("officer").order_by("id")
    officers: dict[int | None, Any] = {entry.officer_id: entry.officer for entry in told}
    if walk.officer is not None:
        officers[walk.officer_id] = walk.officer
    hers: list[tuple[Party, Any]] = [(Party.WOMAN, None)] if walk.way == Way.EMAIL else []
    return hers + [(Party.OFFICER, officer) for officer in officers.values() if officer.email]


def _tell(walk: WalkRequest, party: Party, officer: Any, wanted: Content | None, now: datetime) -> list[Message]:
    last = WalkEntry.objects.filter(walk=walk, party=party, officer=officer).order_by("-id").first()
    if wanted is None and last is not None and last.starts_at <= now:
        return []
    step = next_step(issued=_issued(last), wanted=wanted)
    if step is Step.NOTHING:
        return []
    entry = _entry(walk, party, officer, step, last, wanted, now)
    reminders = Q(walk=walk, kind=REMINDERS[party], walk_entry__officer=officer)
    skip_queued(where=reminders, reason="The time was changed or called off.", now=now)
    kind, key = KINDS[party, step], f"walk_entry:{entry.pk}"
    if officer is None:
        # The earlier of two times: who waits at the old one must hear before it that it was moved.
        coming = [one.starts_at for one in (last, entry) if one is not None and one.starts_at > now]
        soonest = min(coming, default=None)
        row = row_for_her(walk=walk, kind=kind, dedupe_key=key, now=now, not_after=entry.starts_at, starts_at=soonest)
    else:
        stream = f"walk:{walk.pk}:{party.value}:{officer.pk}"
        row = draft_row(
            kind=kind, dedupe_key=key, to_email=officer.email, now=now, not_after=entry.starts_at, stream=stream
        )
        row.walk_id = walk.pk
    row.walk_entry_id = entry.pk
    return [row, *_reminder(walk, party, officer, step, entry, now)]


def _issued(last: WalkEntry | None) -> Issued | None:
    if last is None:
        return None
    return Issued(
        method=Method(last.method),
        sequence=last.sequence,
        content=content_of(last.starts_at, last.ends_at, last.place),
    )


def _entry(
    walk: WalkRequest,
    party: Party,
    officer: Any,
    step: Step,
    last: WalkEntry | None,
    wanted: Content | None,
    now: datetime,
) -> WalkEntry:
    if step is Step.FIRST or last is None:
        uid, sequence, first_at = f"{uuid4()}@{_domain(walk, party)}", 0, now
    else:
        uid, sequence, first_at = last.uid, last.sequence + 1, last.first_at
    said = wanted or content_of(last.starts_at, last.ends_at, last.place)  # type: ignore[union-attr] # CANCEL has one
    return WalkEntry.objects.create(
        walk=walk,
        party=party,
        officer=officer,
        uid=uid,
        sequence=sequence,
        method=Method.CANCEL if step is Step.CANCEL else Method.REQUEST,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        place=said.location,
        first_at=first_at,
        stamp=now,
    )


def _domain(walk: WalkRequest, party: Party) -> str:
    if party is Party.WOMAN and walk.is_discreet:
        return str(settings.DISCREET_FROM_EMAIL).rpartition("@")[2]
    return str(settings.CALENDAR_DOMAIN)


def _reminder(
    walk: WalkRequest, party: Party, officer: Any, step: Step, entry: WalkEntry, now: datetime
) -> list[Message]:
    """A day before, hers when it is safe; none where that has passed: who chooses so late has just been told."""
    safe_time = SafeTime.ANY if officer else SafeTime(walk.safe_time)
    due_at = reminds_at(safe_time, starts_at=entry.starts_at, now=now, zone=settings.TIME_ZONE)
    if step is Step.CANCEL or due_at is None:
        return []
    row = draft_row(
        kind=REMINDERS[party],
        dedupe_key=f"{REMINDERS[party]}:{entry.pk}",
        to_email=officer.email if officer else "",
        now=now,
        due_at=due_at,
        not_after=entry.starts_at,
    )
    row.walk_id, row.walk_entry_id = walk.pk, entry.pk
    return [row]
