"""The campaign page: the week by day, what is on now and next, what can be watched again, one calendar for all."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from events.pages.models import CampaignPage, CampaignPagePartner, Partner
from events.schedule.models import Event
from tests.visitors import page as read

WEEK = "/iwd/"
FIRST = "women-on-the-front-line"


@pytest.fixture
def campaign(site):
    """Return the week's page, published."""
    week = CampaignPage(
        title="International Women's Day week",
        slug="iwd",
        introduction="Seven days of webinars and visits.",
        first_date=date(2027, 3, 8),
        last_date=date(2027, 3, 14),
    )
    week.campaign_partners.add(CampaignPagePartner(partner=Partner.objects.create(name="The Girls' Network")))
    site.get_parent().add_child(instance=week)
    return week


def programme(client):
    return client.get(WEEK).context["programme"]


def test_events_stand_on_their_days(campaign, editor, client):
    editor.publishes()
    editor.publishes(slug="lunch", title="Lunch", date="2027-03-09", starts="12:00", ends="13:00")
    editor.publishes(slug="after", title="After the week", date="2027-03-15")

    days = programme(client).days

    assert [(day.day, [event.title for event in events]) for day, events in days] == [
        (8, ["Women on the front line"]),
        (9, ["Lunch"]),
    ]
    assert "The Girls&#x27; Network" in read(WEEK)


@pytest.mark.parametrize(
    ("moment", "live", "next_up", "watch_again"),
    [
        ("2027-03-01T09:00:00Z", [], "Women on the front line", []),
        ("2027-03-08T18:00:00Z", ["Women on the front line"], "Lunch", []),
        ("2027-03-08T19:29:59Z", ["Women on the front line"], "Lunch", []),
        ("2027-03-08T19:30:00Z", [], "Lunch", ["Women on the front line"]),
        ("2027-03-09T13:00:00Z", [], None, ["Women on the front line"]),
    ],
)
def test_it_says_what_is_on_what_comes_and_what_can_be_watched_again(
    campaign, editor, client, clock, moment, live, next_up, watch_again
):
    editor.publishes(recording_url="https://video.example.org/front-line")
    editor.publishes(slug="lunch", title="Lunch", date="2027-03-09", starts="12:00", ends="13:00")
    clock.traveller.move_to(datetime.fromisoformat(moment))

    found = programme(client)

    assert [event.title for event in found.live] == live
    assert (found.next_up and found.next_up.title) == next_up
    assert [event.title for event in found.watch_again] == watch_again


def test_a_cancelled_event_is_neither_next_nor_live(campaign, editor, client, clock):
    editor.publishes(is_cancelled="on")
    clock.traveller.move_to(datetime.fromisoformat("2027-03-08T18:30:00Z"))

    found = programme(client)

    assert (found.live, found.next_up) == ([], None)
    assert [event.title for _, events in found.days for event in events] == ["Women on the front line"]


def test_the_whole_week_goes_into_a_calendar_by_one_link(campaign, editor, client):
    editor.publishes()
    editor.publishes(slug="lunch", title="Lunch", date="2027-03-09", starts="12:00", ends="13:00")
    editor.publishes(slug="after", title="After the week", date="2027-03-15")
    assert "/campaigns/iwd/calendar.ics" in read(WEEK)

    response = client.get("/campaigns/iwd/calendar.ics")
    text = response.content.decode()

    assert response.headers["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 2
    assert "After the week" not in text
    assert "ATTENDEE" not in text
    assert (
        client.get("/campaigns/iwd/calendar.ics", headers={"if-none-match": response.headers["ETag"]}).status_code
        == 304
    )
    assert client.get("/campaigns/nothing/calendar.ics").status_code == 404


def test_a_week_without_events_says_so(campaign, client):
    shown = client.get(WEEK).content.decode()

    assert "The events will be listed here." in shown
    assert "calendar.ics" not in shown


def test_its_statements_do_not_grow_with_the_events(campaign, editor, django_assert_num_queries, client):
    editor.publishes()
    client.get(WEEK)
    with django_assert_num_queries(12):
        client.get(WEEK)
    for number in range(2):
        editor.publishes(slug=f"more-{number}", title=f"More {number}")
    with django_assert_num_queries(12):
        client.get(WEEK)


def test_forty_events_in_a_day_are_all_there(campaign, publish, client):
    for number in range(40):
        starts = datetime(2027, 3, 8, 8, 0) + timedelta(minutes=10 * number)
        publish(key=uuid4(), slug=f"event-{number}", title=f"Event {number}", starts=starts)

    ((day, events),) = programme(client).days

    assert (day.day, len(events)) == (8, 40)
    listing = client.get("/events/").context["listing"]
    assert (len(listing.events), listing.page.paginator.num_pages) == (20, 2)
    assert Event.objects.count() == 40
