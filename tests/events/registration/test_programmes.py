"""Programmes: several sessions, growing and shrinking, and what each person's calendar is told of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from events.invites.models import Invite
from events.outbox.models import Message
from events.registration.messages import compose, prepare
from events.registration.rules import CancelledBy
from events.registration.services import announcing, cancel_registration, send_again
from events.registration.services.announcing import announce_due_events
from events.schedule.models import SeatPool
from events.schedule.rules import EventKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish_programme(publish, make_spec):
    """Return a publisher of a programme with so many weekly sessions; `moved` shifts the first by an hour."""

    def do(number, *, moved=False, at=None, **changes):
        first = replace(make_spec().sessions[0], **changes)
        sessions = []
        for week in range(number):
            shift = timedelta(weeks=week, hours=1 if moved and week == 0 else 0)
            sessions.append(
                replace(
                    first,
                    key=UUID(int=week + 1),
                    title=f"Meeting {week + 1}",
                    starts_local=first.starts_local + shift,
                    ends_local=first.ends_local + shift,
                )
            )
        return publish(kind=EventKind.PROGRAMME, sessions=tuple(sessions), at=at)

    return do


def calendar_methods(kind):
    """Return the calendar method of each mail of a kind, None for one without a calendar part."""
    messages = list(Message.objects.filter(kind=kind).order_by("id"))
    drafts = [compose(message, prepare([message])) for message in messages]
    return [draft.calendar.method if draft.calendar else None for draft in drafts]


def test_a_programme_that_grows_keeps_mailing_what_it_began_by_mail(publish_programme, sign_up, now):
    """Three invites went out; a fourth session must not leave those entries without their updates."""
    amara = sign_up(publish_programme(3), "amara")
    publish_programme(4, at=now + timedelta(hours=1))
    announce_due_events(now=now + timedelta(hours=2))
    assert calendar_methods("confirmation") == ["REQUEST"] * 3

    publish_programme(4, moved=True, at=now + timedelta(hours=3))
    announce_due_events(now=now + timedelta(hours=4))
    assert calendar_methods("update")[-1] == "REQUEST"

    cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=now + timedelta(hours=5))
    assert sorted(str(method) for method in calendar_methods("cancellation")) == ["CANCEL"] * 3 + ["None"]
    assert set(Invite.objects.values_list("method", flat=True)) == {"CANCEL"}


def test_sending_it_again_never_carries_a_cancellation(publish_programme, sign_up, now):
    amara = sign_up(publish_programme(3), "amara")
    publish_programme(2, at=now + timedelta(hours=1))
    announce_due_events(now=now + timedelta(hours=2))
    Message.objects.filter(kind="confirmation").delete()

    send_again(registration_id=amara.pk, now=now + timedelta(hours=3))

    assert calendar_methods("confirmation") == ["REQUEST", "REQUEST"]


def test_a_programme_is_online_by_its_places_not_by_its_stream_addresses(publish_programme, sign_up, now):
    """The address is often known only shortly before: adding it must not open a second pool."""
    amara = sign_up(publish_programme(2, stream_url=""), "amara")

    publish_programme(2, at=now + timedelta(hours=1))
    announce_due_events(now=now + timedelta(hours=2))

    assert list(SeatPool.objects.values_list("kind", flat=True)) == ["online"]
    assert Message.objects.filter(kind="update", registration=amara).count() == 2, "they hear of the new link"


def test_calling_off_twice_tells_those_who_wait_twice_and_in_between_that_it_is_on_again(publish, sign_up, now):
    event = publish(capacity=1)
    sign_up(event, "amara")
    bronwen = sign_up(event, "bronwen")
    for hour, off in ((1, True), (2, False), (3, True)):
        publish(capacity=1, is_cancelled=off, at=now + timedelta(hours=hour))
        announce_due_events(now=now + timedelta(hours=hour, minutes=30))
        announce_due_events(now=now + timedelta(hours=hour, minutes=40))

    told = Message.objects.filter(registration=bronwen).order_by("id").values_list("kind", flat=True)
    assert list(told) == ["waiting", "event_cancelled", "waiting", "event_cancelled"]


def test_what_is_over_cannot_be_cancelled(publish, sign_up):
    event = publish()
    amara = sign_up(event, "amara")

    assert cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=event.last_ends_at) is False
    amara.refresh_from_db()
    assert amara.state == "confirmed"


def test_one_event_that_cannot_be_announced_holds_back_no_other(publish, sign_up, now, monkeypatch):

    first = publish()
    second = publish(key=UUID(int=7), slug="second", title="Second")
    sign_up(second, "amara")
    announce_due_events(now=now + timedelta(hours=1))
    for event in (first, second):
        publish(key=event.key, slug=event.slug, title=f"{event.title}!", at=now + timedelta(hours=2))
    real = announcing.current_versions
    monkeypatch.setattr(announcing, "current_versions", lambda event: 1 / 0 if event == first else real(event))

    announce_due_events(now=now + timedelta(hours=3))

    assert Message.objects.filter(kind="update").count() == 1
