"""One person's page: where they stand, every message with its reason, and what staff can do for them."""

import html
from datetime import timedelta

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from events.invites.models import Invite
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import Delivery, MessageState
from events.registration.models import Registration
from tests.events.console.conftest import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(publish, sign_up, run_by):
    return sign_up(run_by(publish(capacity=1), "officer"), "amara", access_needs="A seat near the door")


@pytest.fixture
def officer(log_in):
    return log_in("officer")


def page(client, person):
    response = client.get(f"/cms/registrations/inspect/{person.pk}/")
    assert response.status_code == 200
    return " ".join(html.unescape(response.content.decode()).split())


def url(name, person):
    return f"/cms/registrations/{name}/{person.pk}/"


def entries(action):
    return ModelLogEntry.objects.filter(action=f"events.{action}")


def test_who_they_are_and_where_they_stand(officer, amara, now):
    Registration.objects.filter(pk=amara.pk).update(source="poster", joined_at=now, undelivered_at=now)
    text = page(officer, amara)

    for words in ("Amara", "amara@example.org", "A seat near the door", "Has a place", "poster", "bounces since"):
        assert words in text, words
    assert "Opened the join page while it was on" in text


def test_the_timeline_says_why_past_and_to_come(officer, amara, now):
    confirmation = settle(amara.messages.get(kind="confirmation"), MessageState.ACCEPTED, delivery=Delivery.DELIVERED)
    DeliveryReceipt.objects.create(
        message=confirmation,
        digest="d",
        provider="Postmark",
        delivery=4,
        happened_at=now,
        received_at=now,
        reason="250",
    )
    text = page(officer, amara)

    assert "They registered and have a place." in text
    assert "Sent, delivered" in text and ": delivered" in text
    assert "The event reminds everybody who has a place, one day before a session." in text
    assert text.index("Sent, delivered") < text.index("to come </td>")


def test_the_calendar_says_how_far_each_issue_got(officer, amara):
    Invite.objects.update(sequence=2, accepted_sequence=2, delivered_sequence=1, seen_sequence=0, answer="TENTATIVE")
    text = page(officer, amara)

    assert "<td>2</td> <td>2</td> <td>1</td>" in text
    assert "maybe" in text


def test_looking_is_in_the_audit_log(officer, amara):
    page(officer, amara)

    entry = entries("registration_seen").get()
    assert (entry.user.username, entry.object_id) == ("officer", str(amara.pk))
    assert "amara" not in f"{entry.data}{entry.label}".lower()


def test_removing_somebody_tells_them_and_frees_the_place(officer, amara, sign_up):
    sign_up(amara.event, "bronwen")
    assert officer.get(url("remove", amara)).status_code == 200
    assert Registration.objects.get(pk=amara.pk).state == "confirmed", "looking removes nobody"
    officer.post(url("remove", amara))
    officer.post(url("remove", amara))  # twice is the same as once

    assert list(Registration.objects.order_by("id").values_list("state", flat=True)) == ["cancelled", "confirmed"]
    assert Message.objects.filter(kind="removal").count() == 1
    assert entries("registration_removed").count() == 1


def test_a_bouncing_address_is_repaired(officer, amara, now):
    Registration.objects.filter(pk=amara.pk).update(undelivered_at=now)
    assert officer.post(url("address", amara), {"email": "amara at example"}).status_code == 422
    officer.post(url("address", amara), {"email": "amara@new.example"})

    amara.refresh_from_db()
    assert (amara.email, amara.undelivered_at) == ("amara@new.example", None)
    assert Message.objects.filter(kind="confirmation", to_email="amara@new.example").exists()
    assert "amara" not in str(entries("registration_readdressed").get().data)


def test_the_same_address_again_is_no_repair(officer, amara):
    answer = officer.post(url("address", amara), {"email": "AMARA@example.org"}, follow=True)

    assert "That is the address we have." in answer.content.decode()
    assert not entries("registration_readdressed").exists()


