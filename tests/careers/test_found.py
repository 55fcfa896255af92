"""Stories, roles and questions as search engines and feed readers read them."""

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.search.index import insert_or_update_object

from careers.models import FaqPage
from portal.page_cache.generation import drop_pages
from tests import schema_org
from tests.visitors import page

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:8000"


def only(path: str, kind: str) -> dict:
    return schema_org.only(schema_org.graph(page(path)), kind)


def document(name: str):
    return get_document_model().objects.create(title=name, file=ContentFile(b"x", name=name))


class TestStories:
    def test_one_is_an_article_of_the_organisation(self, tell):
        tell("I ride")

        source = page("/careers/stories/i-ride/")

        article = schema_org.only(schema_org.graph(source), "Article")
        assert article["headline"] == "I ride"
        assert article["author"] == {"@id": f"{BASE}/#organisation"}
        assert '<meta property="og:type" content="article">' in source
        steps = schema_org.only(schema_org.graph(source), "BreadcrumbList")["itemListElement"]
        assert [step["name"] for step in steps] == ["Home", "Careers", "Stories", "I ride"]

    def test_the_persons_sentence_stands_in_for_an_introduction(self, tell):
        tell("I ride", introduction="", pull_quote="I came for the horses.")

        assert 'og:description" content="I came for the horses."' in page("/careers/stories/i-ride/")

    def test_a_video_of_ours_is_told_and_one_elsewhere_is_not(self, tell):
        video = {
            "title": "Morning in the stables",
            "video": document("stables.mp4"),
            "captions": document("stables.vtt"),
            "language": "en",
            "poster": None,
            "address": "",
            "has_captions_there": False,
            "transcript": "<p>Somebody sweeps.</p>",
        }
        elsewhere = video | {"video": None, "captions": None, "address": "https://video.example.org/"}
        tell("I ride", body=[("video", video), ("video", elsewhere)])

        told = only("/careers/stories/i-ride/", "VideoObject")

        assert told["name"] == "Morning in the stables"
        assert told["encodingFormat"] == "video/mp4"
        assert told["contentUrl"].startswith(f"{BASE}/media/documents/")

    def test_the_feed_is_whole(self, tell):
        tell("I & <you>", introduction="Bits & pieces")
        tell("Second")

        feed = ET.fromstring(page("/careers/stories/feed/"))  # noqa: S314 (our own)

        assert feed.tag == "rss"
        assert feed.findtext("channel/link") == f"{BASE}/careers/stories/"
        items = feed.findall("channel/item")
        assert [item.findtext("title") for item in items] == ["Second", "I & <you>"]
        for item in items:
            assert item.findtext("link").startswith(f"{BASE}/careers/stories/")
            assert item.findtext("pubDate")
            assert item.findtext("guid").startswith("urn:uuid:")
        link = re.search(r'type="application/rss\+xml" href="([^"]+)"', page("/careers/stories/"))[1]
        assert link == "/careers/stories/feed/"

    def test_the_words_of_a_story_are_searched(self, tell):
        story = tell("I ride", role="Farrier", body=[("paragraph", "<p>She learned to <b>shoe</b> horses.</p>")])
        insert_or_update_object(story)

        for query in ("farrier", "shoe", "joined"):
            assert "/careers/stories/i-ride/" in page(f"/search/?q={query}")


class TestRoles:
    @pytest.mark.parametrize(
        ("days", "workplace", "is_open"),
        [(30, "London", True), (0, "London", True), (-1, "London", False), (30, "", False)],
    )
    def test_one_is_a_job_while_people_can_apply(self, add_role, days, workplace, is_open):
        closes = date.today() + timedelta(days=days)  # noqa: DTZ011 (a plain day, as an editor types it)
        add_role("Constable", applications_close=closes, workplace=workplace)

        kinds = [thing["@type"] for thing in schema_org.graph(page("/careers/roles/constable/"))]

        assert ("JobPosting" in kinds) is is_open

    def test_what_it_says(self, add_role):
        closes = date.today() + timedelta(days=30)  # noqa: DTZ011 (the same)
        add_role("Constable", applications_close=closes, workplace="London", introduction="You answer <calls>.")

        source = page("/careers/roles/constable/")

        job = schema_org.only(schema_org.graph(source), "JobPosting")
        assert job["title"] == "Constable"
        assert job["description"] == "<p>You answer &lt;calls&gt;.</p><p>You listen.</p>"
        assert job["validThrough"].startswith(f"{closes.isoformat()}T23:59:59")
        assert job["jobLocation"]["address"] == {
            "@type": "PostalAddress",
            "addressLocality": "London",
            "addressCountry": "GB",
        }
        assert "Apply by" in source

    def test_one_in_general_is_no_job(self, add_role):
        add_role("Constable")

        source = page("/careers/roles/constable/")

        assert "JobPosting" not in source
        assert "Apply by" not in source


class TestQuestions:
    def test_they_are_told_with_their_answers(self, careers):
        item = {"question": "Is there an age limit?", "answer": "<p>No.</p>"}
        groups = [("group", {"heading": "Before", "questions": [item]})]
        careers.add_child(instance=FaqPage(title="Questions", slug="questions", groups=groups))
        drop_pages()

        (question,) = only("/careers/questions/", "FAQPage")["mainEntity"]

        assert question["name"] == "Is there an age limit?"
        assert "<p>No.</p>" in question["acceptedAnswer"]["text"]

    def test_none_are_no_list(self, careers):
        careers.add_child(instance=FaqPage(title="Questions", slug="questions"))

        assert "FAQPage" not in page("/careers/questions/")
