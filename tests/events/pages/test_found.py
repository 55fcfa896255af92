"""Events as search engines read them, where they are shared, and in the search."""

import html
import re
from datetime import UTC, datetime

from wagtail.models import Locale
from wagtail.search.index import insert_or_update_object
from wagtail.test.utils.form_data import inline_formset

from events.pages.models import EventPage, Speaker
from portal.models import HomePage
from tests import schema_org
from tests.visitors import browser, page

BASE = "http://127.0.0.1:8000"
EVENT = "/events/women-on-the-front-line/"
SCHEMA = "https://schema.org"


def event_of(path: str = EVENT) -> dict:
    return schema_org.only(schema_org.graph(page(path)), "Event")


def offer_of(path: str = EVENT) -> str:
    return event_of(path)["offers"]["availability"].removeprefix(f"{SCHEMA}/")


class TestAnEvent:
    def test_a_webinar(self, editor):
        published = editor.publishes(capacity_online="50")
        published.event_speakers.create(speaker=Speaker.objects.create(name="PC Cross", role="Hate crime officer"))
        published.save_revision().publish()

        event = event_of()

        assert event["name"] == "Women on the front line"
        assert (event["startDate"], event["endDate"]) == ("2027-03-08T18:00:00+00:00", "2027-03-08T19:30:00+00:00")
        assert event["eventAttendanceMode"] == f"{SCHEMA}/OnlineEventAttendanceMode"
        assert event["eventStatus"] == f"{SCHEMA}/EventScheduled"
        assert event["location"] == {"@type": "VirtualLocation", "url": BASE + EVENT}
        assert event["isAccessibleForFree"] is True
        assert event["organizer"] == {"@id": f"{BASE}/#organisation"}
        assert event["performer"] == [{"@type": "Person", "name": "PC Cross", "jobTitle": "Hate crime officer"}]
        assert event["offers"]["price"] == "0"
        assert event["offers"]["url"] == f"{BASE}{EVENT}register/"
        assert event["inLanguage"] == "en"
        assert "stream.example.org" not in str(event)

    def test_an_evening_in_summer_time_with_a_place(self, editor):
        editor.publishes(kind="in_person", place="Town Hall, Brixton Hill, London", date="2027-04-02")

        event = event_of()

        assert event["startDate"] == "2027-04-02T18:00:00+01:00"
        assert event["location"] == {
            "@type": "Place",
            "name": "Town Hall, Brixton Hill, London",
            "address": "Town Hall, Brixton Hill, London",
        }
        assert event["eventAttendanceMode"] == f"{SCHEMA}/OfflineEventAttendanceMode"

    def test_one_in_the_room_and_online(self, editor):
        editor.publishes(kind="hybrid", place="Town Hall")

        event = event_of()

        assert [location["@type"] for location in event["location"]] == ["Place", "VirtualLocation"]
        assert event["eventAttendanceMode"] == f"{SCHEMA}/MixedEventAttendanceMode"

    def test_a_programme_tells_its_sessions(self, editor):
        rows = [
            {
                "id": "",
                "title": title,
                "date": date,
                "starts": "18:00",
                "ends": "19:00",
                "end_date": "",
                "place": "",
                "stream_url": "https://stream.example.org/x",
            }
            for title, date in (("First", "2027-03-08"), ("Second", "2027-04-02"))
        ]
        editor.publishes(kind="programme", sessions=inline_formset(rows))

        event = event_of()

        assert (event["startDate"], event["endDate"]) == ("2027-03-08T18:00:00+00:00", "2027-04-02T19:00:00+01:00")
        assert [part["name"] for part in event["subEvent"]] == [
            "Women on the front line: First",
            "Women on the front line: Second",
        ]
        assert {part["superEvent"]["@id"] for part in event["subEvent"]} == {event["@id"]}

    def test_what_can_be_done(self, editor, visitor, clock):
        published = editor.publishes(capacity_online="1", opens_at="2027-02-02 09:00")
        assert offer_of() == "PreOrder"
        editor.publishes(published, capacity_online="1")
        assert offer_of() == "InStock"
        visitor("amara")
        assert offer_of() == "SoldOut"
        clock.traveller.move_to(datetime(2027, 3, 8, 19, 30, tzinfo=UTC))
        assert "offers" not in event_of()

    def test_a_cancelled_one_says_so_everywhere(self, editor):
        editor.publishes(is_cancelled="on")

        source = page(EVENT)

        event = schema_org.only(schema_org.graph(source), "Event")
        assert event["eventStatus"] == f"{SCHEMA}/EventCancelled"
        assert "offers" not in event
        assert "<title>Cancelled: Women on the front line –" in source
        assert '<meta property="og:title" content="Cancelled: Women on the front line">' in source

    def test_one_that_somebody_else_runs_is_not_ours(self, editor):
        editor.publishes(kind="external", external_url="https://iawp.example.org/", place="Dublin")

        event = event_of()

        assert not {"organizer", "offers", "isAccessibleForFree"} & set(event)

    def test_a_page_in_french_speaks_french(self, editor):
        published = editor.publishes()
        french = Locale.objects.get_or_create(language_code="fr")[0]
        for original in (HomePage.objects.get(), editor.index, published):
            copy = original.copy_for_translation(french)
            if original is published:
                copy.title = "En première ligne"
            copy.save_revision().publish()

        source = page(f"/fr{EVENT}")

        event = schema_org.only(schema_org.graph(source), "Event")
        assert (event["name"], event["inLanguage"]) == ("En première ligne", "fr")
        assert event["offers"]["url"] == f"{BASE}/fr{EVENT}register/"
        card = re.search(r'og:image" content="([^"]+)"', source)[1].removeprefix(BASE)
        assert browser().get(card).status_code == 200
        alt = html.unescape(re.search(r'og:image:alt" content="([^"]+)"', source)[1])
        assert alt == "Webinaire · lundi 8 mars 2027: En première ligne"

    def test_a_draft_without_a_date_is_told_as_a_page(self, editor):
        new = EventPage(title="Soon", slug="soon")
        editor.index.add_child(instance=new)

        kinds = [thing["@type"] for thing in schema_org.graph(page("/events/soon/"))]

        assert kinds == ["Organization", "BreadcrumbList"]