def test_attendance_is_marked_once_it_has_begun(officer, log_in, amara):
    officer.post(url("attended", amara), {"attended": "yes"})
    amara.refresh_from_db()
    assert amara.attended_at is None, "nobody has come before it began"

    with time_machine.travel(amara.event.first_starts_at + timedelta(minutes=10), tick=False):
        officer = log_in("officer")
        officer.post(url("attended", amara), {"attended": "yes"})
        amara.refresh_from_db()
        assert amara.attended_at is not None
        officer.post(url("attended", amara), {"attended": "no"})
    amara.refresh_from_db()
    assert amara.attended_at is None
    assert [entry.data["attended"] for entry in entries("registration_attended").order_by("pk")] == [True, False]


def test_the_confirmation_again_and_a_second_click(officer, amara):
    before = amara.messages.filter(kind="confirmation").count()
    officer.post(url("again", amara))
    second = officer.post(url("again", amara), follow=True)

    assert amara.messages.filter(kind="confirmation").count() == before + 1
    assert "it went out just now" in second.content.decode()
    assert entries("registration_sent_again").count() == 1


def test_a_suppression_is_shown_and_lifted(officer, amara, now):
    row = {"email_key": amara.email_key, "reason": "Mail to it bounces for good.", "created_at": now}
    Suppression.objects.create(scope="all", **row)
    Suppression.objects.create(scope="all", **(row | {"email_key": "else@example.org"}))
    assert "This address does not get every mail. Mail to it bounces for good." in page(officer, amara)
    officer.post(url("lift", amara), {"scope": "all"})
    officer.post(url("lift", amara), {"scope": "all"})
    officer.post(url("lift", amara), {"scope": "nonsense"})

    assert [s.email_key for s in Suppression.objects.all()] == ["else@example.org"]
    assert entries("suppression_lifted").count() == 1


def test_a_message_is_sent_again_from_the_timeline(officer, amara):
    message = settle(amara.messages.get(kind="confirmation"), MessageState.FAILED)
    assert f"/cms/messages/again/{message.pk}/" in page(officer, amara)
    back = {"next": url("inspect", amara)}
    first = officer.post(f"/cms/messages/again/{message.pk}/", back)
    officer.post(f"/cms/messages/again/{message.pk}/", back)

    assert first.url == url("inspect", amara)
    assert Message.objects.filter(dedupe_key__contains=":resent-").count() == 1
    assert entries("message_resent").count() == 1


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_away(officer, amara, next_url):
    message = settle(amara.messages.get(kind="confirmation"), MessageState.FAILED)
    answer = officer.post(f"/cms/messages/again/{message.pk}/", {"next": next_url})

    assert answer.url == f"/cms/messages/inspect/{message.pk}/"


def test_one_message_shows_its_receipts_and_why_it_cannot_be_sent_again(officer, amara):
    message = settle(amara.messages.filter(kind="reminder").first(), MessageState.ACCEPTED)
    text = " ".join(officer.get(f"/cms/messages/inspect/{message.pk}/").content.decode().split())

    assert "It was sent, or left out on purpose." in text
    assert "Send again</button>" not in text


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_takes_the_same_statements_for_one_message_and_many(
    officer, amara, now, django_assert_num_queries, number
):
    first = amara.messages.get(kind="confirmation")
    for copy in range(number):
        message = Message.objects.create(
            kind="confirmation",
            dedupe_key=f"confirmation:{amara.pk}:again-{copy}",
            to_email=amara.email,
            registration=amara,
            revisions=first.revisions,
            due_at=now,
            first_due_at=now,
            created_at=now,
        )
        DeliveryReceipt.objects.create(
            message=message, digest=str(copy), provider="x", delivery=4, happened_at=now, received_at=now
        )
    page(officer, amara)
    with django_assert_num_queries(25):
        page(officer, amara)


def test_names_of_strangers_are_text(officer, amara):
    Registration.objects.filter(pk=amara.pk).update(name="<script>alert(1)</script>", access_needs="<img src=x>")
    raw = officer.get(url("inspect", amara)).content.decode()

    assert "<script>alert(1)" not in raw
    assert "<img src=x>" not in raw
