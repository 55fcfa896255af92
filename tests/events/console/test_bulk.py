"""Many people at once: each action is one call, its result is in words, and the second time changes nothing."""

import html

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import cancel_registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(publish, run_by, sign_up):
    event = run_by(publish(capacity=9), "officer")
    return [sign_up(event, name) for name in ("amara", "bronwen", "chioma")]


@pytest.fixture
def officer(log_in):
    return log_in("officer")


def do(client, action, people, **fields):
    query = "&".join(f"id={getattr(person, 'pk', person)}" for person in people)
    return client.post(f"/cms/bulk/events/registration/{action}/?{query}&next=/cms/registrations/", fields, follow=True)


def said(response):
    assert response.redirect_chain[-1][0] == "/cms/registrations/"
    return [html.unescape(str(message)).strip() for message in response.context["messages"]]


def test_asking_names_the_people_and_does_nothing(officer, three):
    page = officer.get(f"/cms/bulk/events/registration/remove/?id={three[0].pk}&id={three[1].pk}").content.decode()

    assert "Amara" in page and "Bronwen" in page and "Chioma" not in page
    assert Registration.objects.filter(state="confirmed").count() == 3


def test_removing(officer, three, now):
    cancel_registration(registration_id=three[2].pk, by=CancelledBy.ATTENDEE, now=now)

    assert said(do(officer, "remove", three)) == ["2 removed, 1 had ended before."]
    assert said(do(officer, "remove", three)) == ["0 removed, 3 had ended before."]
    assert Message.objects.filter(kind="removal").count() == 2


def test_sending_again(officer, three):
    before = Message.objects.filter(kind="confirmation").count()

    assert said(do(officer, "send-again", three)) == ["3 on their way."]
    assert said(do(officer, "send-again", three))[0].startswith("0 on their way, 3 had just been sent")
    assert Message.objects.filter(kind="confirmation").count() == before + 3


def test_marking_attendance(log_in, three):
    with time_machine.travel(three[0].event.first_starts_at, tick=False):
        officer = log_in("officer")
        assert said(do(officer, "attended", three[:2])) == ["2 marked."]
        assert said(do(officer, "attended", three))[0].startswith("1 marked, 2 were marked before")
        assert said(do(officer, "not-attended", three[:1])) == ["1 changed."]
    assert Registration.objects.exclude(attended_at=None).count() == 2


def test_people_of_others_are_left_out_without_a_word(officer, three, publish, sign_up):
    other = publish(key="33333333-3333-4333-8333-333333333333", slug="other")
    zadie = sign_up(other, "zadie")

    assert said(do(officer, "remove", [three[0], zadie, 999_999])) == ["1 removed."]
    zadie.refresh_from_db()
    assert zadie.state == "confirmed"


@pytest.mark.parametrize("ids", [["all"], ["x"], [], ["999999"], ["99999999999999999999999"]])
def test_there_is_no_everybody(officer, three, ids):
    """Wagtail's own "all" would be every registration of every event."""
    assert do(officer, "remove", ids).status_code == 404
    assert Registration.objects.filter(state="confirmed").count() == 3


def test_it_is_in_the_audit_log(officer, three):
    do(officer, "send-again", three)

    entry = ModelLogEntry.objects.get(action="events.people_changed")
    assert entry.data == {
        "what": "send-again",
        "events": [three[0].event_id],
        "chosen": [person.pk for person in three],
        "rows": 3,
    }


def test_the_actions_are_offered_below_the_list(officer, three):
    page = officer.get("/cms/registrations/").content.decode()

    for words in (
        "Remove from the event",
        "Send the confirmation again",
        "Mark as attended",
        "data-bulk-action-checkbox",
    ):
        assert words in page, words
