"""Editing an event in the CMS: what the form refuses, in which words, and what publishing does."""

import html
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now as real_now
from wagtail.models import Page, Workflow, WorkflowPage
from wagtail.test.utils.form_data import inline_formset

from events.outbox.models import Message
from events.pages.models import EventPage
from events.registration.models import Registration
from events.schedule.models import Event, Session
from events.schedule.rules import EventStatus


def text(response):
    return html.unescape(response.content.decode())


def test_a_newcomer_publishes_a_webinar(editor, client):
    page = editor.publishes(capacity_online="50", reminders=("P7D", "PT1H"))

    event = Event.objects.get()
    assert event.key == page.translation_key
    assert (event.status, event.slug, event.path) == ("published", page.slug, "/events/women-on-the-front-line/")
    assert event.reminders == ["P7D", "PT1H"]
    assert client.get("/events/women-on-the-front-line/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"starts": "19:30", "ends": "18:00"}, "The end is not after the start."),
        ({"starts": "18:00", "ends": "18:00"}, "The end is not after the start."),
        ({"date": "2027-03-28", "starts": "01:30"}, "01:30 does not exist on 28 March 2027 (London time)"),
        (
            {"date": "2027-10-31", "starts": "01:30", "ends": "05:00"},
            "01:30 happens twice on 31 October 2027",
        ),
        ({"date": "2027-10-03", "starts": "02:15", "time_zone": "Australia/Lord_Howe"}, "02:15 does not exist"),
        ({"time_zone": "Europe/Atlantis"}, "Europe/Atlantis"),
        ({"closes_at": "2027-01-01 10:00", "opens_at": "2027-01-02 10:00"}, "Registration closes before it opens."),
        ({"capacity_online": "-1"}, "greater than or equal to 0"),
        ({"introduction": ""}, "Write one to three sentences"),
        ({"contact_email": ""}, "Enter an email address that people can write to"),
        ({"contact_email": "nobody"}, "valid email address"),
        ({"date": ""}, "Give every session a date, a start and an end"),
        ({"sessions": inline_formset([])}, "there must be at least one"),
        ({"kind": "in_person"}, "Enter the place of every session"),
        ({"kind": "external"}, "Enter the web address where people can find and book"),
        ({"kind": "programme"}, "A programme has two sessions or more"),
        ({"title": ""}, "This field is required"),
    ],
)
def test_a_mistake_is_told_in_words_and_nothing_is_published(editor, changes, message):
    response = editor.sends(button="action-publish", **changes)

    assert response.status_code == 200
    assert message in text(response)
    assert not Event.objects.exists()


def test_one_mistake_is_told_once_and_not_as_another(editor):
    said = text(editor.sends(button="action-publish", starts="19:30", ends="18:00"))

    assert "The end is not after the start." in said
    assert "Give every session a date" not in said


def test_a_session_that_goes_past_midnight_has_an_end_date(editor):
    editor.publishes(starts="22:00", ends="01:00", end_date="2027-03-09")

    assert Session.objects.get().ends_at.isoformat() == "2027-03-09T01:00:00+00:00"


def test_a_draft_may_be_incomplete_and_projects_nothing(editor):
    response = editor.sends(introduction="", contact_email="", date="", starts="", ends="")

    assert response.status_code == 302
    assert EventPage.objects.get().live is False
    assert not Event.objects.exists()


def test_a_draft_may_not_be_impossible(editor):
    assert "does not exist" in text(editor.sends(date="2027-03-28", starts="01:30"))


def test_a_draft_of_a_published_page_does_not_leak(editor, client):
    page = editor.publishes()

    editor.sends(page, title="Secret new title", date="2027-04-01")

    assert Event.objects.get().title == "Women on the front line"
    assert Session.objects.get().starts_local == "2027-03-08T18:00"
    for path in (
        "/events/",
        "/events/women-on-the-front-line/",
        "/events/women-on-the-front-line/register/",
        "/events/calendar.ics",
    ):
        assert "Secret" not in text(client.get(path)), path


def test_a_capacity_below_the_places_held_is_refused(editor, visitor):
    page = editor.publishes(capacity_online="5")
    visitor("amara")
    visitor("bronwen")

    response = editor.sends(page, button="action-publish", capacity_online="1")

    assert "2 people already hold a place. Enter 2 or more, or remove people first." in text(response)


def test_a_kind_that_leaves_people_without_a_way_to_take_part_is_refused(editor, visitor):
    page = editor.publishes()
    visitor("amara")

    response = editor.sends(page, button="action-publish", kind="in_person", place="Town Hall")

    assert "1 people are registered to take part online." in text(response)


def test_an_alias_of_a_page_shows_the_same_event_and_makes_no_second_one(editor, client):
    page = editor.publishes()

    alias = page.create_alias(parent=editor.index, update_slug="also-here")
    editor.publishes(page, title="New title")

    assert Event.objects.count() == 1
    shown = client.get(alias.get_url())
    assert shown.context["event"].availability == "open"
    assert "/events/women-on-the-front-line/register/" in text(shown)


