"""Sending an issue: frozen when it starts, written down in chunks by the worker, held, resumed and stopped."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q

from events.newsletter.models.sending import IssueEdition, IssueSending
from events.newsletter.models.subscription import Subscription
from events.newsletter.queries import audience_of, content_of
from events.newsletter.rules import (
    BEGUN,
    CROSSED,
    ISSUE_KIND,
    LONGEST_WAIT,
    SendingState,
    Step,
    in_order,
    why_too_late,
)
from events.newsletter.services.steps import (
    Crossed,
    NobodyToWriteTo,
    NotReady,
    StepRefused,
    note,
    take_step,
)
from events.newsletter.services.writing import ready_to_send, take_back
from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState
from events.outbox.services import draft_row, drop_messages, enqueue, hold_messages, release_held

log = structlog.get_logger(__name__)

CHUNK = 500
STOPPED = "The issue was stopped."
_WAITING = (*UNSETTLED, MessageState.HELD)


def start(*, sending_id: int, version: int, by: Any, now: datetime, revision: int | None = None) -> int:
    """Begin to send what is published now; return to how many. The worker writes their messages.

    What it says in each language is kept with the sending: a later edit changes nobody's mail. `version`, `revision`:
    what the person has looked at. Raises StepRefused for the second of two clicks, Crossed, NotReady, NobodyToWriteTo.
    """
    sending = IssueSending.objects.get(pk=sending_id)
    pages, size = ready_to_send(sending, now=now)
    if revision is not None and pages[0].live_revision_id != revision:
        raise Crossed(CROSSED)
    # Before the step: pictures are cut to size here, which must not hold a lock.
    editions = [
        IssueEdition(
            sending=sending,
            language=page.locale.language_code,
            revision_id=page.live_revision_id,
            content=content_of(page, at=now),
        )
        for page in pages
    ]
    with transaction.atomic():
        take_step(
            sending_id=sending_id,
            step=Step.START,
            seen=version,
            now=now,
            started_at=now,
            recipients=size.people,
            topics=in_order(pages[0].topics),
            title=pages[0].title,
            problem="",
            changed_by=by,
        )
        IssueEdition.objects.bulk_create(editions)
        note(sending, "started", by=by, recipients=size.people)
    log.info("issue.started", sending=sending_id, recipients=size.people)
    return size.people


def hold(*, sending_id: int, by: Any, now: datetime) -> int:
    """Hold it half way; return how many mails wait. What is on the wire by now still goes. Raises StepRefused."""
    with transaction.atomic():
        take_step(sending_id=sending_id, step=Step.HOLD, now=now, changed_by=by)
        note(IssueSending.objects.get(pk=sending_id), "held", by=by)
    return hold_messages(where=_its_while(sending_id, SendingState.HELD), now=now)


@transaction.atomic
def resume(*, sending_id: int, by: Any, now: datetime) -> int:
    """Go on with what was held; return how many mails that is. Raises StepRefused."""
    take_step(sending_id=sending_id, step=Step.RESUME, now=now, changed_by=by)
    note(IssueSending.objects.get(pk=sending_id), "resumed", by=by)
    return release_held(where=_its(sending_id), now=now)


def stop(*, sending_id: int, by: Any, now: datetime) -> int:
    """End it for good; return how many do not get it. What is on the wire by now still goes. Raises StepRefused."""
    with transaction.atomic():
        take_step(sending_id=sending_id, step=Step.STOP, now=now, changed_by=by)
        note(IssueSending.objects.get(pk=sending_id), "stopped", by=by)
    return drop_messages(where=_its(sending_id), reason=STOPPED, now=now)


def work_on_issues(*, now: datetime) -> int:
    """Do what is due with every issue: the worker's duty. Return how much was done.

    One that fails does not keep the others from their turn. Raises what failed when all have had it.
    """
    due = IssueSending.objects.filter(
        Q(state=SendingState.SCHEDULED, send_at__lte=now)
        | Q(state__in=BEGUN)
        | Q(state=SendingState.STOPPED, ended_at=None)
    )
    done, failures = 0, []
    for sending in due.order_by("pk"):
        try:
            done += _next_duty(sending, now)()
        except Exception as failure:
            failures.append(failure)
    if failures:
        raise ExceptionGroup("Issues could not be worked on.", failures)
    return done


def _next_duty(sending: IssueSending, now: datetime) -> Callable[[], int]:
    match sending.state:
        case SendingState.SCHEDULED:
            return partial(_start_scheduled, sending, now)
        case SendingState.SENDING if sending.written_at is not None:
            return partial(_finish, sending, now)
        case SendingState.SENDING:
            return partial(write_chunk, sending_id=sending.pk, now=now)
        case SendingState.HELD:
            return partial(_keep_held, sending, now)
        case _:
            return partial(_keep_stopped, sending, now)


def _start_scheduled(sending: IssueSending, now: datetime) -> int:
    """Start it, or take its time away and say why it could not be started: there is nobody here to tell."""
    problem = why_too_late(send_at=sending.send_at or now, now=now)
    try:
        if not problem:
            start(sending_id=sending.pk, version=sending.version, by=None, now=now)
            return 1
    except (NotReady, NobodyToWriteTo) as refused:
        problem = str(refused)
    except (StepRefused, Crossed):  # somebody was faster
        return 0
    take_back(sending_id=sending.pk, by=None, now=now, problem=problem)
    log.warning("issue.not_started", sending=sending.pk)
    return 1


@transaction.atomic
def write_chunk(*, sending_id: int, now: datetime) -> int:
    """Write the messages of the next readers; return how many that is.

    In the order of their ids, from the cursor, which moves in the same transaction: a worker that died left a whole
    chunk or nothing of it. Two workers at it wait for each other, and a second message to the same reader has the same
    key, so it is none.
    """
    locked = IssueSending.objects.select_for_update(no_key=True)
    sending = locked.filter(pk=sending_id, state__in=BEGUN, written_at=None).first()
    if sending is None or sending.started_at is None:
        return 0
    readers = audience_of(topics=sending.topics, until=sending.started_at)
    chunk = list(readers.filter(pk__gt=sending.cursor).order_by("pk")[:CHUNK])
    enqueue([_row(sending, reader, now) for reader in chunk])
    changes: dict[str, Any] = {"cursor": chunk[-1].pk} if chunk else {}
    if len(chunk) < CHUNK:
        changes |= {"written_at": now, "recipients": Message.objects.filter(_its(sending_id)).count()}
    IssueSending.objects.filter(pk=sending_id).update(**changes)
    return len(chunk)


def _row(sending: IssueSending, reader: Subscription, now: datetime) -> Message:
    """Return the message to one reader: in no stream, so that what concerns a place never waits for it."""
    row = draft_row(
        kind=ISSUE_KIND,
        dedupe_key=f"issue:{sending.pk}:{reader.key}",
        to_email=reader.email,
        not_after=(sending.started_at or now) + LONGEST_WAIT,
        now=now,
    )
    row.issue_sending_id, row.subscription_id = sending.pk, reader.pk
    if sending.state == SendingState.HELD:
        row.state = MessageState.HELD
    return row


def _keep_held(sending: IssueSending, now: datetime) -> int:
    """Hold what came back from the wire, and write the rest of the readers down."""
    written = 0 if sending.written_at else write_chunk(sending_id=sending.pk, now=now)
    back = Message.objects.filter(_its(sending.pk), state__in=(MessageState.QUEUED, MessageState.CLAIMED))
    if not back.exists():
        return written
    return written + hold_messages(where=_its_while(sending.pk, SendingState.HELD), now=now)


def _keep_stopped(sending: IssueSending, now: datetime) -> int:
    """Drop what came back from the wire; the end is when nothing is left there."""
    waiting = Message.objects.filter(_its(sending.pk), state__in=_WAITING)
    if waiting.exclude(state=MessageState.HANDED_OFF).exists():
        return drop_messages(where=_its(sending.pk), reason=STOPPED, now=now)
    if not waiting.exists():
        IssueSending.objects.filter(pk=sending.pk, state=SendingState.STOPPED, ended_at=None).update(ended_at=now)
    return 0


def _finish(sending: IssueSending, now: datetime) -> int:
    """Say that it is sent, once nothing of it waits any more; let go what was held as somebody resumed."""
    is_sending = _its_while(sending.pk, SendingState.SENDING)
    if Message.objects.filter(is_sending, state=MessageState.HELD).exists():
        return release_held(where=is_sending, now=now)
    if Message.objects.filter(_its(sending.pk), state__in=_WAITING).exists():
        return 0
    try:
        take_step(sending_id=sending.pk, step=Step.FINISH, now=now, ended_at=now)
    except StepRefused:  # somebody has held or stopped it meanwhile
        return 0
    log.info("issue.sent", sending=sending.pk)
    return 1


def _its_while(sending_id: int, state: SendingState) -> Q:
    """Return its messages, as long as it is in this state: asked in the statement that changes them."""
    return _its(sending_id) & Q(
        issue_sending_id__in=IssueSending.objects.filter(pk=sending_id, state=state).values("pk")
    )


def _its(sending_id: int) -> Q:
    return Q(issue_sending_id=sending_id, kind=ISSUE_KIND)
