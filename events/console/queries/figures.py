"""One event in figures: places, states, where people came from, how far mail got, and what is still to be sent.

Each function is a fixed number of statements, whatever the number of people.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMinute
from django.utils import timezone

from events.console.words import kind_label
from events.outbox.models import Message
from events.outbox.rules import Delivery, MessageState
from events.registration.models import Registration
from events.registration.queries import CAME
from events.registration.rules import HOLDING_STATES, RegistrationState
from events.schedule.models import Event, SeatPool
from events.schedule.rules import PoolKind

MOST_SOURCES = 8
MOST_PLANNED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFigures:
    """The places of one kind."""

    label: str
    holding: int
    capacity: int | None
    waiting: int
    came: int
    is_hosts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How far the mails of an event got. Each is part of the one before, but for what came back."""

    sent: int
    accepted: int
    delivered: int
    bounced: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFigures:
    """All figures of one event. Speakers and hosts are counted in their pool, and nowhere else."""

    pools: tuple[PoolFigures, ...]
    confirmed: int
    waiting: int
    cancelled: int
    came: int
    undelivered: int
    by_day: tuple[tuple[date, int], ...]
    by_source: tuple[tuple[str, int], ...]
    funnel: Funnel


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """So many messages of one kind that will leave at one time."""

    moment: datetime
    label: str
    people: int
    is_held: bool


def figures_of(event: Event) -> EventFigures:
    """Return an event's figures; five statements."""
    people = Registration.objects.filter(event=event)
    visitors = people.exclude(pool__kind=PoolKind.HOSTS)
    confirmed = Q(state=RegistrationState.CONFIRMED)
    counts = visitors.aggregate(
        confirmed=Count("pk", filter=confirmed),
        waiting=Count("pk", filter=Q(state=RegistrationState.WAITING)),
        cancelled=Count("pk", filter=Q(state__in=[RegistrationState.CANCELLED, RegistrationState.EXPIRED])),
        came=Count("pk", filter=confirmed & CAME),
        undelivered=Count("pk", filter=~Q(undelivered_at=None) & Q(state__in=[*HOLDING_STATES, "waiting"])),
    )
    return EventFigures(
        pools=tuple(_pools(event)),
        by_day=tuple(_by_day(visitors)),
        by_source=tuple(_by_source(visitors)),
        funnel=_funnel(event),
        **counts,
    )


def _pools(event: Event) -> list[PoolFigures]:
    rows = SeatPool.objects.filter(event=event).annotate(
        waiting=Count("registrations", filter=Q(registrations__state=RegistrationState.WAITING)),
        came=Count(
            "registrations",
            filter=Q(registrations__state=RegistrationState.CONFIRMED)
            & (Q(registrations__attended_at__isnull=False) | Q(registrations__joined_at__isnull=False)),
        ),
    )
    figures = [
        PoolFigures(
            label=pool.label,
            holding=pool.holding,
            capacity=pool.capacity,
            waiting=pool.waiting,
            came=pool.came,
            is_hosts=pool.kind == PoolKind.HOSTS,
        )
        for pool in rows.order_by("-kind")
    ]
    return sorted(figures, key=lambda pool: pool.is_hosts)


def _by_day(people: QuerySet[Registration]) -> list[tuple[date, int]]:
    zone = timezone.get_default_timezone()
    rows = people.order_by().annotate(day=TruncDate("registered_at", tzinfo=zone)).values_list("day")
    return list(rows.annotate(n=Count("pk")).order_by("day"))


def _by_source(people: QuerySet[Registration]) -> list[tuple[str, int]]:
    rows = list(people.order_by().values_list("source").annotate(n=Count("pk")).order_by("-n", "source"))
    named = [(source or "no link named", number) for source, number in rows]
    rest = sum(number for _, number in named[MOST_SOURCES:])
    return named[:MOST_SOURCES] + ([("all others", rest)] if rest else [])


def _funnel(event: Event) -> Funnel:
    sent = Q(state__in=[MessageState.ACCEPTED, MessageState.UNKNOWN, MessageState.HANDED_OFF])
    counts: dict[str, Any] = Message.objects.filter(registration__event=event).aggregate(
        sent=Count("pk", filter=sent | Q(state=MessageState.FAILED)),
        accepted=Count("pk", filter=Q(state=MessageState.ACCEPTED)),
        delivered=Count("pk", filter=Q(delivery__in=[Delivery.DELIVERED, Delivery.COMPLAINED])),
        bounced=Count("pk", filter=Q(delivery=Delivery.BOUNCED)),
        failed=Count("pk", filter=Q(state__in=[MessageState.FAILED, MessageState.UNKNOWN])),
    )
    return Funnel(**counts)


def plan_of(event: Event) -> list[Planned]:
    """Return what is still to be sent to an event's people, by time and kind; one statement."""
    rows = (
        Message.objects.filter(registration__event=event, state__in=[MessageState.QUEUED, MessageState.HELD])
        .order_by()
        .annotate(moment=TruncMinute("due_at"))
        .values_list("moment", "kind", "state")
        .annotate(n=Count("registration", distinct=True))
        .order_by("moment", "kind")
    )
    return [
        Planned(moment=moment, label=kind_label(kind), people=number, is_held=state == MessageState.HELD)
        for moment, kind, state, number in rows[:MOST_PLANNED]
    ]


def with_places(events: QuerySet[Event]) -> QuerySet[Event]:
    """Add `places_held`, `places` and `unlimited` to events, for a list: visitors' pools only."""
    visitors = ~Q(pools__kind=PoolKind.HOSTS)
    return events.annotate(
        places_held=Sum("pools__holding", filter=visitors),
        places=Sum("pools__capacity", filter=visitors),
        unlimited=Count("pools", filter=visitors & Q(pools__capacity=None)),
    )
