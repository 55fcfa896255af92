"""One event's page: figures, plots, the plan, and what its officers do with it."""

import html
from datetime import datetime, timedelta

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from events.console.queries.figures import figures_of, plan_of
from events.invites.models import Invite
from events.outbox.models import Message
from events.outbox.rules import Delivery, MessageState
from events.pages.models import EventPage
from events.registration.models import Registration
from events.registration.services import announce_event, hold_for_host
from events.schedule.models import Event
from tests.events.console.conftest import make_user, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(publish, run_by):
    return run_by(publish(capacity=2), "officer")


@pytest.fixture
def officer(log_in):
    return log_in("officer")


def text(response):
    assert response.status_code == 200, response
    return " ".join(html.unescape(response.content.decode()).split())


def page(client, event):
    return text(client.get(f"/cms/event-desk/inspect/{event.pk}/"))


def said(response):
    return [html.unescape(str(message)).strip() for message in response.context["messages"]]


class TestFigures:
    def test_each_is_counted_once(self, event, sign_up, now):
        amara, bronwen, *_ = (sign_up(event, name, source="poster") for name in ("amara", "bronwen", "chioma"))
        sign_up(event, "dilys", at=now + timedelta(days=2))
        hold_for_host(event_id=event.pk, name="Ana", email="ana@example.org", now=now)
        Registration.objects.filter(pk=amara.pk).update(joined_at=now, attended_at=now)
        Registration.objects.filter(pk=bronwen.pk).update(undelivered_at=now)
        settle(amara.messages.get(kind="confirmation"), MessageState.ACCEPTED, delivery=Delivery.DELIVERED)
        settle(bronwen.messages.get(kind="confirmation"), MessageState.ACCEPTED, delivery=Delivery.BOUNCED)
        figures = figures_of(event)

        assert (figures.confirmed, figures.waiting, figures.cancelled, figures.came) == (2, 2, 0, 1)
        assert figures.undelivered == 1
        assert [number for _, number in figures.by_day] == [3, 1]
        assert figures.by_source == (("poster", 3), ("no link named", 1))
        assert (figures.funnel.sent, figures.funnel.delivered, figures.funnel.bounced) == (2, 1, 1)
        online, hosts = figures.pools
        assert (online.holding, online.capacity, online.waiting, online.came) == (2, 2, 2, 1)
        assert (hosts.holding, hosts.is_hosts) == (1, True)

    def test_an_event_of_nobody(self, event, officer):
        assert figures_of(event).confirmed == 0
        assert "Nothing to show yet" in page(officer, event)

    def test_the_plan_names_how_many_and_when(self, event, sign_up):
        for name in ("amara", "bronwen"):
            sign_up(event, name)
        reminders = [(f"{row.moment:%d %b}", row.people) for row in plan_of(event) if row.label == "Reminder"]

        assert reminders == [("01 Mar", 2), ("07 Mar", 2), ("08 Mar", 2)]

    def test_the_show_rate_is_told_once_it_has_begun(self, event, sign_up, log_in, officer):
        sign_up(event, "amara")
        assert "Who came" not in page(officer, event)
        Registration.objects.update(attended_at=event.first_starts_at)
        with time_machine.travel(event.last_ends_at, tick=False):
            assert "1 of 1 (100%)" in page(log_in("officer"), event)


def test_names_are_for_who_may_see_people(event, log_in, officer, now):
    hold_for_host(event_id=event.pk, name="Ana Speaker", email="ana@example.org", now=now)

    assert "Ana Speaker" in page(officer, event)
    lead = page(log_in("lead"), event)
    assert "Ana Speaker" not in lead and "ana@example.org" not in lead
    assert "/cms/registrations/" not in lead


def test_the_look_is_in_the_audit_log(event, officer):
    page(officer, event)

    assert ModelLogEntry.objects.get(action="events.event_seen").object_id == str(event.pk)


class TestOldTimes:
    def test_those_only_and_once(self, publish, event, sign_up, officer, log_in, now):
        for name in ("amara", "bronwen"):
            sign_up(event, name)
        Invite.objects.update(delivered_sequence=0)
        publish(starts=datetime(2027, 3, 10, 18), capacity=2)
        announce_event(event_id=event.pk, now=now)
        Message.objects.filter(kind="update").update(
            state=MessageState.ACCEPTED, handed_off_at=now, settled_at=now, created_at=now
        )
        Invite.objects.filter(registration__name="Amara").update(seen_sequence=1)
        with time_machine.travel(now + timedelta(hours=2), tick=False):
            assert "1 of 2 still hold the old time." in page(officer, event)
            first = officer.post(f"/cms/event-desk/old-times/{event.pk}/", follow=True)
            second = officer.post(f"/cms/event-desk/old-times/{event.pk}/", follow=True)

        assert said(first) == ["1 person gets the time again."]
        assert said(second)[0].startswith("Nothing to send")
        assert Message.objects.get(kind="update", state="queued").registration.name == "Bronwen"
        assert ModelLogEntry.objects.get(action="events.old_holders_told").data == {"rows": 1}


