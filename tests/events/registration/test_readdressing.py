"""Another address for the same place (calendar policy, row 12), and the repair of one that bounces."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from events.invites.models import Invite
from events.outbox.delivery.claims import claim, settle_unknown
from events.outbox.delivery.following import follow_up
from events.outbox.messages import Obsolete
from events.outbox.models import Message
from events.outbox.rules import Delivery, MessageState, Report, Scope
from events.outbox.services import record_receipt, suppress
from events.registration.messages import compose, prepare
from events.registration.models import Registration
from events.registration.queries import registration_of_token
from events.registration.services import change_address, correct_address
from events.registration.services.readdressing import repair_code
from events.registration.tokens import Purpose, token_of
from portal.addresses import likely_address

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(publish):
    return publish()


@pytest.fixture
def amara(event, sign_up):
    return sign_up(event, "amara")


def mails(kind):
    return list(Message.objects.filter(kind=kind).order_by("id").values_list("to_email", "state"))


def bounce(registration, now):
    """Let the registration's mail come back for good, and the worker hear of it."""
    Registration.objects.filter(pk=registration.pk).update(undelivered_at=now)
    suppress(email_key=registration.email_key, scope=Scope.ALL, reason="Mail to it bounces for good.", now=now)


class TestChange:
    def test_the_old_calendar_loses_its_entry_and_the_new_one_gets_its_own(self, amara, now):
        old = Invite.objects.get()

        assert change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)

        old.refresh_from_db()
        new = Invite.objects.get(method="REQUEST")
        assert (old.method, old.sequence, old.attendee_email) == ("CANCEL", 1, "amara@example.org")
        assert (new.sequence, new.attendee_email) == (0, "amara@new.example.org")
        assert new.uid != old.uid
        assert mails("address_changed") == [("amara@example.org", MessageState.QUEUED)]
        assert mails("confirmation") == [
            ("amara@example.org", MessageState.SKIPPED),  # it had not left yet, and was made for the old address
            ("amara@new.example.org", MessageState.QUEUED),
        ]

    def test_reminders_go_to_the_new_address(self, amara, now):
        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)

        assert set(mails("reminder")) == {("amara@new.example.org", MessageState.QUEUED)}

    def test_links_that_went_to_the_old_address_are_worth_nothing(self, amara, now):
        token = token_of(amara, Purpose.MANAGE)

        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)

        assert registration_of_token(token, purpose=Purpose.MANAGE, now=now) is None

    def test_twice_is_the_same_as_once(self, amara, now):
        assert change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)
        before = Message.objects.count()

        assert not change_address(registration_id=amara.pk, email="Amara@new.example.org", now=now)

        assert Message.objects.count() == before

    def test_what_a_worker_has_composed_for_the_old_address_does_not_leave(self, amara, now):
        later = now + timedelta(days=40)
        taken = claim(worker=uuid.uuid4(), now=later, limit=50)
        reminders = [message for message in taken if message.kind == "reminder"]
        assert reminders, "a worker holds reminders"

        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)

        for message in reminders:
            row = Message.objects.get(pk=message.pk)
            assert (row.state, row.to_email) == (MessageState.QUEUED, "amara@new.example.org")
            assert row.fence > message.fence, "the worker's claim no longer matches"

    def test_an_invite_that_a_worker_has_claimed_is_dropped_not_redirected(self, amara, now):
        """It was made for the old address: the new one gets an invite of its own, and no other."""
        claim(worker=uuid.uuid4(), now=now, limit=1)
        assert Message.objects.get(kind="confirmation").state == MessageState.CLAIMED

        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)

        assert mails("confirmation") == [
            ("amara@example.org", MessageState.SKIPPED),
            ("amara@new.example.org", MessageState.QUEUED),
        ]

    def test_what_comes_back_from_the_wire_is_not_composed_with_the_new_links(self, amara, now):
        """Handed off when the address changed, then of unknown fate: its copy would give the old mailbox the links."""
        [claimed] = claim(worker=uuid.uuid4(), now=now, limit=1)
        Message.objects.filter(pk=claimed.pk).update(state=MessageState.HANDED_OFF, handed_off_at=now)
        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)
        settle_unknown(claimed, reason="The line broke.", now=now)
        again = Message.objects.get(pk=claimed.pk)
        assert (again.state, again.to_email) == (MessageState.QUEUED, "amara@example.org")

        with pytest.raises(Obsolete):
            compose(again, prepare([again]))

    def test_an_address_that_is_registered_already_is_told_and_nothing_moves(self, event, amara, sign_up, now):
        sign_up(event, "bronwen")

        assert not change_address(registration_id=amara.pk, email="bronwen@example.org", now=now)

        amara.refresh_from_db()
        assert amara.email == "amara@example.org"
        assert mails("already_registered") == [("bronwen@example.org", MessageState.QUEUED)]

    def test_who_waits_keeps_waiting(self, publish, sign_up, now):
        event = publish(capacity=1)
        sign_up(event, "amara")
        bronwen = sign_up(event, "bronwen")

        assert change_address(registration_id=bronwen.pk, email="bronwen@new.example.org", now=now)

        assert mails("waiting")[-1] == ("bronwen@new.example.org", MessageState.QUEUED)
        assert not Invite.objects.filter(registration=bronwen).exists()

    def test_nothing_moves_when_the_event_is_over(self, event, amara):
        assert not change_address(
            registration_id=amara.pk, email="amara@new.example.org", now=event.last_ends_at + timedelta(seconds=1)
        )


