"""Amara tells what happened, approves her page, reads it on the site, and a year later takes her word back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from careers.pages.models import CareersPage, StoryIndexPage, StoryPage
from careers.submissions.models import StorySubmission
from portal.models import HomePage
from portal.pictures.storage import private_storage
from portal.staff import COMMS, LEADS, set_up_staff
from tests.careers.submissions.conftest import upload
from tests.portal.test_pictures import with_gps


class Reader:
    """Amara, with a browser of her own and her letters."""

    def __init__(self, client, post):
        self.client, self.post = client, post

    def tells(self):
        path = "/careers/stories/tell-us/"
        assert path in self.client.get("/careers/stories/").content.decode()
        form = self.client.get(path).context["form"]
        answer = self.client.post(
            path,
            {
                "story": "A constable sat down beside me.\n\nI was nineteen.",
                "part": "neighbourhood",
                "name": "Amara Okafor",
                "email": "amara@example.org",
                "picture": upload(with_gps(size=(500, 600))),
                "picture_alt": "A bench in a park",
                "consent_quote": ["site", "social"],
                "consent_face": ["site"],
                "until": "3",
                "is_old_enough": "on",
                "submission": str(form["submission"].value()),
            },
        )
        assert answer.status_code == 303

    @property
    def page(self):
        """Return the path of her own page, from the latest letter."""
        return re.search(r"https?://[^/]+(/stories/\S+/)", self.post.latest("amara").text)[1]

    def approves(self):
        page = self.client.get(self.page)
        preview = re.search(r'href="(/stories/[^"]+/preview/\d+/)"', page.content.decode())[1]
        assert "A constable sat down beside me." in self.client.get(preview).content.decode()
        answer = self.client.post(f"{preview}answer/", {"answer": "approved"})
        assert answer.url.endswith("?approved")

    def takes_her_word_back(self):
        answer = self.client.post(f"{self.page}withdraw/", {"all": "1"})
        assert answer.url.endswith("?ended")


class Staff:
    """Somebody of the team, in the CMS."""

    def __init__(self, name, group):
        self.user = get_user_model().objects.create_user(name, f"{name}@example.org", "x")
        self.user.groups.add(Group.objects.get(name=group))
        self.browser = Client()

    @property
    def client(self):
        """Return her browser, logged in: a year passes, and a session lasts a working day."""
        self.browser.force_login(self.user)
        return self.browser

    def does(self, action, *numbers):
        answer = self.client.post(reverse(f"reader-stories:{action}", args=numbers), follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    def publishes(self, page):
        """Publish the latest version by the bulk action, which has no form."""
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        back = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
        answer = self.client.post(f"{url}?id={page.pk}&next={back}", {"include_descendants": ""}, follow=True)
        page.refresh_from_db()
        return answer.content.decode()


@pytest.fixture
def stories(clock, site):
    home = HomePage.objects.get()
    careers = home.add_child(instance=CareersPage(title="Careers", slug="careers", introduction="Yours?"))
    set_up_staff(home=Page.objects.get(pk=home.pk), events=site)
    return careers.add_child(instance=StoryIndexPage(title="Stories", slug="stories"))


def test_a_story_from_the_form_to_the_day_she_takes_it_back(clock, post, stories, client, now):
    amara, carol, leah = Reader(client, post), Staff("carol", COMMS), Staff("leah", LEADS)

    amara.tells()
    clock.reaches(now + timedelta(minutes=1))
    assert post.latest("amara").subject == "We have your story"
    assert "We have your story." in client.get(amara.page).content.decode()

    story = StorySubmission.objects.get()
    picture = story.picture.name
    assert private_storage().exists(picture)
    carol.does("take", story.pk)
    carol.does("draft", story.pk)
    page = StoryPage.objects.get()
    assert page.role == "A reader", "she did not agree to her name"
    assert page.image is not None, "and did to her picture"
    assert "send her the preview" in leah.publishes(page)
    assert not page.live

    carol.does("preview", story.pk, page.pk)
    clock.reaches(now + timedelta(hours=1))
    assert post.latest("amara").subject == "Your preview: do you approve it?"
    amara.approves()

    page.title = "The bench"
    page.save_revision(user=carol.user)
    assert "has not seen this version" in leah.publishes(page)
    assert not page.live

    carol.does("preview", story.pk, page.pk)
    clock.reaches(now + timedelta(hours=2))
    amara.approves()
    leah.publishes(page)
    assert page.live
    clock.reaches(now + timedelta(hours=3))
    assert page.url in post.latest("amara").text
    assert "The bench" in client.get(page.url).content.decode()
    assert "The bench" in client.get("/careers/stories/").content.decode()
    assert "Okafor" not in client.get(page.url).content.decode()

    clock.reaches(datetime(2028, 2, 1, 9, 0, tzinfo=UTC))
    amara.takes_her_word_back()
    assert client.get(page.url).status_code == 404
    assert "The bench" not in client.get("/careers/stories/").content.decode()
    clock.reaches(datetime(2028, 2, 1, 9, 5, tzinfo=UTC))
    assert post.latest("amara").subject == "What you agreed to has ended, and we no longer use it"
    assert "Take this down yourselves" in post.latest("outreach").text, "what is in social media"
    assert f"/cms/pages/{page.pk}/edit/" in post.latest("carol").text

    page.refresh_from_db()
    assert "no consent to use these words" in leah.publishes(page)
    assert not page.live

    clock.reaches(datetime(2028, 2, 9, 9, 0, tzinfo=UTC))
    story.refresh_from_db()
    assert (story.name, story.email, story.story, story.picture.name) == ("", "", "", "")
    assert story.consents.count() == 3, "the ledger stays"
    assert not StoryPage.objects.exists()
    assert not private_storage().exists(picture)
    assert client.get(amara.page).status_code == 404
