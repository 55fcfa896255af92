"""One evening, the people in it, and the calendar files that are made of them."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from events.invites.builder import Entry, build_cancel, build_feed, build_publication, build_request
from events.invites.rules import Content, Mailbox, PartStat

GOLDEN = Path(__file__).parents[2] / "golden" / "invites"

_EVENING = Content(
    title="Women in policing: meet the team",
    starts_at=datetime(2027, 3, 8, 18, tzinfo=UTC),
    ends_at=datetime(2027, 3, 8, 19, 30, tzinfo=UTC),
    time_zone="Europe/London",
    summary="Two detectives and a dog handler talk about their work.\nQuestions welcome.",
    location="Online",
    online=True,
)
_ENTRY = Entry(
    uid="5f0c2b1e-7d0a-4c8e-9f6b-2a1d3c4e5f60@calendar.example.org",
    sequence=0,
    stamp=datetime(2027, 2, 1, 9, 30, 15, tzinfo=UTC),
    created_at=datetime(2027, 1, 15, 12, tzinfo=UTC),
    content=_EVENING,
    page_url="https://careers.example.org/events/women-in-policing/",
    join_url="https://careers.example.org/join/7Jc2hQ/",
    manage_url="https://careers.example.org/registrations/eyJhIjoxfQ:1tXyZ0:abcDEF/",
)
_ORGANISER = Mailbox(name="Careers events", email="events@careers.example.org")
_ALICE = Mailbox(name="Alice Okafor", email="alice@example.com")


@pytest.fixture(scope="session")
def evening() -> Content:
    """Monday 8 March 2027, 18:00 to 19:30 in London, online."""
    return _EVENING


@pytest.fixture(scope="session")
def entry() -> Entry:
    """Alice's place in that evening."""
    return _ENTRY


@pytest.fixture(scope="session")
def organiser() -> Mailbox:
    """The mailbox that the invites come from."""
    return _ORGANISER


@pytest.fixture(scope="session")
def alice() -> Mailbox:
    """Who comes."""
    return _ALICE


@pytest.fixture(scope="session")
def make() -> dict[str, Callable[..., bytes]]:
    """The four kinds of file, each from an entry and whatever else the test cares about."""

    def request(entry: Entry = _ENTRY, **other: Any) -> bytes:
        defaults = {
            "organiser": _ORGANISER, "attendee": _ALICE, "partstat": PartStat.NEEDS_ACTION, "rsvp": True,
        }  # fmt: skip
        return build_request(entry=entry, **(defaults | other))

    def cancel(entry: Entry = _ENTRY, **other: Any) -> bytes:
        return build_cancel(entry=entry, **({"organiser": _ORGANISER, "attendee": _ALICE} | other))

    def publication(entry: Entry = _ENTRY, **other: Any) -> bytes:
        return build_publication(entries=[entry], **({"organiser": _ORGANISER} | other))

    def feed(entry: Entry = _ENTRY, **other: Any) -> bytes:
        defaults = {"name": "Careers events", "url": "https://careers.example.org/events/calendar.ics"}
        return build_feed(entries=[entry], **(defaults | other))

    return {"REQUEST": request, "CANCEL": cancel, "PUBLISH": publication, "FEED": feed}


@pytest.fixture(scope="session")
def examples(make: dict[str, Callable[..., bytes]]) -> dict[str, bytes]:
    """The files that were reviewed by eye, by name."""
    in_person = replace(
        _EVENING,
        title="Open evening; riot, dogs & drones",
        location="Town hall, Room \\N1\n1 High Street, London",
        online=False,
        starts_at=datetime(2027, 10, 30, 23, 30, tzinfo=UTC),
        ends_at=datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    )
    scripts = replace(
        _EVENING,
        title="Kariéra v polícii · 警察の仕事 · العمل في الشرطة · पुलिस में करियर 👮🏽‍♀️",
        summary="“Żółć” – " + "дуже довгий опис без кінця " * 8 + "👩‍👩‍👧‍👦" * 12,
    )
    public = replace(
        _ENTRY, uid="0b9e8d7c-1111-4222-8333-444455556666@calendar.example.org", join_url="", manage_url=""
    )
    withdrawn = replace(
        public, uid="aaaa8d7c-1111-4222-8333-444455556666@calendar.example.org", sequence=2, cancelled=True,
        content=in_person,
    )  # fmt: skip
    return {
        "request-first": make["REQUEST"](),
        "request-update-in-person": make["REQUEST"](
            replace(_ENTRY, sequence=3, content=in_person, join_url=""),
            partstat=PartStat.ACCEPTED, rsvp=False,
        ),
        "request-many-scripts": make["REQUEST"](
            replace(_ENTRY, content=scripts),
            organiser=Mailbox(name='Careers; "Events", London: Team', email="events@polizei-köln.example"),
            attendee=Mailbox(name="Nguyễn 阮 O’Brien ^n", email="o&brien+events@bücher.example"),
        ),
        "cancel": make["CANCEL"](replace(_ENTRY, sequence=1)),
        "publication-public": build_publication(entries=[public]),
        "publication-manage-page": make["PUBLISH"](),
        "feed-public": build_feed(
            name="Careers events, all", url="https://careers.example.org/events/calendar.ics",
            entries=[public, withdrawn],
        ),
        "feed-personal": make["FEED"](
            name="Alice’s events", url="https://careers.example.org/my/eyJ:1tX:abc.ics"
        ),
    }  # fmt: skip


@pytest.fixture(scope="session")
def golden() -> Callable[[str, bytes], bytes]:
    """Return the reviewed bytes of that name; UPDATE_GOLDEN=1 replaces them first, to review the diff."""

    def reviewed(name: str, made: bytes) -> bytes:
        path = GOLDEN / f"{name}.ics"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made)
        return path.read_bytes()

    return reviewed