class TestRepair:
    def test_the_code_corrects_an_address_that_bounces(self, amara, now):
        bounce(amara, now)

        correct_address(code=repair_code(amara.submission).lower(), email="amara@right.example.org", now=now)

        amara.refresh_from_db()
        assert (amara.email, amara.undelivered_at) == ("amara@right.example.org", None)
        assert mails("address_changed") == [], "nobody is written to where mail bounces"
        assert mails("confirmation")[-1] == ("amara@right.example.org", MessageState.QUEUED)
        assert Invite.objects.get(method="CANCEL").attendee_email == "amara@example.org"

    def test_the_code_is_worth_nothing_while_mail_arrives(self, amara, now):
        correct_address(code=repair_code(amara.submission), email="mallory@example.org", now=now)

        amara.refresh_from_db()
        assert amara.email == "amara@example.org"

    def test_a_wrong_code_changes_nothing(self, amara, now):
        bounce(amara, now)

        correct_address(code="0000-0000", email="mallory@example.org", now=now)

        amara.refresh_from_db()
        assert amara.email == "amara@example.org"

    def test_who_types_a_known_address_gets_no_code_of_it(self, event, sign_up, amara, now):
        """Another form for the same address is told by mail; its own code opens nothing."""
        second = sign_up(event, "amara")
        assert second.pk == amara.pk
        bounce(amara, now)
        other = Registration(submission="33333333-3333-4333-8333-333333333333")

        correct_address(
            code=repair_code(Registration._meta.get_field("submission").to_python(other.submission)),
            email="mallory@example.org",
            now=now,
        )

        amara.refresh_from_db()
        assert amara.email == "amara@example.org"


def test_a_bounce_marks_the_registration_and_a_delivery_clears_it(amara, now):
    message = Message.objects.get(kind="confirmation")

    def report(delivery, hours, **fields):
        values = {"is_permanent": False, "scope": None} | fields
        return Report(
            provider="Postmark",
            event_id=f"{delivery}-{hours}",
            message_key=message.key,
            provider_id="",
            delivery=delivery,
            reason="",
            happened_at=now + timedelta(hours=hours),
            **values,
        )

    record_receipt(report=report(Delivery.BOUNCED, 0), now=now)
    follow_up(now=now)
    amara.refresh_from_db()
    assert amara.undelivered_at is None, "a full mailbox is not a wrong address"

    record_receipt(report=report(Delivery.BOUNCED, 1, is_permanent=True, scope=Scope.ALL), now=now)
    Message.objects.update(followed=Delivery.NONE)
    follow_up(now=now)
    amara.refresh_from_db()
    assert amara.undelivered_at == now


