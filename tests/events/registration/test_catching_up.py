"""Send again to those only who still hold an old time: the same bytes, once, and to nobody else."""

from datetime import datetime, timedelta

import pytest

from events.invites.models import Invite
from events.invites.queries import count_holding
from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import announce_event, cancel_registration, tell_old_holders

pytestmark = pytest.mark.django_db
NAMES = ("amara", "bronwen", "chioma", "dilys")


@pytest.fixture
def moved(publish, sign_up, now):
    """Four people who had the old time; the event has moved and its updates were sent; two are known to have it."""
    event = publish(capacity=9)
    people = {name: sign_up(event, name) for name in NAMES}
    Invite.objects.update(delivered_sequence=0)
    publish(starts=datetime(2027, 3, 10, 18), capacity=9)
    announce_event(event_id=event.pk, now=now)
    Message.objects.filter(kind="update").update(
        state=MessageState.ACCEPTED, handed_off_at=now, settled_at=now, created_at=now
    )
    Invite.objects.filter(registration__in=[people["amara"], people["bronwen"]]).update(seen_sequence=1)
    event.refresh_from_db()
    return event, people


@pytest.fixture
def later(now):
    return now + timedelta(hours=2)


def told(after):
    rows = Message.objects.filter(kind="update", created_at__gt=after, state="queued")
    return sorted(rows.values_list("registration__name", flat=True))


def test_those_and_nobody_else(moved, now, later):
    event, _ = moved
    assert count_holding(event_id=event.pk, states=["confirmed"], now=later).old_time == 2

    assert tell_old_holders(event_id=event.pk, now=later) == 2
    assert told(now) == ["Chioma", "Dilys"]


def test_it_is_the_same_issue_again(moved, now, later):
    event, people = moved
    tell_old_holders(event_id=event.pk, now=later)

    first, again = Message.objects.filter(registration=people["chioma"], kind="update").order_by("pk")
    assert again.revisions == first.revisions
    assert people["chioma"].invites.get().sequence == 1, "nothing new is issued"


def test_twice_is_the_same_as_once(moved, now, later):
    event, _ = moved
    tell_old_holders(event_id=event.pk, now=later)

    assert tell_old_holders(event_id=event.pk, now=later + timedelta(minutes=59)) == 0
    assert told(now) == ["Chioma", "Dilys"]


def test_after_the_copies_have_left_there_is_an_hour_of_peace(moved, now, later):
    event, _ = moved
    tell_old_holders(event_id=event.pk, now=later)
    Message.objects.filter(kind="update").update(state=MessageState.ACCEPTED, handed_off_at=later, settled_at=later)

    assert tell_old_holders(event_id=event.pk, now=later + timedelta(minutes=59)) == 0
    assert tell_old_holders(event_id=event.pk, now=later + timedelta(minutes=61)) == 2


def test_whoever_is_about_to_be_told_is_not_told_twice(moved, now, later):
    event, people = moved
    Message.objects.filter(kind="update", registration=people["chioma"]).update(
        state=MessageState.QUEUED, settled_at=None
    )

    assert tell_old_holders(event_id=event.pk, now=later) == 1
    assert told(now) == ["Dilys"]


def test_nobody_who_left(moved, now, later):
    event, people = moved
    cancel_registration(registration_id=people["dilys"].pk, by=CancelledBy.ATTENDEE, now=now)

    assert tell_old_holders(event_id=event.pk, now=later) == 1
    assert told(now) == ["Chioma"]


def test_nothing_while_the_last_change_waits_to_be_told(moved, publish, later):
    event, _ = moved
    publish(starts=datetime(2027, 3, 11, 18), capacity=9, at=later)

    assert tell_old_holders(event_id=event.pk, now=later) == 0


def test_nothing_for_what_is_off_or_over(moved, publish, now, later):
    event, _ = moved
    assert tell_old_holders(event_id=event.pk, now=event.last_ends_at) == 0
    publish(starts=datetime(2027, 3, 10, 18), capacity=9, is_cancelled=True)

    assert tell_old_holders(event_id=event.pk, now=later) == 0
    assert Registration.objects.filter(state="confirmed").count() == 4
