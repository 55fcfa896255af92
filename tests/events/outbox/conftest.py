"""Messages, their kinds and workers for the outbox's tests; kinds of our own, so that no template matters here."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from events.outbox import messages
from events.outbox.delivery.deliverer import Deliverer
from events.outbox.delivery.lifeline import Lifeline, hold_lifeline
from events.outbox.messages import CalendarPart, Draft, MessageKind
from events.outbox.models import Message
from events.outbox.services import draft_row, enqueue


class Clock:
    """A clock that stands still until it is moved; `when_read` may do something just before it is read."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.when_read: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        self.when_read()
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def plain_draft(message: Message, context: Any = None, *, calendar: CalendarPart | None = None) -> Draft:
    return Draft(
        to_name="Amara",
        to_email=message.to_email,
        from_name="Outreach",
        reply_to="",
        subject=message.dedupe_key,
        text="See you there.\n",
        html="<p>See you there.</p>",
        calendar=calendar,
    )


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def make_kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a maker of kinds that this test alone knows."""

    def make(name: str, **fields: Any) -> None:
        kind = MessageKind(name=name, **{"prepare": lambda batch: None, "compose": plain_draft} | fields)
        monkeypatch.setitem(messages._registry.kinds, name, kind)

    return make


@pytest.fixture
def kinds(make_kind: Callable[..., None]) -> None:
    """Make two kinds known: a `notice` is worth a second copy, a `nudge` (like a reminder) is not."""
    make_kind("notice")
    make_kind("nudge", resend_when_unknown=False)


@pytest.fixture
def queue(now: datetime, kinds: None) -> Callable[..., Message]:
    """Return a writer of one message: `queue("amara", kind="nudge")` is for amara@example.org."""

    def write(name: str, *, kind: str = "notice", at: datetime | None = None, **fields: Any) -> Message:
        dedupe_key = fields.pop("dedupe_key", f"{kind}:{name}")
        fields = {"to_email": f"{name}@example.org"} | fields
        with transaction.atomic():
            enqueue([draft_row(kind=kind, dedupe_key=dedupe_key, now=at or now, **fields)])
        return Message.objects.get(dedupe_key=dedupe_key)

    return write


@pytest.fixture
def lifeline() -> Iterator[Lifeline]:
    held = hold_lifeline()
    yield held
    held.release()


@pytest.fixture
def deliverer(clock: Clock, lifeline: Lifeline) -> Iterator[Deliverer]:
    worker = Deliverer(lifeline=lifeline, clock=clock, jitter=lambda: 0.5)
    yield worker
    worker.server.close()
