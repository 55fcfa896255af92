"""What editors write and visitors read: an issue from its parts, its previews, and the archive."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from events.newsletter.models import IssuePage
from events.newsletter.queries import content_of, parts_of
from events.newsletter.services.steps import live_pages
from events.schedule.services import publish_event
from portal.models import ContentPage
from tests.events.newsletter.conftest import paragraph
from tests.visitors import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def cms(newsletter):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("boss", "boss@example.org", "x"))
    return client


def form(**changes):
    parts = [
        ("heading", {"text": "What is on", "topic": ""}),
        ("paragraph", {"text": rich_text("<p>Come.</p>"), "topic": "events"}),
    ]
    fields = {
        "title": "March",
        "slug": "march",
        "introduction": "What is on.",
        "subject": "",
        "topics": ("events", "roles"),
        "body": streamfield(parts),
        "comments": inline_formset([]),
    }
    return nested_form_data(fields | changes) | {"action-publish": "1"}


def add(cms, newsletter, **changes):
    url = reverse("wagtailadmin_pages:add", args=["events", "issuepage", newsletter.pk])
    return cms.post(url, form(**changes))


class TestEditing:
    def test_an_editor_publishes_an_issue(self, cms, newsletter):
        response = add(cms, newsletter)
        assert response.status_code == 302, response.context["form"].errors
        issue = IssuePage.objects.get()
        assert issue.live
        assert issue.topics == ["events", "roles"]
        source = page("/newsletter/march/")
        assert "What is on" in source and "Come." in source
        assert "March" in page("/newsletter/")

    def test_an_issue_without_parts_is_a_draft_and_no_more(self, cms, newsletter):
        response = add(cms, newsletter, body=streamfield([]))
        assert response.status_code == 200
        assert "Add at least one part" in response.content.decode()
        draft = {name: value for name, value in form(body=streamfield([])).items() if name != "action-publish"}
        url = reverse("wagtailadmin_pages:add", args=["events", "issuepage", newsletter.pk])
        assert cms.post(url, draft).status_code == 302
        assert not IssuePage.objects.get().live

    def test_two_buttons_are_one_too_many(self, cms, newsletter):
        button = {"text": "Go", "page": "", "address": "https://example.org/", "topic": ""}
        response = add(cms, newsletter, body=streamfield([("call_to_action", button)] * 2))
        assert "An issue has one button." in response.content.decode()

    def test_the_checklist_and_the_other_ways_to_publish_know_it_too(self, issue):
        empty = issue(body=[])
        assert [p.field for p in empty.missing_for_publication()] == ["body"]
        assert empty.checklist()[0].is_done is False

    def test_a_preview_shows_the_page_and_both_parts_of_the_mail(self, cms, issue):
        draft = issue(introduction="Read this first.")
        modes = [mode for mode, _ in draft.preview_modes]
        assert modes == ["", "mail", "mail-text"]
        shown = {}
        for mode in modes:
            response = draft.make_preview_request(preview_mode=mode, original_request=None)
            assert response.status_code == 200
            shown[mode] = response.content.decode()
        assert all("For everybody." in said and "Read this first." in said for said in shown.values())
        assert "<html" in shown["mail"]
        assert "Test: March" in shown["mail-text"]
        assert "<" not in shown["mail-text"]

    def test_a_preview_of_nothing_says_what_to_do(self, issue):
        response = issue(body=[]).make_preview_request(preview_mode="mail")
        assert "Add a part" in response.content.decode()

    def test_every_block_has_a_preview_that_shows_something(self, cms, newsletter):
        for name, block in IssuePage._meta.get_field("body").stream_block.child_blocks.items():
            if name != "page":
                assert block.is_previewable, name


class TestParts:
    def test_what_is_not_published_is_left_out(self, newsletter, issue, make_spec, now):
        hidden = ContentPage(title="Secret", slug="secret", live=False)
        newsletter.get_parent().add_child(instance=hidden)
        gone = ContentPage(title="Gone", slug="gone")
        newsletter.get_parent().add_child(instance=gone)
        body = [
            ("page", {"page": hidden, "link_text": "", "topic": ""}),
            ("page", {"page": gone, "link_text": "", "topic": ""}),
            ("events", {"heading": "None", "events": [], "number": 3, "topic": ""}),
            ("call_to_action", {"text": "Go", "page": hidden, "address": "", "topic": ""}),
            paragraph("Still here."),
        ]
        written = issue(body=body)
        gone.delete()
        assert [part["kind"] for part in parts_of(IssuePage.objects.get(pk=written.pk), at=now)] == ["paragraph"]
        assert "Secret" not in page("/newsletter/march/")

    def test_the_next_events_are_those_of_the_day_of_sending(self, issue, reader, send, make_spec, now):
        publish_event(spec=make_spec(), now=now)
        reader("amara")
        body = [("events", {"heading": "", "events": [], "number": 3, "topic": ""})]
        written = issue(body=body)
        row = send(written)
        title = row.editions.get().content["parts"][0]["events"][0]["title"]
        assert title == "Women on the front line"
        with time_machine.travel(now + timedelta(days=90), tick=False):
            assert "Women on the front line" in page("/newsletter/march/"), "the archive says what was sent"
            other = issue("june", body=body)
            assert parts_of(other, at=now + timedelta(days=90)) == []

    def test_an_event_that_is_called_off_is_not_announced(self, issue, make_spec, now):
        publish_event(spec=make_spec(), now=now)
        publish_event(spec=make_spec(is_cancelled=True), now=now + timedelta(minutes=1))
        body = [("events", {"heading": "", "events": [], "number": 3, "topic": ""})]
        assert parts_of(issue(body=body), at=now) == []

    def test_a_translation_is_an_edition_of_its_own(self, newsletter, issue, now):
        french = Locale.objects.get_or_create(language_code="fr")[0]
        newsletter.get_parent().copy_for_translation(french).save_revision().publish()
        newsletter.copy_for_translation(french).save_revision().publish()
        english = issue()
        copy = english.copy_for_translation(french)
        copy.title = "Mars"
        copy.save_revision().publish()
        assert [p.locale.language_code for p in live_pages(english.translation_key)] == ["en", "fr"]
        content = content_of(IssuePage.objects.get(pk=copy.pk), at=now)
        assert content["path"] == "/fr/newsletter/march/"
        assert content["title"] == "Mars"

    @pytest.mark.parametrize("number", [1, 3])
    def test_an_issue_is_read_with_the_same_number_of_statements(
        self, newsletter, issue, make_spec, now, number, django_assert_num_queries
    ):
        publish_event(spec=make_spec(), now=now)
        plain = []
        for n in range(number):
            plain.append(ContentPage(title=f"Page {n}", slug=f"page-{n}"))
            newsletter.get_parent().add_child(instance=plain[-1])
        body = [
            *(("page", {"page": p, "link_text": "", "topic": ""}) for p in plain),
            *([("events", {"heading": "", "events": [], "number": 3, "topic": ""})] * number),
        ]
        written = IssuePage.objects.select_related("locale").get(pk=issue(body=body).pk)
        parts_of(written, at=now)  # Wagtail keeps the site's root paths
        written = IssuePage.objects.select_related("locale").get(pk=written.pk)
        with django_assert_num_queries(5):
            assert len(parts_of(written, at=now)) == 2 * number

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_archive_is_read_with_the_same_number_of_statements(
        self, newsletter, issue, number, django_assert_num_queries
    ):
        for n in range(number):
            issue(f"issue-{n}")
        client = Client()
        client.get("/newsletter/")
        with django_assert_num_queries(11):
            response = client.get("/newsletter/")
        assert len(response.context["issues"]) == number


class TestTheSite:
    def test_the_foot_of_every_page_leads_to_it(self, newsletter):
        newsletter.save_revision().publish()
        assert '<a href="/newsletter/">Newsletter</a>' in page("/")

    def test_the_answer_to_the_form_is_for_nobody_to_keep(self, newsletter, client):
        for url in ("/newsletter/", "/newsletter/?sent=1"):
            assert "no-store" in client.get(url)["Cache-Control"]

    def test_a_draft_is_not_in_the_archive(self, newsletter, issue):
        issue()
        newsletter.add_child(instance=IssuePage(title="Not yet", slug="not-yet", live=False))
        source = page("/newsletter/")
        assert "March" in source
        assert "Not yet" not in source
        assert Page.objects.filter(slug="not-yet").exists()
