"""Before publishing: what it would send is shown, and nothing leaves until somebody has said yes."""

import html
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from events.outbox.models import Message
from events.pages.models import EventPage
from events.registration.models import Registration
from events.registration.services import register
from events.registration.services.registering import Application
from events.schedule.models import Event
from portal.staff import set_up_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(editor, now, clock):
    """Return a published webinar with one registrant, all mail delivered to the past."""
    page = editor.publishes()
    event = Event.objects.get()
    register(
        event_id=event.pk,
        pool_id=event.pools.get().pk,
        application=Application(
            name="Amara",
            email="amara@example.org",
            access_needs="",
            consent_text="Yes.",
            submission=UUID("33333333-3333-4333-8333-333333333333"),
        ),
        now=now,
    )
    return page


def text(response):
    return html.unescape(response.content.decode())


def publish(editor, page, **changes):
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return editor.client.post(address, editor.form(page, **changes) | {"action-publish": "1"})


class TestTheQuestion:
    def test_an_editor_is_asked_before_a_change_goes_to_people(self, editor, page, now):
        before = Event.objects.get().title
        asked = publish(editor, page, title="Another title")

        assert asked.status_code == 302
        question = editor.client.get(asked.url)
        assert "1 person gets “The event has changed”." in text(question)
        assert Event.objects.get().title == before
        assert EventPage.objects.get().get_latest_revision_as_object().title == "Another title"

        answered = editor.client.post(asked.url)
        assert answered.status_code == 302
        assert Event.objects.get().title == "Another title"

    def test_nobody_is_asked_about_what_nobody_hears_of(self, editor, page):
        asked = publish(editor, page)

        assert "/publish/" not in asked.url

    def test_a_get_publishes_nothing(self, editor, page):
        asked = publish(editor, page, title="Another title")

        for _ in range(2):
            editor.client.get(asked.url)

        assert Event.objects.get().title != "Another title"
        assert not Message.objects.filter(kind="update").exists()

    def test_a_draft_that_somebody_has_changed_since_is_not_published(self, editor, page):
        asked = publish(editor, page, title="Another title")
        publish(editor, page, title="A third title")

        answered = editor.client.post(asked.url, follow=True)

        assert "Somebody has changed the page since" in text(answered)
        assert Event.objects.get().title not in {"Another title", "A third title"}

    def test_who_may_not_publish_is_refused(self, editor, page):
        asked = publish(editor, page, title="Another title")
        set_up_staff(home=page.get_parent().get_parent(), events=page.get_parent())
        recruiter = get_user_model().objects.create_user("recruiter", "recruiter@example.org", "x")
        recruiter.groups.add(Group.objects.get(name="Recruiters"))
        client = Client()
        client.force_login(recruiter)

        assert client.get(asked.url).url == "/cms/", "Wagtail leads away whoever may not"
        assert client.post(asked.url).url == "/cms/"
        assert Event.objects.get().title != "Another title"

    def test_cancelling_says_who_is_told(self, editor, page):
        asked = publish(editor, page, is_cancelled="on")

        said = text(editor.client.get(asked.url))
        assert "1 person gets “The event does not take place”." in said
        assert "1 reminder is taken off." in said

    def test_the_preview_says_it_while_the_editor_writes(self, editor, page, rf):
        draft = EventPage.objects.get()
        draft.title = "Another title"

        said = text(draft.serve_preview(rf.get("/"), "consequences"))

        assert "1 person gets “The event has changed”." in said
        assert Registration.objects.count() == 1
        assert Event.objects.get().announce_at is None or Event.objects.get().title != "Another title"


class TestOtherWays:
    """Unpublishing, deleting and bulk actions send mail as well."""

    def test_unpublishing_asks_once(self, editor, page):
        address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])

        asked = editor.client.post(address)
        assert "1 person gets “The event does not take place”." in text(asked)
        assert Event.objects.get().status == "published"

        editor.client.post(address, {"told": "yes"})
        assert Event.objects.get().status == "withdrawn"

    def test_the_question_before_deleting_says_who_is_told(self, editor, page):
        said = text(editor.client.get(reverse("wagtailadmin_pages:delete", args=[page.pk])))

        assert "This calls the event off. 1 person gets" in said

    @pytest.mark.parametrize("action", ["unpublish", "delete"])
    def test_many_at_once_are_refused_when_people_would_hear_of_it(self, editor, page, action):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}&next=/cms/"

        answered = editor.client.post(address, {"include_descendants": ""}, follow=True)

        assert "Do it on the event’s own page." in text(answered)
        assert Event.objects.get().status == "published"

    def test_a_page_that_is_locked_meanwhile_is_not_published(self, editor, page):
        asked = publish(editor, page, title="Another title")
        EventPage.objects.update(locked=True, locked_by=None)

        answered = editor.client.post(asked.url, follow=True)

        assert "The page is locked." in text(answered)
        assert Event.objects.get().title != "Another title"


def test_it_does_not_matter_how_late_it_is_asked(editor, page, now, clock):
    """The question is answered an hour later: what is shown then is what holds then."""
    asked = publish(editor, page, title="Another title")
    clock.traveller.move_to(now + timedelta(hours=1))

    assert editor.client.get(asked.url).status_code == 200
