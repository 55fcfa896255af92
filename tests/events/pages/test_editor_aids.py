"""What helps an editor on the way to publishing: a checklist, and the page and its mails as a draft would make them."""

import pytest
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from events.pages.models import EventPage
from events.schedule.models import Event
from portal.rules import NOT_DESCRIBED


def undone(page):
    return {item.label for item in page.checklist() if item.is_needed and not item.is_done}


def edit_page(editor, page):
    return editor.client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_the_checklist_counts_what_a_draft_still_needs(editor):
    editor.sends(captions="", transcript="", contact_email="", date="", starts="", ends="")
    draft = EventPage.objects.get()

    assert undone(draft) == {"Sessions with date, start and end", "Access facts answered", "Contact"}
    assert "3 things to do before this page can be published." in edit_page(editor, draft)
    assert "2 of 6 still need an answer or a date." in edit_page(editor, draft)


def test_a_complete_page_has_nothing_missing_and_still_gets_advice(editor):
    page = editor.publishes(introduction="Three services, one evening, and all of your questions answered.")

    assert undone(page) == set()
    shown = edit_page(editor, page)
    assert "Nothing is missing." in shown
    assert "pages with one are opened more often" in shown


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [({}, False), ({"image_alt": "Two officers"}, True), ({"image_is_decorative": "on"}, True)],
)
def test_a_picture_is_described_or_marked_as_decoration(editor, changes, accepted):
    picture = get_image_model().objects.create(title="Two officers", file=get_test_image_file())

    response = editor.sends(button="action-publish", image=str(picture.pk), **changes)

    assert (response.status_code == 302) is accepted
    assert Event.objects.exists() is accepted
    if not accepted:
        assert NOT_DESCRIBED in response.content.decode()


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("", "Register"),
        ("confirmation", "Hello Amara"),
        ("reminder", "Reminder: you have a place"),
        ("update", "This event has changed"),
    ],
)
def test_a_draft_is_seen_as_page_and_as_mail_before_anybody_gets_it(editor, mode, words):
    editor.sends(title="A draft that nobody knows")
    draft = EventPage.objects.get().get_latest_revision_as_object()
    assert mode in dict(draft.preview_modes)

    response = draft.make_preview_request(editor_request(editor), preview_mode=mode)

    shown = response.rendered_content if hasattr(response, "rendered_content") else response.content.decode()
    assert "A draft that nobody knows" in shown
    assert words in shown or (mode == "" and "Registration is not open yet" in shown)
    assert not Event.objects.exists()


def editor_request(editor):
    request = editor.client.get("/cms/").wsgi_request
    request.user = editor.user
    return request


def test_a_newcomer_finds_the_new_event_on_the_front_page_of_the_cms(editor):
    front = editor.client.get("/cms/").content.decode()

    address = reverse("wagtailadmin_pages:add", args=["events", "eventpage", editor.index.pk])
    assert address in front
    assert editor.client.get(address).status_code == 200