class TestHosts:
    def test_added_and_taken_off(self, event, officer):
        url = f"/cms/event-desk/host/{event.pk}/"
        assert officer.post(url, {"name": "", "email": "x"}).status_code == 422
        officer.post(url, {"name": "Ana", "email": "ana@example.org"})
        again = officer.post(url, {"name": "Ana", "email": "ana@example.org"}, follow=True)

        host = Registration.objects.get()
        assert (host.pool.kind, host.messages.filter(kind="speaker_hold").count()) == ("hosts", 1)
        assert "Not added" in said(again)[-1]
        assert "Ana" in page(officer, event)
        officer.post(f"/cms/registrations/remove/{host.pk}/")
        assert "ana@example.org" not in page(officer, event)


class TestOfficers:
    def test_chosen_by_who_may_and_seen_at_once(self, event, log_in):
        lead, other = log_in("lead"), log_in("officer", "other")
        assert other.get(f"/cms/event-desk/inspect/{event.pk}/").status_code == 404
        choices = lead.get(f"/cms/event-desk/officers/{event.pk}/").context["form"].fields["officers"].queryset
        assert {user.username for user in choices} >= {"officer", "other"}
        assert "lead" not in {user.username for user in choices}, "whoever may not see people cannot run an event"
        lead.post(f"/cms/event-desk/officers/{event.pk}/", {"officers": [make_user("officer", "other").pk]})

        assert other.get(f"/cms/event-desk/inspect/{event.pk}/").status_code == 200
        assert log_in("officer").get(f"/cms/event-desk/inspect/{event.pk}/").status_code == 404
        entry = ModelLogEntry.objects.get(action="events.officers_chosen")
        assert (len(entry.data["added"]), len(entry.data["removed"])) == (1, 1)

    def test_nobody_is_chosen_who_may_not_see_people(self, event, log_in):
        comms = make_user("comms", "comms")
        lead = log_in("lead")

        assert lead.post(f"/cms/event-desk/officers/{event.pk}/", {"officers": [comms.pk]}).status_code == 422


@pytest.mark.django_db(transaction=True)
class TestCallingOff:
    @pytest.fixture
    def page(self, staffed, editor):
        return editor.publishes(title="Women on the front line")

    @pytest.fixture
    def officer(self, page, log_in):
        Event.objects.get().officers.add(make_user("officer", "officer"))
        return log_in("officer")

    def url(self, how):
        return f"/cms/event-desk/{how}/{Event.objects.get().pk}/"

    @pytest.fixture
    def amara(self, page, visitor):
        visitor("amara")
        return Registration.objects.get()

    @pytest.mark.parametrize(("how", "label"), [("cancel", "event_cancelled"), ("postpone", "postponed")])
    def test_what_follows_is_shown_first_and_then_happens(self, officer, amara, clock, how, label):
        asked = text(officer.get(self.url(how)))
        assert "1 person gets" in asked and "reminder" in asked
        assert Event.objects.get().status == "published", "looking calls nothing off"
        done = officer.post(self.url(how), {"message": "The speaker is ill."}, follow=True)

        event = Event.objects.get()
        assert event.status == {"cancel": "cancelled", "postpone": "postponed"}[how]
        assert event.cancellation_note == "The speaker is ill."
        assert "Mails leave after five quiet minutes." in said(done)[0]
        clock.reaches(event.announce_at)
        assert amara.messages.filter(kind=label).count() == 1
        assert ModelLogEntry.objects.get(action="events.called_off").data == {"postponed": how == "postpone"}

    def test_twice_is_once(self, officer, amara):
        officer.post(self.url("cancel"), {"message": ""})
        again = officer.post(self.url("cancel"), {"message": "Once more."}, follow=True)

        assert "Nothing to do" in said(again)[-1]
        assert Event.objects.get().cancellation_note == ""

    def test_the_draft_that_somebody_works_on_is_neither_published_nor_lost(self, officer, page, amara):
        draft = EventPage.objects.get()
        draft.title = "A better title, not ready"
        draft.save_revision()
        officer.post(self.url("cancel"), {"message": "Ill."})

        live = EventPage.objects.get()
        assert (live.title, live.is_cancelled, live.has_unpublished_changes) == ("Women on the front line", True, True)
        kept = live.get_latest_revision_as_object()
        assert (kept.title, kept.is_cancelled) == ("A better title, not ready", True)
        assert Event.objects.get().title == "Women on the front line"

    def test_a_locked_page(self, officer, page, editor):
        EventPage.objects.update(locked=True, locked_by=editor.user, locked_at=Event.objects.get().created_at)
        answer = officer.post(self.url("cancel"), {"message": ""}, follow=True)

        assert "locked" in said(answer)[0]
        assert Event.objects.get().status == "published"

    def test_who_may_not_publish_the_page(self, officer, page):
        make_user("officer", "officer").groups.first().page_permissions.all().delete()

        assert officer.post(self.url("cancel"), {"message": ""}).url == "/cms/"
        assert Event.objects.get().status == "published"
