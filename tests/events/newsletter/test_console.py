"""The newsletter in the CMS: who tests, schedules and sends an issue, what the figures say, and who sees addresses."""

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from events.newsletter.models import IssueSending, Subscription
from events.newsletter.services import leave, work_on_issues
from events.outbox.models import Message
from events.pages.models import EventIndexPage
from portal.staff import COMMS, DESK, LEADS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_tests_time(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def log_in(newsletter):
    newsletter.get_parent().add_child(instance=EventIndexPage(title="Events", slug="events"))
    call_command("set_up_staff", stdout=None)

    def do(group):
        user = get_user_model().objects.create_user(group[:5], f"{group[:5].strip().lower()}@example.org", "x")
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return do


def at(step, page):
    return reverse(f"newsletter:{step}", args=[page.pk])


def said(response):
    return [str(message).strip() for message in response.context["messages"]]


class TestSteps:
    def test_a_lead_sends_what_she_has_seen(self, log_in, issue, readers):
        lead, page = log_in(LEADS), issue(topics=["events"])
        shown = lead.get(at("start", page))
        assert "<strong>5 people</strong>" in shown.content.decode()
        data = {"version": shown.context["sending"].version, "revision": shown.context["revision"]}
        response = lead.post(at("start", page), data, follow=True)
        assert "Started: 5 people." in said(response)[0]
        response = lead.post(at("start", page), data, follow=True)
        assert "is being sent" in said(response)[0]
        assert IssueSending.objects.get().changed_by.username == LEADS[:5]

    def test_a_page_that_was_published_anew_is_looked_at_again(self, log_in, issue, readers):
        lead, page = log_in(LEADS), issue()
        shown = lead.get(at("start", page))
        page.save_revision().publish()
        data = {"version": shown.context["sending"].version, "revision": shown.context["revision"]}
        response = lead.post(at("start", page), data, follow=True)
        assert "Somebody has changed this" in said(response)[0]
        assert IssueSending.objects.get().state == "draft"

    def test_an_editor_tests_it_on_herself_and_cannot_send_it(self, log_in, issue, readers):
        comms, page = log_in(COMMS), issue()
        for _ in range(2):
            response = comms.post(at("test", page), follow=True)
        assert said(response) == ["On its way to comms@example.org."]
        assert Message.objects.get().to_email == "comms@example.org"
        for step in ("start", "schedule", "take-back", "hold", "resume", "stop"):
            assert comms.post(at(step, page)).url == "/cms/"
        assert "Send it now" not in comms.get(at("show", page)).content.decode()
        assert "An outreach lead sends it." in comms.get(at("show", page)).content.decode()

    def test_scheduled_taken_back_held_resumed_and_stopped(self, log_in, issue, readers, now):
        lead, page = log_in(LEADS), issue()
        response = lead.post(at("schedule", page), {"date": "2027-02-02", "time": "09:00", "version": 1}, follow=True)
        assert "Scheduled for Tuesday 2 February 2027, 09:00" in said(response)[0]
        assert "no time any more" in said(lead.post(at("take-back", page), follow=True))[0]
        shown = lead.get(at("start", page))
        data = {"version": shown.context["sending"].version, "revision": shown.context["revision"]}
        assert "Started" in said(lead.post(at("start", page), data, follow=True))[0]
        work_on_issues(now=now)
        assert "Held." in said(lead.post(at("hold", page), follow=True))[0]
        assert set(Message.objects.values_list("state", flat=True)) == {"held"}
        assert "It goes on." in said(lead.post(at("resume", page), follow=True))[0]
        assert "Stop it for good" in lead.get(at("stop", page)).content.decode()
        assert "Stopped." in said(lead.post(at("stop", page), follow=True))[0]
        actions = ModelLogEntry.objects.filter(action__startswith="events.issue_").order_by("pk")
        assert [entry.action.removeprefix("events.issue_") for entry in actions] == [
            "scheduled", "taken_back", "started", "held", "resumed", "stopped",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "data", [{}, {"date": "2027-02-02"}, {"date": "2027-03-28", "time": "01:30"}, {"date": "x", "time": "y"}]
    )
    def test_a_time_that_is_none_is_refused_beside_its_field(self, log_in, issue, readers, data):
        response = log_in(LEADS).post(at("schedule", issue()), data | {"version": 1})
        assert response.status_code == 422
        assert IssueSending.objects.count() == 0

    def test_the_editors_time_is_a_proposal(self, log_in, issue, readers, now):
        page = issue(send_at=now.replace(hour=18))
        lead = log_in(LEADS)
        shown = lead.get(at("show", page))
        assert shown.context["schedule"].initial["time"].hour == 18
        assert "The editor proposes Monday 1 February 2027, 18:00" in shown.content.decode()
        assert work_on_issues(now=now.replace(hour=19)) == 0


def test_an_issue_is_begun_from_the_list(log_in, issue):
    issue()
    comms = log_in(COMMS)
    page = comms.get(reverse("newsletter:index"))
    begin = page.context["write_url"]
    assert f'href="{begin}"' in page.content.decode()
    assert comms.get(begin).status_code == 200


class TestFigures:
    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_is_read_with_the_same_number_of_statements(
        self, log_in, issue, readers, send, number, django_assert_num_queries
    ):
        for n in range(number):
            send(issue(f"issue-{n}"))
        comms = log_in(COMMS)
        comms.get(reverse("newsletter:index"))
        with django_assert_num_queries(14):
            response = comms.get(reverse("newsletter:index"))
        assert [row["figures"].recipients for row in response.context["rows"]] == [5] * number

    def test_an_issue_says_how_far_it_got_and_names_nobody(self, log_in, issue, readers, send, now):
        page = issue()
        row = send(page)
        leave(key=readers[0].key, issue=row.pk, now=now)
        source = log_in(COMMS).get(at("show", page)).content.decode()
        assert "<strong>1</strong> unsubscribed" in source
        assert "Unsubscribed: 1" in source, "the plot says the same in words"
        assert "example.org</" not in source


class TestReaders:
    def test_the_comms_team_sees_how_many_and_nobody_in_particular(self, log_in, readers, reader):
        reader("fay", topics=("roles",), language="fr")
        response = log_in(COMMS).get(reverse("newsletter:readers"))
        assert (response.context["confirmed"], response.context["pending"]) == (6, 0)
        assert [n for _, n in response.context["topics"]] == [5, 5, 6]
        assert [n for _, n in response.context["languages"]] == [5, 1]
        assert "@example.org" not in response.content.decode().replace("comms@example.org", "")
        assert not ModelLogEntry.objects.filter(action="events.subscriptions_listed").exists()

    def test_the_desk_sees_addresses_and_that_is_written_down(self, log_in, readers):
        response = log_in(DESK).get(reverse("newsletter:readers"))
        assert "amara@example.org" in response.content.decode()
        entry = ModelLogEntry.objects.get(action="events.subscriptions_listed")
        assert entry.data == {"rows": 5}

    def test_the_desk_ends_one_for_somebody_who_rang(self, log_in, readers):
        desk, row = log_in(DESK), readers[0]
        assert "its address is deleted" in said(desk.post(reverse("newsletter:end", args=[row.pk]), follow=True))[0]
        assert "It had ended before." in said(desk.post(reverse("newsletter:end", args=[row.pk]), follow=True))[0]
        assert Subscription.objects.get(pk=row.pk).email == ""
        assert ModelLogEntry.objects.filter(action="events.subscription_ended").count() == 1

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_of_readers_is_read_with_the_same_number_of_statements(
        self, log_in, reader, number, django_assert_num_queries
    ):
        for n in range(number):
            reader(f"reader-{n}")
        desk = log_in(DESK)
        desk.get(reverse("newsletter:readers"))
        with django_assert_num_queries(22):
            assert len(desk.get(reverse("newsletter:readers")).context["rows"]) == number
