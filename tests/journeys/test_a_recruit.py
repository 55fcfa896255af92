"""A recruit: she reads a story, opens the role, checks whether she could apply, asks a recruiter, and is answered."""

import html
import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from careers.models import RecruiterEnquiry
from portal.demo.seed import PASSWORD


def text(response):
    return html.unescape(response.content.decode())


def follow(client, response, words):
    """Click the link that says so."""
    found = re.search(rf'<a[^>]+href="([^"]+)"[^>]*>\s*{re.escape(words)}\s*<', text(response))
    assert found, f"no link {words!r}"
    return client.get(found[1])


def answer(client, response, **chosen):
    """Send the question's form with an answer, as a browser without script does."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', text(response)))
    return client.get(response.request["PATH_INFO"], fields | chosen)


@pytest.fixture
def recruiter():
    client = Client()
    assert client.login(username="recruiter", password=PASSWORD)
    return client


@pytest.fixture
def demo(transactional_db):
    call_command("seed_demo", "--today", "2026-11-22", verbosity=0)


def test_a_recruit(demo, recruiter, client):
    # She finds somebody who also has small children, and reads how she does it.
    stories = client.get("/careers/stories/", {"theme": "family"})
    story = follow(client, stories, "The case that nobody expected me to solve")
    assert "Half a post, a whole detective" in text(story)

    # The story leads to the role: what it asks, and what it pays.
    role = follow(client, story, "Detective constable")
    assert "From £38,000 a year" in text(role)

    # The role leads to the self-check. She is 17, has no licence, and something makes her unsure.
    check = follow(client, role, "Could I apply?")
    check = answer(client, check, age="seventeen")
    check = answer(client, check, work="yes")
    check = answer(client, check)  # a slip: sent without an answer
    assert "Choose one of the answers." in text(check)
    check = answer(client, check, residency="yes")
    check = answer(client, check, role="officer")
    check = answer(client, check, qualification="level-3")
    check = answer(client, check, driving="no")
    end = answer(client, check, health="yes")
    assert "You may well be able to apply" in text(end)
    assert "You can apply at 17. You start when you are 18." in text(end)
    assert not end.cookies, "nothing of it is kept"

    # It ends with a person to ask.
    contact = follow(client, end, "Ask a recruiter")
    sent = client.post(
        contact.request["PATH_INFO"],
        {
            "topic": "fitness",
            "message": "I wear strong glasses. Do I need to tell you how strong?",
            "name": "أمينة",
            "way": "phone",
            "phone": "020 7946 0999",
            "preferred_time": "evening",
            "submission": str(contact.context["form"]["submission"].value()),
        },
    )
    assert sent.status_code == 303
    assert "three working days" in text(client.get(sent.url))

    # A recruiter finds the question in the queue, takes it, rings, and closes it. Comms staff never see it.
    queue = text(recruiter.get("/cms/recruiter-questions/?state=new"))
    assert "أمينة" in queue
    enquiry = RecruiterEnquiry.objects.get(name="أمينة")
    page = f"/cms/recruiter-questions/{{}}/{enquiry.pk}/"
    assert "020 7946 0999" in text(recruiter.get(page.format("inspect")))
    recruiter.post(page.format("take"))
    recruiter.post(page.format("note"), {"note": "Rang at 18:10. Glasses are fine."})
    recruiter.post(page.format("close"))
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.assigned_to) == ("closed", get_user_model().objects.get(username="recruiter"))
    comms = Client()
    assert comms.login(username="comms", password=PASSWORD)
    assert comms.get(page.format("inspect")).status_code in {302, 403}

    # Who looked and who did what is in the audit log, without her name.
    entries = ModelLogEntry.objects.filter(object_id=str(enquiry.pk), content_type__model="recruiterenquiry")
    log = entries.values_list("action", flat=True)
    assert set(log) == {f"careers.enquiry_{step}" for step in ("seen", "taken", "noted", "closed")}
