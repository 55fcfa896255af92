"""Telling registrants what changed: everybody once, nobody twice, nothing about the past."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.models import Q

from events.invites.models import Invite
from events.outbox.models import Message
from events.registration.services.announcing import announce_due_events
from events.schedule.rules import EventKind
from events.schedule.services import withdraw_event

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=1)
MOVED = {"starts": datetime(2027, 3, 9, 18, 0)}


@pytest.fixture
def announced(now):
    """Return an announcer: after everything so far, the quiet period passes."""
    moments = iter(range(1, 100))

    def do():
        return announce_due_events(now=now + next(moments) * timedelta(days=1))

    return do


def told(*kinds):
    rows = Message.objects.filter(Q(kind__in=kinds) if kinds else ~Q(kind="reminder")).order_by("id")
    return list(rows.values_list("kind", "to_email"))


def test_a_move_is_told_to_everybody_who_has_a_place_and_to_nobody_else(publish, sign_up, announced):
    event = publish(capacity=2)
    for name in ("amara", "bronwen", "chioma"):
        sign_up(event, name)
    announced()

    publish(capacity=2, **MOVED)
    announced()
    announced()  # what is done is found done

    assert told("update") == [("update", "amara@example.org"), ("update", "bronwen@example.org")]
    assert set(Invite.objects.values_list("method", "sequence")) == {("REQUEST", 1)}


def test_nothing_leaves_within_the_quiet_period_and_several_edits_are_one_update(publish, sign_up, now):
    sign_up(publish(), "amara")
    announce_due_events(now=now + LATER)
    publish(**MOVED, at=now + LATER)
    publish(**MOVED, title="New title", at=now + LATER + timedelta(minutes=4))

    announce_due_events(now=now + LATER + settings.QUIET_PERIOD)
    assert told("update") == []

    announce_due_events(now=now + LATER + timedelta(minutes=4) + settings.QUIET_PERIOD)
    assert told("update") == [("update", "amara@example.org")]
    assert Invite.objects.get().sequence == 1


def test_there_and_back_within_the_quiet_period_tells_nobody(publish, sign_up, announced):
    sign_up(publish(), "amara")
    publish(**MOVED)
    publish()

    announced()

    assert told() == [("confirmation", "amara@example.org")]


@pytest.mark.parametrize("call_off", ["cancel", "withdraw"])
def test_calling_off_tells_those_with_a_place_and_those_who_wait(publish, sign_up, announced, now, call_off):
    event = publish(capacity=1)
    sign_up(event, "amara")
    sign_up(event, "bronwen")
    announced()

    if call_off == "cancel":
        publish(capacity=1, is_cancelled=True)
    else:
        withdraw_event(key=event.key, now=now)
    announced()
    announced()

    assert told("event_cancelled") == [
        ("event_cancelled", "amara@example.org"),
        ("event_cancelled", "bronwen@example.org"),
    ]
    assert list(Invite.objects.values_list("method", "sequence")) == [("CANCEL", 1)]


def test_a_session_that_is_over_is_left_as_it_was(publish, sign_up, now):
    sign_up(publish(), "amara")
    publish(title="The webinar that was", at=now + timedelta(days=60))

    announce_due_events(now=now + timedelta(days=61))

    assert told("update") == []


def test_people_in_the_room_do_not_hear_of_a_new_stream_address(publish, sign_up, announced):
    hybrid = {"kind": EventKind.HYBRID, "place": "Town Hall", "room": 9}
    event = publish(**hybrid)
    sign_up(event, "amara", pool="room")
    sign_up(event, "bronwen", pool="online")
    announced()

    publish(**hybrid, stream_url="https://stream.example.org/other")
    announced()

    assert told("update") == [("update", "bronwen@example.org")]


def programme(make_spec, number):
    first = make_spec().sessions[0]
    return tuple(
        replace(
            first,
            key=uuid4(),
            title=f"Meeting {n + 1}",
            starts_local=first.starts_local + timedelta(weeks=n),
            ends_local=first.ends_local + timedelta(weeks=n),
        )
        for n in range(number)
    )


def test_three_sessions_are_three_invite_mails(publish, sign_up, make_spec):
    event = publish(kind=EventKind.PROGRAMME, sessions=programme(make_spec, 3))

    sign_up(event, "amara")

    assert [len(m.revisions) for m in Message.objects.filter(kind="confirmation")] == [1, 1, 1]


def test_four_sessions_are_one_summary(publish, sign_up, make_spec):
    """Calendar policy, row 21: clients ignore all but the first entry of a mail, and four mails at once annoy."""
    event = publish(kind=EventKind.PROGRAMME, sessions=programme(make_spec, 4))

    sign_up(event, "amara")

    assert len(Message.objects.get(kind="confirmation").revisions) == 4


def test_a_session_taken_off_a_programme_is_cancelled_alone(publish, sign_up, make_spec, announced):
    sessions = programme(make_spec, 3)
    event = publish(kind=EventKind.PROGRAMME, sessions=sessions)
    sign_up(event, "amara")
    announced()

    publish(kind=EventKind.PROGRAMME, sessions=sessions[:2])
    announced()

    assert told("session_cancelled") == [("session_cancelled", "amara@example.org")]
    assert sorted(Invite.objects.values_list("method", flat=True)) == ["CANCEL", "REQUEST", "REQUEST"]


@pytest.mark.parametrize("people", [1, 3])
def test_announcing_takes_the_same_number_of_statements_for_one_and_for_three(
    publish, sign_up, now, django_assert_num_queries, people
):
    event = publish()
    for name in ("amara", "bronwen", "chioma")[:people]:
        sign_up(event, name)
    announce_due_events(now=now + LATER)
    publish(**MOVED, at=now + 2 * LATER)

    with django_assert_num_queries(16):
        announce_due_events(now=now + 3 * LATER)
    assert Message.objects.filter(kind="update").count() == people
