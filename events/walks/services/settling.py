"""The worker's first look at a new request: has she asked before, and is there an address to write to?

Only a process with the private key can tell. Somebody who asks again while her first request is open gets no second
one and no second mail: her page says the same as ever, so nobody learns by trying whether an address is known.
"""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import transaction

from events.outbox.services import draft_row, enqueue
from events.walks.models import WalkRequest
from events.walks.rules import OPEN_STATES, Outcome, WalkState, Way
from events.walks.sealing import can_open, open_box
from events.walks.services.closing import close_walk
from events.walks.services.locking import lock_walk
from events.walks.services.notifying import notify_team
from portal.addresses import email_key
from portal.sealing import CannotOpenError

log = structlog.get_logger(__name__)


def settle_new_requests(*, now: datetime) -> int:
    """Look at every new request once; return how many. A process without the key leaves them to one that has it."""
    unsettled = WalkRequest.objects.filter(settled_at=None)
    if not can_open() or not unsettled.exists():
        return 0
    ids: list[int] = list(unsettled.order_by("pk").values_list("pk", flat=True))
    return sum(_settle(walk_id, now) for walk_id in ids)


@transaction.atomic
def _settle(walk_id: int, now: datetime) -> int:
    # One worker at a time: two requests of one woman, looked at side by side, would not see each other.
    others = list(WalkRequest.objects.select_for_update(no_key=True).filter(state__in=OPEN_STATES).order_by("pk"))
    walk = lock_walk(walk_id, states=OPEN_STATES)
    if walk is None:
        return WalkRequest.objects.filter(pk=walk_id, settled_at=None).update(settled_at=now)
    if walk.settled_at is not None:
        return 0
    WalkRequest.objects.filter(pk=walk.pk).update(settled_at=now)
    known = contact_of(walk)
    if known and known in _contacts(other for other in others if other.pk < walk.pk):
        close_walk(walk=walk, outcome=Outcome.ASKED_TWICE, themes=(), now=now)
        return 1
    if walk.way == Way.EMAIL:
        row = draft_row(
            kind="walk_received",
            dedupe_key=f"walk_received:{walk.key.hex}",
            to_email="",
            now=now,
            stream=f"walk:{walk.pk}:woman:0",
        )
        row.walk_id = walk.pk
        enqueue([row])
    if walk.state == WalkState.NEW:
        notify_team(walk=walk, cause="new", now=now)
    return 1


def contact_of(walk: WalkRequest) -> str:
    """Return how she is reached, in the form in which it is compared; nothing for a box that cannot be opened."""
    try:
        person = open_box(walk.sealed_person, key_id=walk.key_id, about=walk.key)
    except CannotOpenError as problem:
        log.warning("walk.cannot_open", walk=walk.pk, reason=str(problem))
        return ""
    return email_key(person["address"]) if person["way"] == Way.EMAIL else str(person["address"])


def _contacts(walks: Iterable[WalkRequest]) -> set[str]:
    return {contact for walk in walks if (contact := contact_of(walk))}
