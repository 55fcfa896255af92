"""Telling staff that a request needs them. The mail names its number and its borough, and nothing of her."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from events.outbox.models import Message
from events.outbox.services import draft_row, enqueue
from events.walks.models import WalkRequest
from events.walks.queries import coordinators_of, leads
from events.walks.rules import Role


def notify(*, walk: WalkRequest, cause: str, people: Iterable[Any], now: datetime, mark: str = "") -> None:
    """Write one notice to each of these people. `mark` tells two notices of one cause apart."""
    rows: list[Message] = []
    for person in people:
        if not person.email:
            continue
        key = f"walk_notice:{walk.key.hex}:{cause}-{mark or int(walk.state_at.timestamp())}:{person.pk}"
        row = draft_row(kind="walk_notice", dedupe_key=key, to_email=person.email, now=now)
        row.walk_id = walk.pk
        rows.append(row)
    enqueue(rows)


def notify_team(*, walk: WalkRequest, cause: str, now: datetime) -> None:
    """Tell the borough's coordinators; where there are none, whoever sees every borough."""
    notify(walk=walk, cause=cause, people=coordinators_of(walk.borough_id) or leads(), now=now)


def people_in(roles: Iterable[Role], walk: WalkRequest) -> QuerySet[Any]:
    """Return who has one of these roles for a request; somebody with two is one person."""
    wanted = set(roles)
    ids: set[int] = set()
    if Role.OFFICER in wanted and walk.officer_id is not None:
        ids.add(walk.officer_id)
    team = [person.pk for person in coordinators_of(walk.borough_id)]
    if Role.COORDINATORS in wanted:
        ids.update(team)
    if Role.LEADS in wanted or (Role.COORDINATORS in wanted and not team):
        ids.update(person.pk for person in leads())
    return get_user_model().objects.filter(pk__in=ids, is_active=True).order_by("pk")