def test_publishing_again_without_a_change_tells_nobody(editor, visitor, clock, now):
    page = editor.publishes()
    visitor("amara")
    clock.reaches(now + timedelta(hours=1))

    editor.publishes(page)
    clock.reaches(now + timedelta(hours=2))

    assert list(Message.objects.exclude(kind="reminder").values_list("kind", flat=True)) == ["confirmation"]


def test_unpublishing_and_deleting_tell_everybody_and_lose_nobody(editor, visitor, clock, now):
    page = editor.publishes()
    visitor("amara")

    editor.client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    clock.reaches(now + timedelta(hours=1))

    assert not EventPage.objects.exists()
    assert Event.objects.get().status == EventStatus.WITHDRAWN
    assert Registration.objects.get().state == "confirmed"
    assert Message.objects.filter(kind="event_cancelled").count() == 1


def test_reverting_to_an_old_revision_moves_the_event_back_and_loses_nobody(editor, visitor):
    page = editor.publishes()
    first = page.latest_revision
    visitor("amara")
    editor.publishes(page, date="2027-03-09")

    first.publish()

    session = Session.objects.get()
    assert session.starts_local == "2027-03-08T18:00"
    assert session.version == 2
    assert Registration.objects.get().event_id == Event.objects.get().pk


def test_a_page_that_is_scheduled_is_projected_when_its_time_comes(editor, clock, now):
    editor.publishes(go_live_at="2027-02-03 09:00")
    assert not Event.objects.exists()

    clock.reaches(now + timedelta(days=2, minutes=2))

    assert Event.objects.get().status == "published"


def test_a_page_that_expires_is_withdrawn(editor, clock, now):
    editor.publishes(expire_at="2027-02-03 09:00")

    clock.reaches(now + timedelta(days=2, minutes=2))

    assert Event.objects.get().status == EventStatus.WITHDRAWN


def test_a_copy_of_a_page_is_another_event(editor):
    page = editor.publishes()

    page.copy(to=editor.index, update_attrs={"slug": "copy", "title": "Copy"})

    assert Event.objects.count() == 2
    assert Session.objects.values("uid").distinct().count() == 2


def test_the_bulk_action_publishes_no_incomplete_page(editor):
    editor.sends(introduction="")
    page = EventPage.objects.get()

    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    back = reverse("wagtailadmin_explore", args=[editor.index.pk])
    response = editor.client.post(f"{url}?id={page.pk}&next={back}", {"include_descendants": ""}, follow=True)

    assert "Not published" in text(response)
    page.refresh_from_db()
    assert page.live is False


def test_the_preview_shows_the_draft(editor):
    page = editor.publishes()
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])

    editor.client.post(url, editor.form(page, title="Draft title", date="2027-04-01"))
    preview = editor.client.get(url)

    assert preview.status_code == 200
    assert "Draft title" in text(preview)
    assert "1 April 2027" in " ".join(text(preview).split()) or "April" in text(preview)
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]


def test_a_workflow_publishes_when_it_is_approved(editor):
    WorkflowPage.objects.create(page=Page.objects.get(pk=editor.index.pk), workflow=Workflow.objects.get())
    editor.sends(button="action-submit")
    page = EventPage.objects.get()
    assert not Event.objects.exists()

    state = page.current_workflow_state
    state.current_task_state.approve(user=editor.user)

    assert Event.objects.get().status == "published"


def test_the_event_list_takes_the_same_number_of_statements_for_one_and_three(
    editor, client, django_assert_num_queries
):
    editor.publishes()
    client.get("/events/")
    with django_assert_num_queries(12):
        assert client.get("/events/").status_code == 200
    for n in range(2):
        editor.publishes(slug=f"more-{n}", title=f"More {n}")
    with django_assert_num_queries(12):
        client.get("/events/")


def test_an_event_page_that_shares_nothing_with_another_takes_thirteen_statements(
    editor, client, django_assert_num_queries
):
    """Without what all pages share (docs/page-cache.md); with it nine, counted in test_page_cache.py."""
    editor.publishes()
    client.get("/events/women-on-the-front-line/")
    with django_assert_num_queries(12):
        client.get("/events/women-on-the-front-line/")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Webinar", "Evening"]),
        ("?kind=webinar", ["Webinar"]),
        ("?kind=nonsense&from_date=yesterday&page=minus", ["Webinar", "Evening"]),
        ("?from_date=2027-04-01", ["Evening"]),
        ("?to_date=2027-04-01", ["Webinar"]),
        ("?when=past", []),
        ("?page=99", ["Webinar", "Evening"]),
    ],
)
def test_the_event_list_filters_by_kind_and_date(editor, client, query, expected):
    editor.publishes(title="Webinar", slug="webinar")
    editor.publishes(title="Evening", slug="evening", kind="in_person", place="Town Hall", date="2027-04-02")

    listing = client.get(f"/events/{query}").context["listing"]

    assert [event.title for event in listing.events] == expected


def test_an_event_that_is_over_moves_to_the_past(editor, client, clock):
    editor.publishes()
    clock.traveller.move_to(datetime.fromisoformat("2027-03-08T19:30:00Z"))

    assert [e.title for e in client.get("/events/").context["listing"].events] == []
    assert [e.title for e in client.get("/events/?when=past").context["listing"].events] == ["Women on the front line"]
    assert real_now().year == 2027
