"""Walk & Talk in numbers, for who gives the requests out: counts alone, of their boroughs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from events.console.queries.walks import is_late, on_the_desk
from events.walks.models import Borough, WalkOutcome, WalkRequest
from events.walks.rules import OPEN_STATES, OUTCOME_LABELS, SOONEST_OFFER, Outcome, week_of

WEEKS = 12
QUARTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much an officer has."""

    officer: str
    open_walks: int
    free_times: int
    walked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkFigures:
    """What the page of figures shows."""

    by_week: list[tuple[date, int]]
    by_borough: list[tuple[str, int]]
    open_now: int
    late_now: int
    first_offer: timedelta | None
    offered: int
    quarters: list[tuple[date, list[tuple[str, int]]]]
    load: list[Load]


def walk_figures(boroughs: QuerySet[Borough], *, now: datetime) -> WalkFigures:
    """Count the requests of some boroughs. A request is deleted 90 days after closing; its outcome stays."""
    ids = boroughs.values("pk")
    walks = WalkRequest.objects.filter(borough__in=ids)
    weeks = Counter(week_of(timezone.localtime(moment)) for moment in walks.values_list("asked_at", flat=True))
    first = week_of(timezone.localtime(now)) - timedelta(weeks=WEEKS - 1)
    open_ones = list(on_the_desk(walks.filter(state__in=OPEN_STATES)))
    waited = [
        offered_at - asked_at
        for asked_at, offered_at in walks.annotate(first=Min("offers__offered_at"))
        .filter(first__isnull=False)
        .values_list("asked_at", "first")
    ]
    return WalkFigures(
        by_week=[(monday, weeks[monday]) for monday in (first + timedelta(weeks=n) for n in range(WEEKS))],
        by_borough=[
            (str(name), int(number))
            for name, number in boroughs.annotate(number=Count("walks"))
            .order_by("-number", "name")
            .values_list("name", "number")
        ],
        open_now=len(open_ones),
        late_now=sum(is_late(walk, now=now) for walk in open_ones),
        first_offer=median(waited) if waited else None,
        offered=len(waited),
        quarters=_quarters(ids),
        load=_load(boroughs, now),
    )


def _quarters(ids: Any) -> list[tuple[date, list[tuple[str, int]]]]:
    rows = WalkOutcome.objects.filter(borough__in=ids).values_list("quarter_date", "outcome")
    counted = rows.annotate(number=Count("pk")).order_by("-quarter_date", "-number", "outcome")
    found: dict[date, list[tuple[str, int]]] = {}
    for quarter, outcome, number in counted:
        found.setdefault(quarter, []).append((OUTCOME_LABELS[Outcome(outcome)], number))
    return list(found.items())[:QUARTERS]


def _load(boroughs: QuerySet[Borough], now: datetime) -> list[Load]:
    """Each officer of these teams, with the requests of these boroughs alone."""
    ids = boroughs.values("pk")
    own = Q(walks__borough__in=ids)
    free = Q(walk_slots__walk=None, walk_slots__withdrawn_at=None, walk_slots__starts_at__gte=now + SOONEST_OFFER)
    team: QuerySet[Any] = get_user_model().objects.filter(is_active=True, walk_officer__boroughs__in=ids).distinct()
    team = team.annotate(
        open_walks=Count("walks", filter=own & Q(walks__state__in=OPEN_STATES), distinct=True),
        walked=Count("walks", filter=own & Q(walks__outcome=Outcome.WALKED), distinct=True),
        free=Count("walk_slots", filter=free, distinct=True),
    )
    return [
        Load(
            officer=str(user.get_full_name() or user.get_username()),
            open_walks=user.open_walks,
            free_times=user.free,
            walked=user.walked,
        )
        for user in team.order_by("-open_walks", "pk")
    ]
