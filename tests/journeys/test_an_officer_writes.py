"""Olive runs the evening. She writes to who comes, holds what she sent too soon, and has news afterwards."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from events.broadcasts.models import Broadcast
from events.schedule.models import Event
from portal.staff import OFFICERS


class Olive:
    """An events officer in the CMS, by its forms."""

    def __init__(self):
        self.user = get_user_model().objects.create_user("olive", "olive@example.org", "x")
        self.user.groups.add(Group.objects.get(name=OFFICERS))
        self.client = Client()

    def writes(self, event, **changes):
        """Save a draft and return its page."""
        self.client.force_login(self.user)
        fields = {"purpose": "event", "subject": "", "text": "", "states": ["confirmed"], "version": ""}
        response = self.client.post(reverse("broadcasts:new", args=[event.pk]), fields | changes, follow=True)
        assert response.status_code == 200, response.context["form"].errors
        return response.content.decode()

    def does(self, step, **data):
        """Press a button of the latest broadcast."""
        self.client.force_login(self.user)
        broadcast = Broadcast.objects.latest("pk")
        fields = {"version": broadcast.version} | data
        return self.client.post(
            reverse(f"broadcasts:{step}", args=[broadcast.pk]), fields, follow=True
        ).content.decode()

    def sees(self):
        self.client.force_login(self.user)
        broadcast = Broadcast.objects.latest("pk")
        return self.client.get(reverse("broadcasts:show", args=[broadcast.pk])).content.decode()


@pytest.fixture
def olive(editor):
    call_command("set_up_staff", stdout=None)
    return Olive()


def subjects(post, name):
    return [mail.subject for mail in post.of(name)]


def test_an_officer_writes_to_the_people_of_her_event(editor, olive, visitor, post, clock, now):
    """
    1 Feb ── a test to herself, scheduled ── 2 Feb 9:00 all three have it
          ── started and held ── Chioma leaves ── resumed: the others have it
    9 Mar ── news ── Amara: one click ── more news: not to her; a confirmation: to her
    """
    editor.publishes(capacity_online="9", reminders=())
    event = Event.objects.get()
    event.officers.add(olive.user)
    for name in ("amara", "bronwen", "chioma"):
        visitor(name, **({"relies_on": ["captions"]} if name == "bronwen" else {}))
    clock.reaches(now + timedelta(minutes=10))

    page = olive.writes(event, subject="What to bring to {event}", text="A pen, {name}.\n\nWe begin on {when}.")
    assert "<strong>3 people</strong>" in page
    assert page.count("<iframe") == 3
    olive.does("test")
    clock.reaches(now + timedelta(minutes=11))
    assert subjects(post, "olive") == ["Test: What to bring to Women on the front line"]

    assert "Scheduled for Tuesday 2 February 2027, 09:00" in olive.does("schedule", date="2027-02-02", time="09:00")
    clock.reaches(datetime(2027, 2, 2, 8, 59, tzinfo=UTC))
    assert "What to bring to Women on the front line" not in subjects(post, "amara")
    clock.reaches(datetime(2027, 2, 2, 9, 0, tzinfo=UTC))
    for name in ("amara", "bronwen", "chioma"):
        told = post.latest(name)
        assert told.subject == "What to bring to Women on the front line"
        assert f"A pen, {name.capitalize()}." in told.text
        assert "Monday 8 March 2027, 18:00 to 19:30" in " ".join(told.text.split())
    assert "3 of 3 sent" in olive.sees()

    # She started what she should have slept over.
    olive.writes(event, subject="The door is at the back", text="Come through the yard.")
    assert "Started: 3 people." in olive.does("start")
    assert "Held." in olive.does("hold")
    clock.reaches(datetime(2027, 2, 3, 9, 0, tzinfo=UTC))
    assert "The door is at the back" not in subjects(post, "amara")
    Client().post(post.of("chioma")[0].link("/cancel/"))
    assert "It goes on." in olive.does("resume")
    clock.reaches(datetime(2027, 2, 3, 9, 10, tzinfo=UTC))
    assert subjects(post, "amara").count("The door is at the back") == 1
    assert subjects(post, "bronwen").count("The door is at the back") == 1
    assert "The door is at the back" not in subjects(post, "chioma"), "she does not come any more"

    # Only who relies on captions.
    page = olive.writes(event, subject="Captions are on screen two", text="Sit on the left.", relies_on=["captions"])
    assert "People with a place who rely on captions." in page
    olive.does("start")
    clock.reaches(datetime(2027, 2, 4, 9, 0, tzinfo=UTC))
    assert "Captions are on screen two" in subjects(post, "bronwen")
    assert "Captions are on screen two" not in subjects(post, "amara")

    # It is over; what comes now is news, and Amara has had enough: her mail program has a button for that.
    clock.reaches(datetime(2027, 3, 9, 9, 0, tzinfo=UTC))
    olive.writes(event, purpose="news", subject="The next evening", text="Tell a friend.")
    olive.does("start")
    clock.reaches(datetime(2027, 3, 9, 9, 1, tzinfo=UTC))
    news = post.latest("amara")
    assert news.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(r"<https?://[^/]+(/\S+)>", news.message["List-Unsubscribe"])[1]
    assert "Do you want no more news" in Client().get(address).content.decode()
    assert Client().post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    olive.writes(event, purpose="news", subject="One more thing", text="Tell two friends.")
    olive.does("start")
    editor.client.force_login(editor.user)
    editor.publishes(slug="again", title="Once again", date="2027-04-15", recording_date="2027-04-20")
    visitor("amara", slug="again")
    clock.reaches(datetime(2027, 3, 9, 9, 10, tzinfo=UTC))
    assert "One more thing" in subjects(post, "bronwen")
    assert "One more thing" not in subjects(post, "amara")
    assert "Once again" in post.latest("amara").subject, "a confirmation is no news"
    assert "1 left out" in " ".join(re.sub(r"<[^>]+>", " ", olive.sees()).split())
