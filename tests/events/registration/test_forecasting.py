"""What publishing would send, counted dry, against what it then does send."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.registration.models import Registration
from events.registration.services import announce_event, settle_event
from events.registration.services.forecasting import forecast
from events.schedule.models import Event, Session
from events.schedule.rules import EventKind

pytestmark = pytest.mark.django_db

CHANGES = {
    "nothing": {},
    "another day": {"starts": datetime(2027, 3, 11, 18, 0)},
    "so soon that a reminder is skipped": {"starts": datetime(2027, 2, 4, 18, 0)},
    "another title": {"title": "Women at the front"},
    "a link only": {"stream_url": "https://stream.example.org/other"},
    "cancelled": {"is_cancelled": True},
    "postponed": {"is_postponed": True},
    "more places": {"capacity": 3},
    "places without limit": {"capacity": None},
    "fewer places": {"capacity": 1},
    "another reminder": {"reminders": ("P7D", "P2D", "PT1H")},
    "no reminders": {"reminders": ()},
    "an access fact that somebody relies on": {"access": {"captions": "no", "bsl": "yes"}},
    "all at once": {
        "starts": datetime(2027, 3, 11, 18, 0),
        "capacity": 4,
        "reminders": ("P1D",),
        "access": {"captions": "no"},
    },
}


@pytest.fixture
def event(publish, sign_up, now):
    """Return a webinar with two places, two people who have them and three who wait; settled and announced."""
    event = publish(capacity=2)
    for name in ("amara", "bronwen", "chioma", "dilys", "esi"):
        sign_up(event, name)
    Registration.objects.filter(email_key="amara@example.org").update(relies_on=["captions"])
    settle_event(event_id=event.pk, now=now)
    announce_event(event_id=event.pk, now=now)
    return event


def reminders():
    rows = Message.objects.filter(kind="reminder", registration__state="confirmed")
    return Counter(rows.values_list("state", flat=True))


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_foretold_is_what_happens(event, make_spec, publish, now, change):
    spec = make_spec(**{"capacity": 2} | CHANGES[change])
    rows_before, messages_before = reminders(), set(Message.objects.values_list("pk", flat=True))

    foretold = forecast(spec=spec, now=now)
    assert set(Message.objects.values_list("pk", flat=True)) == messages_before, "nothing was written"

    publish(**{"capacity": 2} | CHANGES[change])
    settle_event(event_id=event.pk, now=now)
    announce_event(event_id=event.pk, now=now)

    sent = Message.objects.exclude(pk__in=messages_before).exclude(kind="reminder")
    assert Counter(sent.values_list("kind", flat=True)) == foretold.mails
    rows = reminders()
    new = sum(rows.values()) - sum(rows_before.values())
    assert new == foretold.reminders_moved + foretold.reminders_added + foretold.reminders_skipped
    queued = rows[MessageState.QUEUED] - rows_before[MessageState.QUEUED]
    assert queued == foretold.reminders_added - foretold.reminders_dropped


def test_the_sentence_of_the_issue(event, make_spec, now):
    foretold = forecast(spec=make_spec(capacity=2, starts=datetime(2027, 2, 4, 18, 0)), now=now)

    assert foretold.people == {"update": 2}
    assert (foretold.reminders_moved, foretold.reminders_skipped, foretold.reminders_dropped) == (4, 2, 2)


def test_a_new_event_sends_nothing(make_spec, now):
    assert forecast(spec=make_spec(), now=now).is_empty


def test_the_same_page_again_sends_nothing(event, make_spec, now):
    assert forecast(spec=make_spec(capacity=2), now=now).is_empty


def test_what_is_over_stays_as_it_was(event, make_spec, now):
    after = now + timedelta(days=60)

    assert not forecast(spec=make_spec(capacity=2, title="Too late"), now=after).mails


def test_a_session_that_is_added_and_one_that_is_left_out(event, make_spec, publish, now):
    one = make_spec(capacity=2, kind=EventKind.WEBINAR)
    two = one.sessions[0].__class__(
        **{name: getattr(one.sessions[0], name) for name in one.sessions[0].__slots__}
        | {"key": "22222222-2222-4222-8222-000000000002", "title": "Second evening"}
    )
    changed = make_spec(capacity=2, sessions=(two,))

    foretold = forecast(spec=changed, now=now)

    # Two people: the old entry goes, the new one comes.
    assert foretold.mails == {"update": 2, "session_cancelled": 2}
    assert Session.objects.count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_it_reads_the_same_number_of_times_for_one_and_for_three(publish, sign_up, make_spec, now, people):
    event = publish()
    for name in ("amara", "bronwen", "chioma")[:people]:
        sign_up(event, name)

    with CaptureQueriesContext(
        connection,
    ) as reads:
        forecast(spec=make_spec(title="Another title"), now=now)

    assert len(reads) == 10
    assert Event.objects.get().title == "Women on the front line"
