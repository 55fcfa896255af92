"""Telling those again who still hold an old time: the latest issue of their invite, the same bytes, and nobody else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from events.invites.models import Invite, InviteRevision
from events.invites.queries import held_invites
from events.invites.rules import Holding, Method
from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.rules import RegistrationState
from events.registration.services.places import lock_pools
from events.registration.services.telling import registration_message
from events.schedule.models import Event
from events.schedule.rules import EventStatus

log = structlog.get_logger(__name__)

CHUNK = 200
HOLDS_OLD_TIME = Q(holding=Holding.OLD_TIME)
# Whoever was sent the same issue within the hour, or will be in a moment, is not told again.
PAUSE = timedelta(hours=1)


def tell_old_holders(*, event_id: int, now: datetime) -> int:
    """Send the current time again to those whose calendar holds an older one; return to how many people.

    Pressed twice within an hour, the second time reaches nobody new. Nothing is sent while the last change is still
    in its quiet period: then everybody is about to be told anyway.
    """
    event = Event.objects.get(pk=event_id)
    if event.status != EventStatus.PUBLISHED or event.announce_at is not None:
        return 0
    told, after = 0, 0
    while True:
        held = held_invites(event_id=event_id, states=[RegistrationState.CONFIRMED], now=now)
        ids = list(
            held.filter(HOLDS_OLD_TIME, registration_id__gt=after, registration__erased_at=None)
            .order_by("registration_id")
            .values_list("registration_id", flat=True)
            .distinct()[:CHUNK]
        )
        if not ids:
            break
        with transaction.atomic():
            # The pools first, as everywhere; then the people, so that nobody is told who leaves at this moment.
            lock_pools(pool_ids=event.pools.values_list("pk", flat=True))
            told += _tell(ids, event, now)
        after = ids[-1]
    log.info("event.old_holders_told", event_id=event_id, people=told)
    return told


def _tell(ids: list[int], event: Event, now: datetime) -> int:
    people = Registration.objects.select_for_update(no_key=True).in_bulk(ids)
    held = held_invites(event_id=event.pk, states=[RegistrationState.CONFIRMED], now=now)
    invites = held.filter(HOLDS_OLD_TIME, registration_id__in=ids)
    known = _on_their_way(ids, now)
    latest: dict[int, list[tuple[Invite, int]]] = defaultdict(list)
    for invite, revision in _latest(invites):
        if revision not in known:
            latest[invite.registration_id].append((invite, revision))
    messages: list[Message] = []
    for registration_id, rows in latest.items():
        by_mail = [[revision] for invite, revision in rows if invite.by_mail]
        by_feed = [revision for invite, revision in rows if not invite.by_mail]
        messages += [
            registration_message(
                registration=people[registration_id],
                kind="update",
                cause=f"old-{'-'.join(str(pk) for pk in part)}-{int(now.timestamp()) // 3600}",
                revisions=part,
                not_after=event.over_at,
                now=now,
            )
            for part in [*by_mail, *([by_feed] if by_feed else [])]
        ]
    enqueue(messages)
    return len(latest)


def _latest(invites: Iterable[Invite]) -> list[tuple[Invite, int]]:
    """Pair each invite with its latest revision."""
    rows = list(invites)
    revisions = InviteRevision.objects.filter(invite__in=[invite.pk for invite in rows], method=Method.REQUEST)
    by_step = {(r.invite_id, r.sequence): r.pk for r in revisions}
    return [(i, by_step[i.pk, i.sequence]) for i in rows if (i.pk, i.sequence) in by_step]


def _on_their_way(ids: list[int], now: datetime) -> set[int]:
    """Return the revisions that wait to be sent, or were written within the hour."""
    sent = Message.objects.filter(registration__in=ids).exclude(revisions=[])
    known: set[int] = set()
    for revisions, state, created_at in sent.values_list("revisions", "state", "created_at"):
        if state in (*UNSETTLED, MessageState.HELD) or created_at > now - PAUSE:
            known.update(revisions)
    return known
