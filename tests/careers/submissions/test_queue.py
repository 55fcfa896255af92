"""The queue in the CMS: who may do what, and what is written down."""

import html

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import ModelLogEntry

from careers.submissions.models import StorySubmission
from careers.submissions.services import withdraw
from portal.staff import GROUPS

pytestmark = pytest.mark.django_db
LIST = "/cms/reader-stories/"
ACTIONS = ("take", "note", "draft", "decline", "close")


def log_in(name, *codenames):
    group = Group.objects.create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user = get_user_model().objects.create_user(name, f"{name}@staff.example.org", "x")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor():
    return log_in("erin", "access_admin", "view_storysubmission", "change_storysubmission")


def text(response):
    return html.unescape(response.content.decode())


def test_the_way_of_a_story_through_the_queue(send, story_index, desk, client):
    story = send()
    assert "Reader stories" in text(desk.get("/cms/"))
    assert "Amara Okafor" in text(desk.get(LIST))
    assert "amara@example.org" in text(desk.get(f"{LIST}inspect/{story.pk}/"))
    desk.post(f"{LIST}take/{story.pk}/")
    drafted = desk.post(f"{LIST}draft/{story.pk}/")
    page = StorySubmission.objects.get().pages.get()
    assert drafted.url == f"/cms/pages/{page.pk}/edit/"
    assert f"Reader stories, story {story.pk}" in text(desk.get(drafted.url))
    asked = desk.post(f"{LIST}preview/{story.pk}/{page.pk}/", follow=True)

    assert "What she approves is what can be published." in text(asked)
    assert "no answer yet" in text(asked)
    story.refresh_from_db()
    assert story.state == "preview_sent"


def test_only_those_who_may_see_anything(send, client):
    story = send()
    addresses = [LIST, f"{LIST}inspect/{story.pk}/", f"{LIST}picture/{story.pk}/"]
    addresses += [f"{LIST}{action}/{story.pk}/" for action in ACTIONS]
    for somebody in (client, log_in("alice", "access_admin", "add_figure"), log_in("charlie")):
        for address in addresses:
            for answer in (somebody.get(address), somebody.post(address)):
                assert answer.status_code in {302, 403, 405}, address
                assert "amara" not in text(answer).lower()
    story.refresh_from_db()
    assert (story.state, story.assigned_to) == ("new", None)


def test_whoever_may_only_look_changes_nothing(send):
    dana = log_in("dana", "access_admin", "view_storysubmission")
    story = send()
    assert "Assign to me" not in text(dana.get(f"{LIST}inspect/{story.pk}/"))
    for action in ACTIONS:
        assert dana.post(f"{LIST}{action}/{story.pk}/").status_code in {302, 403}
    story.refresh_from_db()
    assert story.state == "new"


def test_the_picture_is_shown_with_safe_headers(send, editor):
    story = send()
    picture = editor.get(f"{LIST}picture/{story.pk}/")

    assert picture["Content-Type"] == "image/jpeg"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture["Content-Security-Policy"]
    assert "no-store" in picture["Cache-Control"]


def test_there_is_no_export(send, editor):
    send()
    for kind in ("csv", "xlsx"):
        assert editor.get(f"{LIST}?export={kind}").status_code in {302, 403}


def test_looking_and_working_are_in_the_audit_log_without_names(send, story_index, editor):
    story = send()
    editor.get(f"{LIST}inspect/{story.pk}/")
    editor.get(f"{LIST}picture/{story.pk}/")
    for action in ("take", "note", "draft", "decline"):
        editor.post(f"{LIST}{action}/{story.pk}/", {"note": "Amara rang"})
        editor.post(f"{LIST}{action}/{story.pk}/", {"note": "Amara rang"})  # twice is the same as once

    entries = ModelLogEntry.objects.filter(object_id=str(story.pk), action__startswith="careers.")
    assert sorted(entries.values_list("action", flat=True)) == [
        "careers.story_declined",
        "careers.story_drafted",
        "careers.story_noted",
        "careers.story_picture_seen",
        "careers.story_seen",
        "careers.story_taken",
    ]
    assert {entry.user.username for entry in entries} == {"erin"}
    assert not any("amara" in f"{entry.label} {entry.data}".lower() for entry in entries)


def test_comms_editors_and_leads_work_on_it_and_nobody_else():
    may = {group.name for group in GROUPS if "careers.change_storysubmission" in group.permissions}

    assert may == {"Comms editors", "Outreach leads"}


def test_rows_are_not_edited_in_forms(send, editor):
    story = send()
    for address in (f"{LIST}new/", f"{LIST}edit/{story.pk}/", f"{LIST}delete/{story.pk}/"):
        assert editor.get(address).status_code in {302, 403, 404}
        editor.post(address, {"note": "x"})
    story.refresh_from_db()
    assert story.note == ""


def test_a_published_story_is_not_closed_over_its_page(published, editor):
    story, _ = published()
    answer = editor.post(f"{LIST}close/{story.pk}/", follow=True)

    assert "Unpublish it first." in text(answer)
    story.refresh_from_db()
    assert story.state == "published"


def test_the_front_page_names_what_ends_and_what_has_ended(published, desk, now, frozen):
    story, page = published()
    assert "Consents of readers" not in text(desk.get("/cms/"))
    withdraw(story_id=story.pk, consent_ids=list(story.consents.values_list("pk", flat=True)), now=now)

    panel = text(desk.get("/cms/")).split("Consents of readers")[1]
    assert page.title in panel
    assert "Amara" not in panel.split("</section>")[0]


@pytest.mark.parametrize("people", [1, 3])
def test_the_queue_takes_the_same_number_of_statements_for_one_and_three(
    send, desk, comms, django_assert_num_queries, people
):
    for name in ("amara", "bronwen", "chioma")[:people]:
        story = send(name)
        StorySubmission.objects.filter(pk=story.pk).update(assigned_to=comms, state="in_hand")
    desk.get(LIST)
    with django_assert_num_queries(9):
        desk.get(LIST)
