"""Events and people for tests: published and registered by the services that the portal itself uses."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.registration.models import Registration
from events.registration.services import register
from events.registration.services.registering import Application
from events.schedule.models import Event
from events.schedule.rules import EventKind, EventSpec, PoolKind, SessionSpec
from events.schedule.services import publish_event

EVENT_KEY = uuid.UUID("11111111-1111-4111-8111-111111111111")


def session_key(number: int) -> uuid.UUID:
    """Return the stable key of the n-th session row of a test's page."""
    return uuid.UUID(f"22222222-2222-4222-8222-{number:012d}")


@pytest.fixture
def make_spec() -> Callable[..., EventSpec]:
    """Return a maker of what a page would project: one online session on 8 March 2027 at 18:00 in London."""

    def make(**changes: Any) -> EventSpec:
        starts = changes.pop("starts", datetime(2027, 3, 8, 18, 0))
        ends = changes.pop("ends", starts + timedelta(minutes=90))
        session = SessionSpec(
            key=session_key(1),
            title="",
            starts_local=starts,
            ends_local=ends,
            place=changes.pop("place", ""),
            stream_url=changes.pop("stream_url", "https://stream.example.org/front-line"),
        )
        fields: dict[str, Any] = {
            "key": EVENT_KEY,
            "slug": "women-on-the-front-line",
            "path": "/events/women-on-the-front-line/",
            "title": "Women on the front line",
            "summary": "Three services, one evening.",
            "kind": EventKind.WEBINAR,
            "time_zone": "Europe/London",
            "is_cancelled": False,
            "cancellation_note": "",
            "contact_name": "Outreach team",
            "contact_email": "outreach@example.org",
            "opens_at": None,
            "closes_at": None,
            "capacities": {PoolKind.ONLINE: changes.pop("capacity", None), PoolKind.ROOM: changes.pop("room", None)},
            "sessions": (session,),
            "reminders": ("P7D", "P1D", "PT1H"),
            "access": {"captions": "yes", "bsl": "yes", "recording": "yes", "recording_date": "2027-03-15"},
        }
        return EventSpec(**(fields | changes))

    return make


@pytest.fixture
def publish(make_spec: Callable[..., EventSpec], now: datetime) -> Callable[..., Event]:
    """Return a publisher: `publish(capacity=2)`; publishing again with changes is the same event."""

    def do(*, at: datetime | None = None, **changes: Any) -> Event:
        return publish_event(spec=make_spec(**changes), now=at or now)

    return do


@pytest.fixture
def sign_up(now: datetime) -> Callable[..., Registration]:
    """Return a registrar: `sign_up(event, "amara")` registers amara@example.org."""

    def do(event: Event, who: str, *, at: datetime | None = None, pool: str = "", **changes: Any) -> Registration:
        pools = event.pools.exclude(kind=PoolKind.HOSTS).order_by("kind")
        chosen = pools.get(kind=pool) if pool else pools[0]
        fields: dict[str, Any] = {
            "name": who.capitalize(),
            "email": f"{who}@example.org",
            "access_needs": "",
            "consent_text": "Use my data to run this event.",
            "submission": uuid.uuid4(),
        }
        return register(
            event_id=event.pk, pool_id=chosen.pk, application=Application(**(fields | changes)), now=at or now
        )

    return do
