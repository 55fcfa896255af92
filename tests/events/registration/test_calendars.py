"""Calendar files and feeds: what they say, to whom, and how they are cached (calendar policy, rows 17 to 21)."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import icalendar
import pytest
import time_machine

from events.invites.models import Invite
from events.registration.tokens import Purpose, token_of
from events.schedule.models import Session
from events.schedule.rules import EventKind
from events.schedule.services import withdraw_event

pytestmark = pytest.mark.django_db
FEED = "/events/calendar.ics"
FILE = "/events/women-on-the-front-line/event.ics"


@pytest.fixture(autouse=True)
def frozen(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def read(response):
    calendar = icalendar.Calendar.from_ical(response.content)
    return calendar, calendar.walk("VEVENT")


def test_the_public_file_publishes_the_sessions_own_entry_and_names_nobody(client, publish, sign_up):
    sign_up(publish(), "amara")

    response = client.get(FILE)

    calendar, (entry,) = read(response)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar["METHOD"] == "PUBLISH"
    assert entry["UID"] == Session.objects.get().uid
    assert "ATTENDEE" not in entry
    assert b"amara" not in response.content.lower()


def test_the_feed_lists_every_event_and_has_no_method(client, publish):
    publish()
    publish(key=uuid4(), slug="another", title="Another")

    calendar, entries = read(client.get(FEED))

    assert "METHOD" not in calendar
    assert {str(e["SUMMARY"]) for e in entries} == {"Women on the front line", "Another"}


def test_the_feed_answers_with_an_etag_and_not_modified(client, publish):
    publish()
    first = client.get(FEED)

    assert first["Cache-Control"] == "public, max-age=900"
    assert first["ETag"].startswith('"')
    assert not first.cookies
    assert client.get(FEED)["ETag"] == first["ETag"]
    assert client.get(FEED, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    assert client.get(FEED, HTTP_IF_MODIFIED_SINCE=first["Last-Modified"]).status_code == 304
    head = client.head(FEED)
    assert (head.status_code, head.content) == (200, b"")


def test_a_change_is_a_new_etag_and_a_higher_sequence(client, publish, now):
    publish()
    before = client.get(FEED)

    publish(title="New title", at=now + timedelta(minutes=1))

    after = client.get(FEED)
    assert after["ETag"] != before["ETag"]
    assert read(after)[1][0]["SEQUENCE"] > read(before)[1][0]["SEQUENCE"]


def test_a_cancelled_event_stays_in_the_feed_until_thirty_days_after_it(client, publish, frozen):
    event = publish()
    publish(is_cancelled=True)

    (entry,) = read(client.get(FEED))[1]
    assert (entry["STATUS"], entry["SEQUENCE"], entry["SUMMARY"]) == ("CANCELLED", 1, "Women on the front line")

    frozen.move_to(event.last_ends_at + timedelta(days=29))
    assert len(read(client.get(FEED))[1]) == 1
    frozen.move_to(event.last_ends_at + timedelta(days=31))
    assert read(client.get(FEED))[1] == []


def test_what_was_taken_off_the_site_is_told_in_the_feed_as_gone_and_nothing_more(client, publish, now, frozen):
    event = publish()
    before = client.get(FEED)
    withdraw_event(key=event.key, now=now + timedelta(minutes=1))

    response = client.get(FEED, HTTP_IF_MODIFIED_SINCE=before["Last-Modified"])

    assert response.status_code == 200, "a subscriber hears of it"
    (entry,) = read(response)[1]
    assert (entry["STATUS"], entry["SUMMARY"]) == ("CANCELLED", "Event withdrawn")
    for word in (b"front line", b"Three services"):
        assert word not in response.content
    frozen.move_to(now + timedelta(days=31))
    assert read(client.get(FEED))[1] == []


def test_an_event_that_comes_back_is_above_the_number_of_its_cancellation(client, publish, now):
    event = publish()
    withdraw_event(key=event.key, now=now)
    cancelled = read(client.get(FEED))[1][0]

    publish(at=now + timedelta(minutes=1))

    (entry,) = read(client.get(FEED))[1]
    assert entry["STATUS"] == "CONFIRMED"
    assert entry["SEQUENCE"] > cancelled["SEQUENCE"]
    assert entry["DTSTAMP"].dt > cancelled["DTSTAMP"].dt


def test_the_own_file_merges_with_the_invite_that_was_mailed(client, publish, sign_up):
    amara = sign_up(publish(), "amara")

    response = client.get(f"/registrations/{token_of(amara, Purpose.CALENDAR)}/event.ics")

    calendar, (entry,) = read(response)
    assert calendar["METHOD"] == "PUBLISH"
    assert entry["UID"] == Invite.objects.get().uid
    assert "ATTENDEE" not in entry
    assert "no-store" in response["Cache-Control"]


def test_the_personal_feed_of_a_programme_has_every_session(client, publish, sign_up, make_spec):
    first = make_spec().sessions[0]
    weeks = [timedelta(weeks=n) for n in range(4)]
    sessions = tuple(
        replace(first, key=uuid4(), starts_local=first.starts_local + w, ends_local=first.ends_local + w) for w in weeks
    )
    amara = sign_up(publish(kind=EventKind.PROGRAMME, sessions=sessions), "amara")

    response = client.get(f"/registrations/{token_of(amara, Purpose.CALENDAR)}/calendar.ics")

    assert len(read(response)[1]) == 4
    assert "private" in response["Cache-Control"]


def test_somebody_who_waits_has_no_file(client, publish, sign_up):
    event = publish(capacity=1)
    sign_up(event, "amara")
    bronwen = sign_up(event, "bronwen")

    assert client.get(f"/registrations/{token_of(bronwen, Purpose.CALENDAR)}/event.ics").status_code == 404


@pytest.mark.parametrize("events", [1, 3])
def test_the_feed_takes_the_same_number_of_statements_for_one_and_three_events(
    client, publish, django_assert_num_queries, events
):
    for n in range(events):
        publish(key=uuid4(), slug=f"event-{n}")
    client.get(FEED)
    with django_assert_num_queries(4):
        client.get(FEED)
