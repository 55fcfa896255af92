"""What the Walk & Talk desk shows: which request waits since when, the week's quota, times and messages.

Nothing here opens a box, and no column of this module is one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import ModelLogEntry

from events.console.words import kind_label, sent_in_words
from events.outbox.models import Message
from events.walks.models import Borough, WalkOffer, WalkRequest, WalkSlot
from events.walks.queries import hears_at
from events.walks.rules import ENDS, ESCALATION, Outcome, WalkState, escalation_level, may_be_offered, week_of

# Boxes stay in the database: who reads a list must not hold what it does not show.
SEALED = ("sealed_person", "sealed_words", "sealed_note")
WEEKS_SHOWN = 4


def on_the_desk(walks: QuerySet[WalkRequest]) -> QuerySet[WalkRequest]:
    """Return requests with `since`, from when they wait: the end of the walk where one is booked. Waiting first."""
    since = Case(When(state=WalkState.BOOKED, then=F("slot__ends_at")), default=F("state_at"))
    is_closed = Case(When(state=WalkState.CLOSED, then=Value(1)), default=Value(0))
    rows = walks.select_related("borough", "officer", "slot").defer(*SEALED)
    return rows.annotate(since=since, is_closed=is_closed).order_by("is_closed", "since", "pk")


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a request has waited, by the clock of docs/walks.md."""

    since: datetime
    late_since: datetime | None
    late_at: datetime | None
    ends_at: datetime | None
    ends_as: Outcome | None


def wait_of(*, state: WalkState, since: datetime, now: datetime) -> Wait:
    """Return since when a request waits, when it is or became late, and when the clock ends it."""
    steps, end = ESCALATION.get(state, ()), ENDS.get(state)
    due_at = since + steps[0].after if steps else None
    is_late = escalation_level(state=state, waits=now - since) > 0
    return Wait(
        since=since,
        late_since=due_at if is_late else None,
        late_at=None if is_late else due_at,
        ends_at=since + end[0] if end else None,
        ends_as=end[1] if end else None,
    )


def is_late(walk: Any, *, now: datetime) -> bool:
    """Whether a row of `on_the_desk` is late."""
    return escalation_level(state=WalkState(walk.state), waits=now - walk.since) > 0


@dataclass(frozen=True, slots=True)
class Week:
    """How many walks a borough has in a week, of how many at most."""

    monday: date
    booked: int
    quota: int


def quota_of(borough: Borough, *, now: datetime) -> list[Week]:
    """Return this week and the next ones."""
    monday = week_of(timezone.localtime(now))
    starts_at = datetime.combine(monday, datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    booked = WalkSlot.objects.filter(
        walk__borough=borough, starts_at__gte=starts_at, starts_at__lt=starts_at + timedelta(weeks=WEEKS_SHOWN, days=1)
    )
    weeks = Counter(week_of(timezone.localtime(moment)) for moment in booked.values_list("starts_at", flat=True))
    mondays = [monday + timedelta(weeks=number) for number in range(WEEKS_SHOWN)]
    return [Week(day, weeks[day], borough.weekly_quota) for day in mondays]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A time of an officer as the desk shows it. `why_not`: what keeps it off this woman's page."""

    slot: WalkSlot
    offered_to: int
    why_not: str = ""
    offer_id: int | None = None


def own_times(officer_id: int, *, now: datetime) -> QuerySet[Any]:
    """Return an officer's times that are not over, with to how many women each is offered."""
    live = Q(offers__ended_at=None, walk=None)
    rows = WalkSlot.objects.filter(officer_id=officer_id, withdrawn_at=None, ends_at__gt=now).select_related("walk")
    return (
        rows.annotate(offered_to=Count("offers", filter=live))
        .order_by("starts_at", "pk")
        .defer(*(f"walk__{name}" for name in SEALED))
    )


def times_for(walk: WalkRequest, *, now: datetime) -> list[SlotRow]:
    """Return the officer's times with what keeps each from being offered for this request."""
    if walk.officer_id is None:
        return []
    on_her_page = dict(WalkOffer.objects.filter(walk=walk, ended_at=None).values_list("slot_id", "pk"))
    full = {week.monday for week in quota_of(walk.borough, now=now) if week.booked >= week.quota}
    rows = own_times(walk.officer_id, now=now)
    return [SlotRow(row, row.offered_to, _why_not(row, walk, full, now), on_her_page.get(row.pk)) for row in rows]


def _why_not(slot: WalkSlot, walk: WalkRequest, full: set[date], now: datetime) -> str:
    if slot.walk_id is not None and slot.walk_id != walk.pk:
        return f"Chosen by request {slot.walk.number}." if slot.walk else "Chosen by another request."
    reads_at = hears_at(walk, now=now)
    if not may_be_offered(starts_at=slot.starts_at, is_taken=False, is_withdrawn=False, now=reads_at):
        return f"Less than a day ahead: she could not read of it in time.{leaves_in_words(walk, now=now)}"
    if week_of(timezone.localtime(slot.starts_at)) in full:
        return "The borough has all the walks of that week."
    return ""


def leaves_in_words(walk: WalkRequest, *, now: datetime) -> str:
    """Return a sentence on when a mail to her leaves, or nothing where it leaves at once."""
    reads_at = hears_at(walk, now=now)
    if reads_at == now:
        return ""
    return f" Her mail leaves when it is safe: {date_format(timezone.localtime(reads_at), 'l j F, H:i')}."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what has been sent, or of what has happened."""

    moment: datetime
    words: str
    state: str = ""
    by: str = ""


def messages_about(walk: WalkRequest) -> list[Line]:
    """Return what was and will be sent about a request, without an address."""
    rows = Message.objects.filter(walk=walk).order_by("-created_at", "-pk")
    return [
        Line(
            row.settled_at or row.due_at,
            kind_label(row.kind),
            sent_in_words(state=row.state, delivery=row.delivery),
        )
        for row in rows.only("kind", "state", "delivery", "settled_at", "due_at")
    ]


def history_of(walk: WalkRequest, *, reasons: dict[str, str]) -> list[Line]:
    """Return what staff did with a request, the latest first. Who only looked at it stands in the audit log."""
    rows = ModelLogEntry.objects.for_instance(walk).exclude(action="events.walk_seen").select_related("user")
    return [
        Line(
            row.timestamp,
            row.message,
            by=row.user_display_name,
            state=reasons.get((row.data or {}).get("reason", ""), ""),
        )
        for row in rows.order_by("-timestamp", "-pk")
    ]


def waiting_for(walks: QuerySet[WalkRequest], states: Iterable[WalkState], *, now: datetime) -> tuple[int, int]:
    """Return how many requests wait in these states, and how many of them are late."""
    rows = list(on_the_desk(walks).filter(state__in=list(states)))
    return len(rows), sum(is_late(row, now=now) for row in rows)
