"""The pages of broadcasts in the CMS: who may, what each step says, and what is written to the audit log."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from events.broadcasts.models import Broadcast
from events.broadcasts.rules import BroadcastState
from events.broadcasts.services import work_on_broadcasts
from events.outbox.models import Message
from events.outbox.rules import Delivery, Scope
from events.outbox.services import suppress
from events.schedule.services import publish_event
from portal.staff import COMMS, OFFICERS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_the_tests_time(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(site, officer, event):
    """Return the browser of Olive, who runs the event."""
    call_command("set_up_staff", stdout=None)
    officer.groups.add(Group.objects.get(name=OFFICERS))
    event.officers.add(officer)
    client = Client()
    client.force_login(officer)
    return client


def at(name, pk):
    return reverse(f"broadcasts:{name}", args=[pk])


def text(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def form(**changes):
    fields = {
        "purpose": "event",
        "subject": "What to bring",
        "text": "A pen, {name}.",
        "states": ["confirmed"],
        "has_needs": "",
        "attended": "",
        "bounced": "",
        "version": "",
    }
    return fields | changes


def state(broadcast):
    broadcast.refresh_from_db()
    return broadcast.state


def audited():
    return list(ModelLogEntry.objects.filter(action__startswith="events.broadcast").values_list("action", flat=True))


class TestWriting:
    def test_it_is_written_looked_at_and_kept_as_a_draft(self, desk, event, people):
        page = desk.get(at("new", event.pk))
        assert page.status_code == 200
        assert "{organisation}" in text(page)

        answer = desk.post(at("new", event.pk), form(), follow=True)

        draft = Broadcast.objects.get()
        assert answer.redirect_chain == [(at("show", draft.pk), 302)]
        said = text(answer)
        assert "People with a place." in said
        assert "5 people" in said
        assert answer.content.decode().count("<iframe") == 3
        assert "A pen, Amara." in html.unescape(answer.content.decode())
        assert "sandbox></iframe>" in answer.content.decode()
        assert not Message.objects.exists()

    def test_looking_saves_nothing_and_names_whom_one_looked_at_in_the_audit_log(self, desk, event, people, officer):
        answer = desk.post(at("new", event.pk), form(look="yes"))
        assert answer.status_code == 200
        assert answer.content.decode().count("<iframe") == 3
        assert not Broadcast.objects.exists()
        entry = ModelLogEntry.objects.get(action="events.broadcast_shown")
        assert entry.user == officer
        assert len(entry.data["registrations"]) == 3
        assert set(entry.data["registrations"]) <= {person.pk for person in people}

    def test_the_mails_that_are_shown_hold_nobodys_link(self, desk, event, people):
        shown = html.unescape(html.unescape(desk.post(at("new", event.pk), form(look="yes")).content.decode()))
        for link in re.findall(r"/registrations/[^/\s\"]+/", shown):
            assert Client().get(link).status_code == 404

    def test_an_audience_of_nobody_is_said_while_writing(self, desk, event):
        answer = desk.post(at("new", event.pk), form(look="yes", states=["waiting"]))
        assert "an audience of nobody cannot be sent" in text(answer)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"text": "Dear {first_name}"}, "“{first_name}” is not a placeholder."),
            ({"text": "x" * 10_001}, "at most 10,000 characters. This one has 10,001"),
            ({"text": "", "subject": ""}, "Write a subject"),
            ({"subject": "Hello\r\nBcc: a@example.org"}, "A subject is one line."),
            ({"states": []}, "Choose whom you write to"),
            ({"states": ["cancelled"]}, "Who has left needs nothing to take part."),
            ({"states": ["promoted"]}, "Select a valid choice."),
            ({"purpose": "spam"}, "Select a valid choice."),
            ({"text": "\x00"}, "Null characters are not allowed."),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(self, desk, event, people, changes, said):
        answer = desk.post(at("new", event.pk), form(**changes))
        assert answer.status_code == 422
        assert said in text(answer)
        assert not Broadcast.objects.exists()

    def test_two_officers_whose_edits_cross(self, desk, write, people):
        draft = write()
        assert desk.post(at("edit", draft.pk), form(version="1", text="The first.")).status_code == 302
        answer = desk.post(at("edit", draft.pk), form(version="1", text="The second."))
        assert answer.status_code == 409
        assert "Somebody has changed this since you opened it." in text(answer)
        assert "The second." in answer.content.decode(), "what was typed is not lost"
        assert Broadcast.objects.get().text == "The first."

    def test_the_form_shows_what_was_chosen(self, desk, write, people):
        draft = write()
        desk.post(at("edit", draft.pk), form(version="1", relies_on=["bsl"], attended="no", languages=["fr"]))
        page = desk.get(at("edit", draft.pk)).context["form"]
        assert page.initial["relies_on"] == ["bsl"]
        assert (page.initial["attended"], page.initial["languages"]) == ("no", ["fr"])
        assert "bounced" not in page.initial

    def test_once_it_has_begun_it_is_not_edited(self, desk, write, send, people):
        broadcast = send(write())
        for answer in (desk.get(at("edit", broadcast.pk)), desk.post(at("edit", broadcast.pk), form(version="1"))):
            assert answer.url == at("show", broadcast.pk)
        assert Broadcast.objects.get().text.startswith("Bring a pen")


class TestSteps:
    def test_start_asks_with_the_number_and_two_clicks_start_it_once(self, desk, write, people, now):
        suppress(email_key=people[0].email_key, scope=Scope.OPTIONAL, reason="Spam.", now=now)
        draft = write()
        question = desk.get(at("start", draft.pk))
        assert "goes to 5 people" in text(question)
        assert "1 of them must not be written to" in text(question)
        assert "Send it to 4 people" in text(question)
        assert state(draft) == BroadcastState.DRAFT

        answers = [desk.post(at("start", draft.pk), {"version": "1"}, follow=True) for _ in range(2)]
        assert "Started: 5 people." in text(answers[0])
        assert "0 of 5 sent" in text(answers[0])
        assert "5 still to go" in text(answers[0])
        assert "This is being sent" in text(answers[1])
        work_on_broadcasts(now=now)
        assert Message.objects.count() == 5

    def test_what_somebody_has_changed_since_is_not_started(self, desk, write, people):
        draft = write()
        desk.post(at("edit", draft.pk), form(version="1"))
        answer = desk.post(at("start", draft.pk), {"version": "1"}, follow=True)
        assert "Somebody has changed this" in text(answer)
        for version in ("", "x", "²", "9" * 30):
            desk.post(at("start", draft.pk), {"version": version})
        assert state(draft) == BroadcastState.DRAFT

    def test_nobody_to_write_to_is_said_before_the_question(self, desk, write):
        draft = write()
        answer = desk.get(at("start", draft.pk), follow=True)
        assert "This audience is nobody." in text(answer)
        answer = desk.post(
            at("schedule", draft.pk), {"date": "2027-02-02", "time": "9:00", "version": "1"}, follow=True
        )
        assert "This audience is nobody." in text(answer)
        assert state(draft) == BroadcastState.DRAFT

    @pytest.mark.parametrize(
        ("date", "time", "said"),
        [
            ("2027-02-01", "08:59", "That time has passed."),
            ("2027-03-28", "01:30", "The clocks skip this time that night."),
            ("2027-10-31", "01:30", "The clocks show this time twice that night."),
            ("yesterday", "09:00", "Enter a valid date."),
            ("2027-02-02", "", "This field is required."),
            ("9999-12-31", "23:59", ""),
            ("0001-01-01", "00:00", ""),
        ],
    )
    def test_times_that_are_no_use(self, desk, write, people, date, time, said):
        draft = write()
        answer = desk.post(at("schedule", draft.pk), {"date": date, "time": time, "version": "1"}, follow=True)
        assert answer.status_code in {200, 422}
        assert said in text(answer)
        assert state(draft) == (BroadcastState.DRAFT if said or date < "2027" else BroadcastState.SCHEDULED)

    def test_the_clock_is_londons_in_summer_too_and_it_can_be_taken_back(self, desk, write, people):
        draft = write()
        answer = desk.post(
            at("schedule", draft.pk), {"date": "2027-04-01", "time": "09:00", "version": "1"}, follow=True
        )
        assert "Scheduled for Thursday 1 April 2027, 09:00 (London time)." in text(answer)
        draft.refresh_from_db()
        assert draft.send_at.isoformat() == "2027-04-01T08:00:00+00:00"
        assert desk.get(at("show", draft.pk)).context["schedule"].initial["time"].isoformat() == "09:00:00"

        assert "It is a draft again." in text(desk.post(at("take-back", draft.pk), follow=True))
        assert "nothing of it is being sent" in text(desk.post(at("take-back", draft.pk), follow=True))

    def test_hold_resume_and_stop_say_what_they_did_and_twice_why_not(self, desk, write, send, people):
        broadcast = send(write())
        said = [text(desk.post(at(step, broadcast.pk), follow=True)) for step in ("hold", "hold", "resume", "resume")]
        for words, found in zip(
            ("Held. What has not left waits", "This is held half way", "It goes on.", "This is being sent"),
            said,
            strict=True,
        ):
            assert words in found
        question = text(desk.get(at("stop", broadcast.pk)))
        assert "0 of 5 have got" in question
        assert state(broadcast) == BroadcastState.SENDING
        assert "Stopped. Who has not got it will not get it." in text(desk.post(at("stop", broadcast.pk), follow=True))
        assert "This was stopped." in text(desk.post(at("stop", broadcast.pk), follow=True))
        assert "There is nothing to stop." in text(desk.get(at("stop", broadcast.pk), follow=True))

    def test_a_test_goes_to_my_own_address_and_to_none_if_there_is_none(self, desk, write, people, officer):
        draft = write()
        answer = desk.post(at("test", draft.pk), {"to_email": "victim@example.org"}, follow=True)
        assert "On its way to olive@example.org." in text(answer)
        assert Message.objects.get().to_email == "olive@example.org"
        officer.email = ""
        officer.save()
        assert "Your account has no email address" in text(desk.post(at("test", draft.pk), follow=True))
        assert Message.objects.count() == 1

    def test_how_far_it_has_got(self, desk, write, send, people, now):
        broadcast = send(write())
        sent = Message.objects.filter(broadcast=broadcast).order_by("pk").values_list("pk", flat=True)
        fields = {"state": "accepted", "handed_off_at": now, "settled_at": now}
        Message.objects.filter(pk__in=sent[:3]).update(**fields, delivery=Delivery.DELIVERED)
        Message.objects.filter(pk=sent[3]).update(**fields, delivery=Delivery.BOUNCED)
        said = text(desk.get(at("show", broadcast.pk)))
        for words in ("4 of 5 sent", "3 delivered", "1 bounced", "1 still to go", "0 failed", "Look again"):
            assert words in said
        row = text(desk.get(at("event", broadcast.event_id)))
        assert "Being sent 4 of 5 3 1" in row

    def test_why_it_did_not_start_is_said(self, desk, write):
        draft = write()
        Broadcast.objects.filter(pk=draft.pk).update(problem="This audience is nobody.")
        assert "It was not sent. This audience is nobody." in text(desk.get(at("show", draft.pk)))
        assert "This audience is nobody." in text(desk.get(at("event", draft.event_id)))

    def test_every_step_and_every_look_is_in_the_audit_log(self, desk, write, people, officer, event):
        desk.post(at("new", event.pk), form())
        draft = Broadcast.objects.get()
        desk.get(at("show", draft.pk))
        desk.post(at("edit", draft.pk), form(version="1"))
        desk.post(at("test", draft.pk))
        desk.post(at("schedule", draft.pk), {"date": "2027-04-01", "time": "09:00", "version": "2"})
        desk.post(at("take-back", draft.pk))
        desk.post(at("start", draft.pk), {"version": "4"})
        for step in ("hold", "resume", "stop"):
            desk.post(at(step, draft.pk))
        assert audited()[::-1] == [
            f"events.broadcast_{action}"
            for action in (
                "written", "shown", "changed", "tested", "scheduled",
                "taken_back", "started", "held", "resumed", "stopped",
            )
        ]  # fmt: skip
        assert set(ModelLogEntry.objects.filter(action__contains="broadcast").values_list("user", flat=True)) == {
            officer.pk
        }
        assert "amara" not in str(list(ModelLogEntry.objects.values_list("data", flat=True))).lower()


STEPS = ("show", "edit", "test", "schedule", "take-back", "start", "hold", "resume", "stop")


class TestWhoMay:
    @pytest.mark.parametrize("group", [None, COMMS])
    def test_who_has_no_such_permission_is_led_away(self, desk, write, people, officer, group, event):
        draft = write()
        officer.groups.clear()
        if group:
            officer.groups.add(Group.objects.get(name=group))
        addresses = [at(step, draft.pk) for step in STEPS] + [at("event", event.pk), at("new", event.pk)]
        for url in [*addresses, reverse("broadcasts:index")]:
            for answer in (desk.get(url), desk.post(url, form())):
                assert answer.status_code in {302, 405}, url
                assert answer.status_code == 405 or "/cms/" in answer.url
        assert state(draft) == BroadcastState.DRAFT
        assert not Message.objects.exists()

    def test_of_another_officers_event_there_is_nothing(self, desk, write, people, officer, event):
        draft = write()
        event.officers.clear()
        for url in [at(step, draft.pk) for step in STEPS] + [at("event", event.pk), at("new", event.pk)]:
            assert {desk.get(url).status_code, desk.post(url, form()).status_code} <= {404, 405}, url
        assert "Women on the front line" not in text(desk.get(reverse("broadcasts:index")))
        assert state(draft) == BroadcastState.DRAFT

    def test_a_get_changes_nothing(self, desk, write, send, people):
        draft, sending = write(), send(write())
        for broadcast in (draft, sending):
            for step in STEPS:
                desk.get(at(step, broadcast.pk))
        assert (state(draft), state(sending)) == (BroadcastState.DRAFT, BroadcastState.SENDING)
        assert Message.objects.count() == 5


class TestStatements:
    @pytest.fixture
    def count(self, desk, django_assert_num_queries):
        def do(url, number):
            desk.get(url)
            with django_assert_num_queries(number):
                assert desk.get(url).status_code == 200

        return do

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_of_an_event(self, count, write, send, people, event, number):
        for _ in range(number):
            send(write())
        count(at("event", event.pk), 17)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_of_events(self, count, make_spec, now, officer, number):
        for n in range(number):
            key = f"99999999-9999-4999-8999-99999999999{n}"
            publish_event(spec=make_spec(key=key, slug=f"event-{n}"), now=now).officers.add(officer)
        count(reverse("broadcasts:index"), 15)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_page_with_its_mails(self, count, write, event, sign_up, number, now):
        for n in range(number):
            sign_up(event, f"person-{n}", at=now - timedelta(days=1))
        count(at("show", write().pk), 26)
