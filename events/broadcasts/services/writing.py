"""Before it leaves: a draft, a test to oneself, a time."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from events.broadcasts.audience_rules import Audience
from events.broadcasts.models import Broadcast
from events.broadcasts.rules import TEST_KIND, Purpose, Step, broadcast_problems
from events.broadcasts.services.refusals import NotReady, TimeHasPassed, note, ready_to_send, take_step
from events.outbox.services import draft_row, enqueue


@transaction.atomic
def create_broadcast(
    *, event_id: int, purpose: Purpose, subject: str, text: str, audience: Audience, by: Any, now: datetime
) -> Broadcast:
    """Write a draft down. Raises NotReady for words or people that could never be sent."""
    _check(purpose=purpose, subject=subject, text=text, audience=audience)
    broadcast = Broadcast.objects.create(
        event_id=event_id,
        purpose=purpose,
        subject=subject,
        text=text,
        audience=audience.as_data(),
        created_by=by,
        created_at=now,
        changed_at=now,
    )
    note(broadcast, "written", by=by)
    return broadcast


@transaction.atomic
def change_broadcast(
    *,
    broadcast_id: int,
    version: int,
    purpose: Purpose,
    subject: str,
    text: str,
    audience: Audience,
    by: Any,
    now: datetime,
) -> None:
    """Change what has not begun; what was scheduled is a draft again, for nobody has looked at it as it is now.

    Raises StepRefused once it is being sent, Crossed when somebody else was faster, and NotReady.
    """
    _check(purpose=purpose, subject=subject, text=text, audience=audience)
    take_step(
        broadcast_id=broadcast_id,
        step=Step.CHANGE,
        seen=version,
        now=now,
        purpose=purpose,
        subject=subject,
        text=text,
        audience=audience.as_data(),
        send_at=None,
        problem="",
        **_RAISED,
    )
    note(Broadcast.objects.get(pk=broadcast_id), "changed", by=by)


@transaction.atomic
def schedule(*, broadcast_id: int, version: int, send_at: datetime, by: Any, now: datetime) -> None:
    """Give it a time; again: another. Raises TimeHasPassed, NobodyToWriteTo, NotReady, StepRefused or Crossed."""
    if send_at <= now:
        raise TimeHasPassed("That time has passed. Choose one that is ahead, or send it now.")
    take_step(
        broadcast_id=broadcast_id,
        step=Step.SCHEDULE,
        seen=version,
        now=now,
        send_at=send_at,
        problem="",
        **_RAISED,
    )
    broadcast = Broadcast.objects.select_related("event").get(pk=broadcast_id)
    ready_to_send(broadcast, now=now)
    note(broadcast, "scheduled", by=by, send_at=send_at.isoformat())


@transaction.atomic
def take_back(*, broadcast_id: int, by: Any, now: datetime, problem: str = "") -> None:
    """Make a draft of what was scheduled; `problem`: why the worker could not start it. Raises StepRefused."""
    take_step(broadcast_id=broadcast_id, step=Step.UNSCHEDULE, now=now, send_at=None, problem=problem[:300], **_RAISED)
    note(Broadcast.objects.get(pk=broadcast_id), "taken_back", by=by)


@transaction.atomic
def send_test(*, broadcast_id: int, to_email: str, by: Any, now: datetime) -> None:
    """Send it to the officer who asks, as it is now; two clicks within a minute are one mail."""
    broadcast = Broadcast.objects.get(pk=broadcast_id)
    row = draft_row(
        kind=TEST_KIND,
        dedupe_key=f"{TEST_KIND}:{broadcast.pk}:{broadcast.version}:{by.pk}:{now:%Y%m%d%H%M}",
        to_email=to_email,
        now=now,
    )
    row.broadcast_id = broadcast.pk
    enqueue([row])
    note(broadcast, "tested", by=by)


_RAISED: dict[str, Any] = {"version": F("version") + 1}


def _check(*, purpose: Purpose, subject: str, text: str, audience: Audience) -> None:
    if problems := broadcast_problems(subject=subject, text=text, audience=audience, purpose=purpose):
        raise NotReady(problems)
