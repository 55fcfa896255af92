"""From the start to the last mail: one message each, written in chunks, held or stopped at any moment.

Holding and stopping are two transactions: the state first, so that nothing more is written, then the messages, which
workers have their hands on (`events.outbox.services.holding`). The worker goes on where a process died in between.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Max, Q

from events.broadcasts.audience_rules import audience_of
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import people_of
from events.broadcasts.rules import (
    KIND_OF_PURPOSE,
    SENT_KINDS,
    BroadcastState,
    Purpose,
    Step,
    deadline,
    why_too_late,
)
from events.broadcasts.services.refusals import (
    Crossed,
    NobodyToWriteTo,
    NotReady,
    StepRefused,
    note,
    ready_to_send,
    take_step,
)
from events.broadcasts.services.writing import take_back
from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState
from events.outbox.services import address_digest, draft_row, drop_messages, enqueue, hold_messages, release_held
from events.registration.models import Registration

log = structlog.get_logger(__name__)

CHUNK = 500
STOPPED = "The broadcast was stopped."
_BEGUN = (BroadcastState.SENDING, BroadcastState.HELD)
_WAITING = (*UNSETTLED, MessageState.HELD)


@transaction.atomic
def start(*, broadcast_id: int, version: int, by: Any, now: datetime) -> int:
    """Begin to send; return to how many. The worker writes their messages.

    Raises StepRefused for the second of two clicks, Crossed, NotReady, or NobodyToWriteTo.
    """
    take_step(broadcast_id=broadcast_id, step=Step.START, seen=version, now=now, started_at=now, problem="")
    broadcast = Broadcast.objects.select_related("event").get(pk=broadcast_id)
    recipients = ready_to_send(broadcast, now=now).people
    Broadcast.objects.filter(pk=broadcast_id).update(recipients=recipients)
    note(broadcast, "started", by=by, recipients=recipients)
    log.info("broadcast.started", broadcast=broadcast_id, recipients=recipients)
    return recipients


def hold(*, broadcast_id: int, by: Any, now: datetime) -> int:
    """Hold it half way; return how many mails wait. What is on the wire by now still goes. Raises StepRefused."""
    with transaction.atomic():
        take_step(broadcast_id=broadcast_id, step=Step.HOLD, now=now)
        note(Broadcast.objects.get(pk=broadcast_id), "held", by=by)
    return hold_messages(where=_its_while(broadcast_id, BroadcastState.HELD), now=now)


@transaction.atomic
def resume(*, broadcast_id: int, by: Any, now: datetime) -> int:
    """Go on with what was held; return how many mails that is. Raises StepRefused."""
    take_step(broadcast_id=broadcast_id, step=Step.RESUME, now=now)
    note(Broadcast.objects.get(pk=broadcast_id), "resumed", by=by)
    return release_held(where=_its(broadcast_id), now=now)


def stop(*, broadcast_id: int, by: Any, now: datetime) -> int:
    """End it for good; return how many do not get it. What is on the wire by now still goes. Raises StepRefused."""
    with transaction.atomic():
        take_step(broadcast_id=broadcast_id, step=Step.STOP, now=now)
        note(Broadcast.objects.get(pk=broadcast_id), "stopped", by=by)
    return drop_messages(where=_its(broadcast_id), reason=STOPPED, now=now)


def work_on_broadcasts(*, now: datetime) -> int:
    """Do what is due with every broadcast: the worker's duty. Return how much was done.

    One that fails does not keep the others from their turn. Raises what failed when all have had it.
    """
    due = Broadcast.objects.filter(
        Q(state=BroadcastState.SCHEDULED, send_at__lte=now)
        | Q(state__in=_BEGUN)
        | Q(state=BroadcastState.STOPPED, ended_at=None)
    )
    done, failures = 0, []
    for broadcast in due.select_related("event").order_by("pk"):
        try:
            done += _next_duty(broadcast, now)()
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Broadcasts could not be worked on.", failures)
    return done


def _next_duty(broadcast: Broadcast, now: datetime) -> Callable[[], int]:
    match broadcast.state:
        case BroadcastState.SCHEDULED:
            return partial(_start_scheduled, broadcast, now)
        case BroadcastState.SENDING if broadcast.written_at is not None:
            return partial(_finish, broadcast, now)
        case BroadcastState.SENDING:
            return partial(write_chunk, broadcast_id=broadcast.pk, now=now)
        case BroadcastState.HELD:
            return partial(_keep_held, broadcast, now)
        case _:
            return partial(_keep_stopped, broadcast, now)


def _start_scheduled(broadcast: Broadcast, now: datetime) -> int:
    """Start it, or make it a draft that says why it could not be started: there is nobody here to tell."""
    send_at = broadcast.send_at or now
    problem = why_too_late(
        send_at=send_at, over_at=broadcast.event.over_at, now=now, purpose=Purpose(broadcast.purpose)
    )
    if broadcast.purpose == Purpose.EVENT and broadcast.event.status_at > broadcast.changed_at:
        problem = "The event was called off, put off or brought back after this was scheduled. Read it again."
    try:
        if not problem:
            start(broadcast_id=broadcast.pk, version=broadcast.version, by=None, now=now)
            return 1
    except (NotReady, NobodyToWriteTo) as refused:
        problem = str(refused)
    except (StepRefused, Crossed):  # somebody was faster
        return 0
    take_back(broadcast_id=broadcast.pk, by=None, now=now, problem=problem)
    log.warning("broadcast.not_started", broadcast=broadcast.pk)
    return 1


@transaction.atomic
def write_chunk(*, broadcast_id: int, now: datetime) -> int:
    """Write the messages of the next recipients; return how many people were looked at.

    In the order of their ids, from the last who has one: a worker that died left a whole chunk or nothing of it. Two
    workers at it wait for each other, and a second message to the same person has the same key, so it is none.
    """
    locked = Broadcast.objects.select_for_update(no_key=True, of=("self",)).select_related("event")
    broadcast = locked.filter(pk=broadcast_id, state__in=_BEGUN, written_at=None).first()
    if broadcast is None or broadcast.started_at is None:
        return 0
    mine = Message.objects.filter(_its(broadcast_id))
    last = mine.aggregate(last=Max("registration_id"))["last"] or 0
    people = people_of(event_id=broadcast.event_id, audience=audience_of(broadcast.audience))
    # Who registered after the start was not among those whom the officer saw.
    people = people.filter(pk__gt=last, registered_at__lte=broadcast.started_at).order_by("pk")
    chunk = list(people[:CHUNK])
    enqueue([_row(broadcast, person, now) for person in chunk])
    if len(chunk) < CHUNK:
        Broadcast.objects.filter(pk=broadcast_id).update(written_at=now, recipients=mine.count())
    return len(chunk)


def _row(broadcast: Broadcast, person: Registration, now: datetime) -> Message:
    """Return the message to one person: in no stream, so that what concerns a place never waits for it."""
    purpose = Purpose(broadcast.purpose)
    row = draft_row(
        kind=KIND_OF_PURPOSE[purpose],
        # By address: who has left and registered again is one person.
        dedupe_key=f"broadcast:{broadcast.pk}:{address_digest(person.email_key)[:40]}",
        to_email=person.email,
        registration_id=person.pk,
        not_after=deadline(started_at=broadcast.started_at or now, over_at=broadcast.event.over_at, purpose=purpose),
        now=now,
    )
    row.broadcast_id = broadcast.pk
    if broadcast.state == BroadcastState.HELD:
        row.state = MessageState.HELD
    return row


def _keep_held(broadcast: Broadcast, now: datetime) -> int:
    """Hold what came back from the wire, and write the rest of the recipients down."""
    written = 0 if broadcast.written_at else write_chunk(broadcast_id=broadcast.pk, now=now)
    back = Message.objects.filter(_its(broadcast.pk), state__in=(MessageState.QUEUED, MessageState.CLAIMED))
    if not back.exists():
        return written
    return written + hold_messages(where=_its_while(broadcast.pk, BroadcastState.HELD), now=now)


def _keep_stopped(broadcast: Broadcast, now: datetime) -> int:
    """Drop what came back from the wire; the end is when nothing is left there."""
    waiting = Message.objects.filter(_its(broadcast.pk), state__in=_WAITING)
    if waiting.exclude(state=MessageState.HANDED_OFF).exists():
        return drop_messages(where=_its(broadcast.pk), reason=STOPPED, now=now)
    if not waiting.exists():
        Broadcast.objects.filter(pk=broadcast.pk, state=BroadcastState.STOPPED, ended_at=None).update(ended_at=now)
    return 0


def _finish(broadcast: Broadcast, now: datetime) -> int:
    """Say that it is sent, once nothing of it waits any more; let go what was held as somebody resumed."""
    sending = _its_while(broadcast.pk, BroadcastState.SENDING)
    if Message.objects.filter(sending, state=MessageState.HELD).exists():
        return release_held(where=sending, now=now)
    if Message.objects.filter(_its(broadcast.pk), state__in=_WAITING).exists():
        return 0
    try:
        take_step(broadcast_id=broadcast.pk, step=Step.FINISH, now=now, ended_at=now)
    except StepRefused:  # somebody has held or stopped it meanwhile
        return 0
    log.info("broadcast.sent", broadcast=broadcast.pk)
    return 1


def _its_while(broadcast_id: int, state: BroadcastState) -> Q:
    """Return its messages, as long as it is in this state: asked in the statement that changes them."""
    return _its(broadcast_id) & Q(broadcast_id__in=Broadcast.objects.filter(pk=broadcast_id, state=state).values("pk"))


def _its(broadcast_id: int) -> Q:
    return Q(broadcast_id=broadcast_id, kind__in=SENT_KINDS)
