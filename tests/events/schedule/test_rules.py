"""When somebody can register: a table, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from events.schedule.rules import Availability, EventKind, EventStatus, PoolKind, availability, full_title, pool_kinds

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

#   opens ───── NOW ───── closes ───── starts ───── ends
USUAL = {
    "status": EventStatus.PUBLISHED,
    "kind": EventKind.WEBINAR,
    "first_starts_at": NOW + 5 * HOUR,
    "last_ends_at": NOW + 6 * HOUR,
    "opens_at": NOW - HOUR,
    "closes_at": NOW + HOUR,
    "has_free_place": True,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Availability.OPEN),
        ({"opens_at": None, "closes_at": None}, Availability.OPEN),
        ({"has_free_place": False}, Availability.WAITING_LIST),
        ({"opens_at": NOW + timedelta(seconds=1)}, Availability.NOT_YET),
        ({"opens_at": NOW}, Availability.OPEN),
        ({"closes_at": NOW}, Availability.CLOSED),
        ({"closes_at": NOW + timedelta(seconds=1)}, Availability.OPEN),
        ({"closes_at": None, "first_starts_at": NOW - HOUR}, Availability.OPEN),
        ({"closes_at": None, "first_starts_at": NOW, "kind": EventKind.IN_PERSON}, Availability.CLOSED),
        ({"closes_at": None, "first_starts_at": NOW, "kind": EventKind.PROGRAMME}, Availability.CLOSED),
        ({"closes_at": NOW + 9 * HOUR, "first_starts_at": NOW - HOUR, "kind": EventKind.HYBRID}, Availability.CLOSED),
        ({"last_ends_at": NOW}, Availability.PAST),
        ({"first_starts_at": None, "last_ends_at": None, "closes_at": None}, Availability.CLOSED),
        ({"kind": EventKind.EXTERNAL}, Availability.ELSEWHERE),
        ({"status": EventStatus.CANCELLED}, Availability.CANCELLED),
        ({"status": EventStatus.WITHDRAWN, "last_ends_at": NOW - HOUR}, Availability.CANCELLED),
    ],
)
def test_what_a_visitor_can_do_now(changes, expected):
    assert availability(**(USUAL | changes), now=NOW) is expected


@pytest.mark.parametrize(
    ("kind", "online", "expected"),
    [
        (EventKind.WEBINAR, False, (PoolKind.ONLINE,)),
        (EventKind.IN_PERSON, True, (PoolKind.ROOM,)),
        (EventKind.HYBRID, True, (PoolKind.ROOM, PoolKind.ONLINE)),
        (EventKind.PROGRAMME, True, (PoolKind.ONLINE,)),
        (EventKind.PROGRAMME, False, (PoolKind.ROOM,)),
        (EventKind.EXTERNAL, True, ()),
    ],
)
def test_each_kind_has_its_pools(kind, online, expected):
    assert pool_kinds(kind, online=online) == expected


def test_a_session_title_follows_the_event_title():
    assert full_title("Mentoring", "First meeting") == "Mentoring: First meeting"
    assert full_title("Mentoring", "") == full_title("Mentoring", "Mentoring") == "Mentoring"
