"""The worker's first look at a new request: has she asked before, and is there an address to write to?

Only a process with the private key can tell. Somebody who asks again while her first request is open gets no second
one: the mailbox hears of the first, and the page of the second goes on saying what it said, so that nobody learns by
trying whether an address is known.
"""

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.outbox.services import book_stranger_mail, enqueue
from events.walks.models import WalkRequest
from events.walks.rules import OPEN_STATES, Outcome, WalkState, Way
from events.walks.sealing import can_open, contact_digest, open_box
from events.walks.services.closing import close_walk
from events.walks.services.locking import lock_walk
from events.walks.services.notifying import notify, notify_team
from events.walks.services.tallying import count_asked
from events.walks.services.writing import row_for_her
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
    walk = lock_walk(walk_id, states=OPEN_STATES)
    if walk is None:  # closed before we looked: by her, or by the clock
        settled = WalkRequest.objects.filter(pk=walk_id, settled_at=None).update(settled_at=now)
        if settled:
            count_asked(WalkRequest.objects.get(pk=walk_id))
        return settled
    if walk.settled_at is not None:
        return 0
    contact = contact_of(walk)
    digest = contact_digest(contact)
    first = WalkRequest.objects.filter(contact_digest=digest).select_related("officer").first() if digest else None
    mine = {"settled_at": now} if first else {"settled_at": now, "contact_digest": digest}
    try:
        with transaction.atomic():
            WalkRequest.objects.filter(pk=walk.pk).update(**mine)
    except IntegrityError:
        return 0  # another worker looks at another request of hers at this moment: next time it is there to be found
    if first is not None:
        close_walk(walk=walk, outcome=Outcome.ASKED_TWICE, themes=(), now=now)
        _tell_officer(first, now)
    else:
        count_asked(walk)
    if walk.way == Way.EMAIL and contact:
        # To the mailbox's owner, with the link to the request that counts: somebody else may have asked in her name.
        _tell_mailbox(first or walk, cause=walk, key=contact, now=now)
    if first is None and walk.state == WalkState.NEW:
        notify_team(walk=walk, cause="new", now=now)
    return 1


def _tell_officer(walk: WalkRequest, now: datetime) -> None:
    """Say, once a day, that she has asked again: who is reached by phone gets no mail, and may only be waiting."""
    if walk.officer is not None:
        day = timezone.localdate(now).isoformat().replace("-", "")
        notify(walk=walk, cause="again", people=[walk.officer], now=now, mark=day)


def _tell_mailbox(walk: WalkRequest, *, cause: WalkRequest, key: str, now: datetime) -> None:
    """Say that we have it, at most three times a day: whoever types an address causes this mail (DESIGN law 6)."""
    due_at = book_stranger_mail(email_key=key, now=now, days_ahead=1)
    if due_at is None:
        return
    key = f"walk_received:{cause.key.hex}"
    enqueue([row_for_her(walk=walk, kind="walk_received", dedupe_key=key, now=now, not_before=due_at)])


def contact_of(walk: WalkRequest) -> str:
    """Return how she is reached, in the form in which it is compared; nothing for a box that cannot be opened."""
    try:
        person = open_box(walk.sealed_person, key_id=walk.key_id, about=walk.key)
    except CannotOpenError as problem:
        log.warning("walk.cannot_open", walk=walk.pk, reason=str(problem))
        return ""
    return email_key(person["address"]) if person["way"] == Way.EMAIL else str(person["address"])