def test_the_card_names_the_day_and_changes_with_it(editor):
    published = editor.publishes()
    before = page(EVENT)
    editor.publishes(published, date="2027-03-09")
    after = page(EVENT)

    assert 'og:image:alt" content="Webinar · Monday 8 March 2027: Women on the front line"' in before
    assert 'og:image:alt" content="Webinar · Tuesday 9 March 2027: Women on the front line"' in after
    cards = [re.search(r"/cards/[^\"]+", source)[0] for source in (before, after)]
    assert cards[0] != cards[1]


def test_a_preview_is_not_for_search_engines(editor):
    published = editor.publishes()
    with_preview = published.make_preview_request().content.decode()

    assert '<meta name="robots" content="noindex">' in with_preview
    assert "ld+json" not in with_preview


class TestSearch:
    def rows(self, query: str) -> list[tuple[str, str]]:
        source = html.unescape(page(f"/search/?q={query}"))
        found = re.findall(r'result-title">\s*<a href="([^"]*)">.*?<p class="meta">(.*?)</p>', source, re.DOTALL)
        return [(path, " ".join(re.sub("<[^>]+>", " ", meta).split())) for path, meta in found]

    def published(self, editor, **changes) -> None:
        insert_or_update_object(editor.publishes(**changes))

    def test_what_is_over_or_off_stands_below_what_is_to_come(self, editor, clock):
        self.published(editor, title="Horse horse horse", slug="over", introduction="Horse.")
        self.published(editor, title="Horse off", slug="off", date="2027-04-10", is_cancelled="on")
        self.published(editor, title="Later", slug="later", date="2027-04-12", introduction="There is one horse.")
        clock.traveller.move_to(datetime(2027, 4, 1, tzinfo=UTC))

        found = self.rows("horse")

        assert found[0] == ("/events/later/", "Webinar Monday 12 April 2027, 18:00 to 19:30 (London time)")
        assert {path for path, _ in found[1:]} == {"/events/over/", "/events/off/"}
        assert dict(found)["/events/over/"].endswith("This event is over.")
        assert dict(found)["/events/off/"].endswith("Cancelled")

    def test_places_and_session_titles_are_found(self, editor):
        self.published(editor, kind="in_person", place="Lambeth Town Hall")

        assert [path for path, _ in self.rows("lambeth")] == [EVENT]

    def test_events_take_the_same_number_of_statements_for_one_and_three(
        self, editor, client, django_assert_num_queries
    ):
        self.published(editor, title="Horse", slug="one")
        client.get("/search/?q=horse")
        with django_assert_num_queries(13):
            client.get("/search/?q=horse")
        self.published(editor, title="Horse two", slug="two")
        self.published(editor, title="Horse three", slug="three")
        with django_assert_num_queries(13):
            assert b"3 pages found" in client.get("/search/?q=horse").content
