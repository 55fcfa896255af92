"""Amara reads on a poster that there is a newsletter. She signs up, reads an issue, and ends it with a click."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from events.newsletter.models import IssuePage, NewsletterPage, Subscription
from events.outbox.models import Message
from portal.staff import COMMS, LEADS


class Staff:
    """Somebody of the team in the CMS, by its forms."""

    def __init__(self, name, group):
        self.client = Client()
        self.user = get_user_model().objects.create_user(name, f"{name}@example.org", "x")
        self.user.groups.add(Group.objects.get(name=group))

    def posts(self, url, data):
        self.client.force_login(self.user)
        return self.client.post(url, data, follow=True)

    def sees(self, url):
        self.client.force_login(self.user)
        return self.client.get(url)

    def writes(self, newsletter):
        """Write an issue: a story for who wants stories, events for who wants those."""
        parts = [
            ("paragraph", {"text": rich_text("<p>Spring is near.</p>"), "topic": ""}),
            ("paragraph", {"text": rich_text("<p>She learned to ride at 27.</p>"), "topic": "stories"}),
            ("events", {"heading": "Coming up", "events": {"count": "0"}, "number": "3", "topic": "events"}),
        ]
        fields = {
            "title": "March",
            "slug": "march",
            "introduction": "What is on in March.",
            "subject": "March, and a place for you",
            "topics": ("events", "stories"),
            "body": streamfield(parts),
            "comments": inline_formset([]),
        }
        url = reverse("wagtailadmin_pages:add", args=["events", "issuepage", newsletter.pk])
        return self.posts(url, nested_form_data(fields))

    def does(self, step, issue, **data):
        return self.posts(reverse(f"newsletter:{step}", args=[issue.pk]), data).content.decode()


@pytest.fixture
def newsletter(editor):
    """Return the newsletter page of a site with an event that is to come."""
    page = NewsletterPage(title="Newsletter", slug="newsletter")
    editor.index.get_parent().add_child(instance=page)
    call_command("set_up_staff", stdout=None)
    editor.publishes()
    return page


def asks(name, topics):
    """Fill in the form as a browser does; return where it leads."""
    browser = Client()
    form = browser.get("/newsletter/?from=poster-lewisham").context["form"]
    data = {
        "email": f"{name}@example.org",
        "topics": topics,
        "consent": "on",
        "submission": str(form["submission"].value()),
        "source": form["source"].value(),
    }
    response = browser.post("/newsletter/", data)
    assert response.status_code == 303
    return browser.get(response.url).content.decode()


def link_in(mail, ending):
    return re.search(rf"127\.0\.0\.1:8000(/newsletter/\S+{ending})\s", mail.text)[1]


def test_from_sign_up_to_one_click_goodbye(newsletter, editor, post, clock, now):
    """
    1 Feb ── Amara and Bronwen sign up ── a scanner looks ── both press the button
          ── Edith writes an issue, looks at it in her mailbox ── Lena publishes it, for 2 Feb 9:00
    2 Feb ── each gets what is about her topics ── Amara: other topics ── one click of her mail program
    3 Feb ── the figures ── another issue: Bronwen has it, Amara has not ── Amara comes back
    """
    assert "Check your email" in asks("amara", ["events"])
    assert asks("bronwen", ["stories"]) == asks("bronwen", ["stories"])
    clock.reaches(now + timedelta(minutes=1))
    for name in ("amara", "bronwen"):
        mail = post.latest(name)
        assert mail.subject == "Do you want our newsletter?"
        address = link_in(mail, "/confirm/")
        Client().get(address)
        assert Subscription.objects.filter(email=f"{name}@example.org", state="pending").exists()
        Client().post(address)
        assert "The newsletter is yours" in Client().get(address).content.decode()

    edith, lena = Staff("edith", COMMS), Staff("lena", LEADS)
    edith.writes(newsletter)
    issue = IssuePage.objects.get()
    assert not issue.live
    edith.does("test", issue)
    clock.reaches(now + timedelta(minutes=2))
    tested = post.latest("edith")
    assert tested.subject == "Test: March, and a place for you"
    assert "Women on the front line" in tested.text
    assert "Publish the issue first" in lena.does("start", issue, version=1, revision=0)

    issue.get_latest_revision().publish(user=lena.user)
    assert "Scheduled for Tuesday 2 February 2027, 09:00" in lena.does(
        "schedule", issue, date="2027-02-02", time="09:00", version=1
    )
    clock.reaches(datetime(2027, 2, 2, 8, 59, tzinfo=UTC))
    assert post.latest("amara").subject == "Do you want our newsletter?"
    clock.reaches(datetime(2027, 2, 2, 9, 0, tzinfo=UTC))
    to_amara, to_bronwen = post.latest("amara"), post.latest("bronwen")
    assert to_amara.subject == to_bronwen.subject == "March, and a place for you"
    assert "Women on the front line" in to_amara.text and "learned to ride" not in to_amara.text
    assert "learned to ride" in to_bronwen.text and "front line" not in to_bronwen.text
    assert "/newsletter/march/" in to_amara.text
    assert "Spring is near." in Client().get("/newsletter/march/").content.decode()

    preferences = link_in(to_amara, r"\.[\w-]+/")
    Client().post(preferences, {"topics": ["roles"], "language": "en", "save": "yes"})
    assert Subscription.objects.get(email="amara@example.org").topics == ["roles"]

    one_click = re.fullmatch(r"<http://[^/]+(\S+)>", to_amara.message["List-Unsubscribe"])[1]
    Client().get(one_click)
    assert Subscription.objects.filter(state="ended").count() == 0
    response = Client(enforce_csrf_checks=True).post(one_click, {"List-Unsubscribe": "One-Click"})
    assert (response.status_code, response.content) == (200, b"")
    gone = Subscription.objects.get(state="ended")
    assert (gone.email, gone.source, gone.consent.text[:20]) == ("", "poster-lewisham", "Use my email address")
    assert not Message.objects.filter(to_email="amara@example.org").exists()

    shown = lena.sees(reverse("newsletter:show", args=[issue.pk])).context["figures"]
    assert (shown.recipients, shown.accepted, shown.unsubscribed) == (2, 2, 1)

    clock.reaches(datetime(2027, 2, 3, 9, 0, tzinfo=UTC))
    april = IssuePage(title="April", slug="april", body=[("paragraph", {"text": "<p>April.</p>", "topic": ""})])
    newsletter.add_child(instance=april)
    april.save_revision().publish()
    page = lena.sees(reverse("newsletter:start", args=[april.pk])).context
    lena.does("start", april, version=page["sending"].version, revision=page["revision"])
    clock.reaches(datetime(2027, 2, 3, 9, 1, tzinfo=UTC))
    assert post.latest("bronwen").subject == "April"
    assert [mail.subject for mail in post.of("amara")] == ["Do you want our newsletter?", "March, and a place for you"]

    asks("amara", ["stories"])
    clock.reaches(datetime(2027, 2, 3, 9, 5, tzinfo=UTC))
    Client().post(link_in(post.latest("amara"), "/confirm/"))
    assert Subscription.objects.get(email="amara@example.org").state == "confirmed"
    assert Subscription.objects.filter(state="ended").count() == 1
