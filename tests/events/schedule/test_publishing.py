"""Publishing projects the page: what changes, what is announced, and what never gets lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now as real_now

from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import cancel_registration
from events.registration.services.announcing import announce_due_events, settle_due_events
from events.schedule.models import Event, SeatPool, Session, SessionVersion
from events.schedule.rules import EventKind, EventStatus, PoolKind
from events.schedule.services import move_with_tzdata, withdraw_event

pytestmark = pytest.mark.django_db


def test_publishing_writes_event_session_and_pool(publish, now):
    event = publish(capacity=20)

    session = Session.objects.get()
    assert (event.status, event.version, session.version) == (EventStatus.PUBLISHED, 1, 0)
    assert session.starts_at.isoformat() == "2027-03-08T18:00:00+00:00"
    assert (event.first_starts_at, event.last_ends_at) == (session.starts_at, session.ends_at)
    assert SeatPool.objects.get().capacity == 20


def test_publishing_the_same_again_announces_nothing(publish):
    publish()
    Event.objects.update(announce_at=None)

    event = publish()

    assert event.announce_at is None
    assert SessionVersion.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"starts": datetime(2027, 3, 9, 18, 0)},
        {"ends": datetime(2027, 3, 8, 20, 0)},
        {"place": "Great Scotland Yard"},
        {"title": "Women on the front line, live"},
        {"stream_url": "https://stream.example.org/other"},
        {"summary": "A new description."},
        {"time_zone": "Europe/Dublin"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_people_rely_on_is_announced_after_the_quiet_period(publish, now, change):
    publish()
    Event.objects.update(announce_at=None)

    event = publish(**change, at=now + timedelta(hours=1))

    assert event.announce_at == now + timedelta(hours=1) + settings.QUIET_PERIOD
    assert Session.objects.get().version == 1


@pytest.mark.parametrize("change", [{"capacity": 9}, {"reminders": ("P1D",)}, {"contact_name": "Desk"}])
def test_a_change_that_calendars_do_not_show_is_not_announced(publish, change):
    publish()
    Event.objects.update(announce_at=None)

    assert publish(**change).announce_at is None


def test_only_a_change_of_times_is_a_new_timing(publish):
    publish()
    publish(title="Another title")
    assert Session.objects.get().timing == 0

    publish(title="Another title", starts=datetime(2027, 3, 9, 18, 0))
    assert Session.objects.get().timing == 1


def test_a_capacity_below_what_is_held_keeps_the_people_and_shrinks_as_they_leave(publish, sign_up, now):
    """The form refuses this; somebody may register between the form and a scheduled publishing."""
    event = publish(capacity=3)
    people = [sign_up(event, name) for name in ("amara", "bronwen", "chioma")]

    publish(capacity=1)
    pool = SeatPool.objects.get()
    assert (pool.holding, pool.capacity, pool.published_capacity) == (3, 3, 1)

    for person in people:
        cancel_registration(registration_id=person.pk, by=CancelledBy.ATTENDEE, now=now)
    pool.refresh_from_db()
    assert (pool.holding, pool.capacity) == (0, 1)


def test_a_larger_capacity_is_filled_from_the_waiting_list_by_the_worker(publish, sign_up, now):
    event = publish(capacity=1)
    for name in ("amara", "bronwen", "chioma"):
        sign_up(event, name)

    publish(capacity=2)
    settle_due_events(now=now)

    assert list(Registration.objects.order_by("id").values_list("state", flat=True)) == [
        "confirmed",
        "confirmed",
        "waiting",
    ]


def test_withdrawing_keeps_everybody_and_coming_back_is_a_new_entry(publish, sign_up, now):
    event = publish()
    amara = sign_up(event, "amara")
    withdraw_event(key=event.key, now=now)
    withdraw_event(key=event.key, now=now)  # Wagtail unpublishes before it deletes: twice is once
    announce_due_events(now=now + settings.QUIET_PERIOD)

    back = publish(at=now + timedelta(hours=1))
    announce_due_events(now=now + timedelta(hours=1) + settings.QUIET_PERIOD)

    assert back.pk == event.pk
    amara.refresh_from_db()
    assert amara.state == "confirmed"
    told = amara.invites.order_by("pk").values_list("method", "sequence")
    assert list(told) == [("CANCEL", 1), ("REQUEST", 0)]


def test_unpublishing_by_mistake_and_back_within_the_quiet_period_tells_nobody(publish, sign_up, now):
    event = publish()
    amara = sign_up(event, "amara")
    withdraw_event(key=event.key, now=now)
    publish(at=now + timedelta(minutes=2))

    announce_due_events(now=now + timedelta(hours=1))

    assert list(amara.invites.values_list("method", "sequence")) == [("REQUEST", 0)]


def test_a_removed_session_is_cancelled_and_never_deleted(publish, make_spec, now):
    spec = make_spec()
    second = make_spec(starts=datetime(2027, 3, 9, 18, 0)).sessions[0]
    publish(kind=EventKind.PROGRAMME, sessions=(spec.sessions[0], replace(second, key=uuid4())))
    publish(kind=EventKind.PROGRAMME, sessions=spec.sessions)

    assert Session.objects.count() == 2
    assert Session.objects.filter(cancelled_at__isnull=False).count() == 1


def test_a_pool_that_is_no_longer_offered_takes_nobody_new(publish, sign_up, now):
    event = publish(kind=EventKind.HYBRID, room=5, place="Town Hall")
    sign_up(event, "amara", pool=PoolKind.ROOM)

    publish(kind=EventKind.WEBINAR)

    room = SeatPool.objects.get(kind=PoolKind.ROOM)
    assert (room.capacity, room.holding) == (1, 1)


def test_new_zone_data_moves_the_instant_and_keeps_the_clock_time(publish, now):
    """What a release of tzdata does, simulated from the other side: the stored instant is off by an hour."""
    publish()
    Session.objects.update(starts_at=datetime.fromisoformat("2027-03-08T17:00Z"))
    Event.objects.update(announce_at=None)

    assert move_with_tzdata(now=now) == 1
    assert move_with_tzdata(now=now) == 0

    session = Session.objects.get()
    assert (session.starts_at.hour, session.starts_local, session.version, session.timing) == (
        18,
        "2027-03-08T18:00",
        1,
        1,
    )
    assert Event.objects.get().announce_at is not None


class TestConstraints:
    def test_a_session_ends_after_it_starts(self, publish):
        publish()
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.update(ends_at=real_now() - timedelta(days=9999))

    def test_registration_closes_after_it_opens(self, publish, now):
        publish(opens_at=now)
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.update(closes_at=now)

    def test_settling_is_never_ahead_of_publishing(self, publish):
        publish()
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.update(settled_version=99)

    def test_a_session_key_is_used_once_in_an_event(self, publish):
        publish()
        session = Session.objects.get()
        session.pk, session.uid = None, "another@example.org"
        with pytest.raises(IntegrityError), transaction.atomic():
            session.save(force_insert=True)