class TestPages:
    @pytest.fixture
    def form_sent(self, event):
        def send(client, **changes):
            page = client.get(reverse("registration:register", args=[event.slug]))
            data = {
                "name": "Amara",
                "email": "amara@example.org",
                "consent": "on",
                "submission": page.context["form"]["submission"].value(),
                "source": "",
            }
            return client.post(reverse("registration:register", args=[event.slug]), data | changes)

        return send

    def test_a_slip_is_pointed_out_once_and_never_corrected(self, form_sent, db):
        client = Client()

        asked = form_sent(client, email="amara@gmial.com")

        assert asked.status_code == 422
        assert "Did you mean amara@gmail.com?" in asked.content.decode()
        assert not Registration.objects.exists()
        meant = asked.context["form"]["email_meant"].value()
        assert form_sent(client, email="amara@gmial.com", email_meant=meant).status_code == 303
        assert Registration.objects.get().email == "amara@gmial.com"

    def test_another_slip_is_asked_about_again(self, form_sent):
        asked = form_sent(Client(), email="amara@gmal.com", email_meant="amara@gmial.com")

        assert asked.status_code == 422

    def test_after_a_bounce_the_page_that_confirmed_lets_it_be_corrected(self, form_sent, event, now):
        client = Client()
        done = form_sent(client).url
        page = client.get(done)
        code = repair_code(Registration.objects.get().submission)
        assert code in page.content.decode()
        assert "came back" not in page.content.decode()

        bounce(Registration.objects.get(), now)
        page = client.get(done)
        assert "Our mail to this address came back" in page.content.decode()

        answer = client.post(reverse("registration:correct"), {"code": code, "email": "amara@right.example.org"})
        assert answer.status_code == 303
        assert Registration.objects.get().email == "amara@right.example.org"
        assert "came back" not in client.get(done).content.decode()

    def test_the_answer_is_the_same_for_a_right_and_a_wrong_code(self, amara, now, client):
        bounce(amara, now)
        answers = [
            client.post(reverse("registration:correct"), {"code": code, "email": "a@example.org"})
            for code in ("ZZZZ-ZZZZ", repair_code(amara.submission))
        ]

        assert {(answer.status_code, answer.url) for answer in answers} == {(303, reverse("registration:corrected"))}

    def test_codes_cannot_be_tried_for_ever(self, client):
        for _ in range(10):
            client.post(reverse("registration:correct"), {"code": "ZZZZ-ZZZZ", "email": "a@example.org"})

        assert client.post(reverse("registration:correct"), {"code": "Z", "email": "a@b.org"}).status_code == 429

    def test_a_get_changes_nothing(self, amara, client):
        address = reverse("registration:address", args=[token_of(amara, Purpose.MANAGE)])

        assert client.get(address + "?email=mallory@example.org").status_code == 200

        amara.refresh_from_db()
        assert amara.email == "amara@example.org"

    def test_from_the_manage_page(self, amara, client):
        token = token_of(amara, Purpose.MANAGE)
        address = reverse("registration:address", args=[token])
        assert address in client.get(reverse("registration:manage", args=[token])).content.decode()

        assert client.post(address, {"email": "not an address"}).status_code == 422
        assert client.post(address, {"email": "amara@new.example.org"}).status_code == 303

        amara.refresh_from_db()
        assert amara.email == "amara@new.example.org"
        assert client.get(reverse("registration:manage", args=[token])).status_code == 404

    @pytest.mark.parametrize(
        ("given", "kept"), [("poster-lewisham", "poster-lewisham"), ("<b>x</b>", ""), ("A" * 60, "")]
    )
    def test_where_somebody_came_from_is_kept_if_a_link_of_ours_could_say_it(self, form_sent, given, kept):
        form_sent(Client(), source=given)

        assert Registration.objects.get().source == kept


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("amara@gmial.com", "amara@gmail.com"),
        ("amara@hotmail.co", "amara@hotmail.com"),
        ("amara@YAHOO.co.uk", ""),
        ("amara@mail.com", ""),
        ("amara@met.police.uk", ""),
        ("amara@example.org", ""),
        ("amara@me.com", ""),
    ],
)
def test_which_domains_look_like_a_slip(typed, meant):
    assert likely_address(typed) == meant


def test_the_transaction_holds_all_or_nothing(amara, now):
    """Control: what is rolled back has left no half of a change."""
    with pytest.raises(RuntimeError), transaction.atomic():
        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)
        raise RuntimeError

    amara.refresh_from_db()
    assert amara.email == "amara@example.org"
    assert mails("address_changed") == []
