"""An officer with an event, people who registered for it, and what she writes to them."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from events.broadcasts.audience_rules import Audience
from events.broadcasts.models import Broadcast
from events.broadcasts.rules import Purpose
from events.broadcasts.services import create_broadcast, start, work_on_broadcasts
from events.outbox.delivery.deliverer import Deliverer
from events.outbox.delivery.lifeline import hold_lifeline
from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.schedule.models import Event
from tests.events.outbox.conftest import Clock
from tests.smtp_sink import SmtpSink

QUEUED, HELD = MessageState.QUEUED, MessageState.HELD
SKIPPED, ACCEPTED = MessageState.SKIPPED, MessageState.ACCEPTED


def states() -> Counter[str]:
    """Return how many messages stand where."""
    return Counter(Message.objects.values_list("state", flat=True))


def recipients(sink: SmtpSink) -> list[str]:
    """Return who got a mail, by name."""
    return sorted(message.recipients[0].partition("@")[0] for message in sink.messages)


def state_of(broadcast: Broadcast) -> str:
    """Return where a broadcast stands now."""
    broadcast.refresh_from_db()
    return broadcast.state


@pytest.fixture
def officer(db: None) -> Any:
    return get_user_model().objects.create_user("olive", "olive@example.org", "x")


@pytest.fixture
def event(publish: Callable[..., Event]) -> Event:
    """Return an event without reminders, so that what is in the outbox is easy to read."""
    return publish(reminders=())


@pytest.fixture
def people(event: Event, sign_up: Callable[..., Any]) -> list[Any]:
    """Return five who have a place; their confirmations are out of the way."""
    registered = [sign_up(event, name) for name in ("amara", "bronwen", "chioma", "dina", "esra")]
    Message.objects.all().delete()
    return registered


@pytest.fixture
def write(event: Event, officer: Any, now: Any) -> Callable[..., Broadcast]:
    """Return a writer of drafts: `write(text="…")`."""

    def do(*, at: Any = None, **changes: Any) -> Broadcast:
        fields: dict[str, Any] = {
            "event_id": event.pk,
            "purpose": Purpose.EVENT,
            "subject": "What to bring to {event}",
            "text": "Bring a pen, {name}.\n\nWe begin on {when}.",
            "audience": Audience(),
        }
        return create_broadcast(**(fields | changes), by=officer, now=at or now)

    return do


@pytest.fixture
def send(officer: Any, now: Any) -> Callable[..., Broadcast]:
    """Return a starter: all messages are written, none has left."""

    def do(broadcast: Broadcast, *, at: Any = None) -> Broadcast:
        start(broadcast_id=broadcast.pk, version=broadcast.version, by=officer, now=at or now)
        work_on_broadcasts(now=at or now)
        broadcast.refresh_from_db()
        return broadcast

    return do


@pytest.fixture
def clock(now: Any) -> Clock:
    return Clock(now)


@pytest.fixture
def deliverer(clock: Clock) -> Iterator[Deliverer]:
    lifeline = hold_lifeline()
    worker = Deliverer(lifeline=lifeline, clock=clock, jitter=lambda: 0.5)
    yield worker
    worker.server.close()
    lifeline.release()
