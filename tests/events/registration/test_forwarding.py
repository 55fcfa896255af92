"""What a person must read is passed on and forgotten; what a mail server reports is a receipt."""

from datetime import timedelta

import pytest

from events.invites.models import InboundMail
from events.invites.rules import InboundOutcome
from events.outbox.messages import Obsolete, kind_of
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import Delivery
from events.registration.services import hold_for_host
from events.registration.services.forwarding import WORDS_KEPT, forget_forwarded
from events.registration.services.replying import receive_mail
from events.registration.services.retention import purge_personal_data
from events.schedule.models import Event
from events.schedule.rules import OnDecline
from portal.branding import site_branding
from tests.events.registration.answers import everything, invite_of, mails, on_decline
from tests.inbound_mail import plain, report, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("replies_are_on")]


# --- What a person must read -------------------------------------------------------------------------------------


def draft_of(message):
    kind = kind_of("forwarded")
    return kind.compose(message, kind.prepare([message]))


def test_words_in_answer_to_a_mail_of_ours_go_to_the_contact_of_its_event(publish, sign_up, later):
    sign_up(publish(), "amara")
    key = Message.objects.get(kind="confirmation").key
    raw = words("I <b>use</b> a wheelchair.", headers=[f"In-Reply-To: <{key}@portal.example.org>"])

    assert receive_mail(raw=raw, now=later) is InboundOutcome.FORWARDED

    (message,) = mails("forwarded")
    assert (message.to_email, message.registration) == ("outreach@example.org", None)
    draft = draft_of(message)
    assert draft.reply_to == "amara@example.org"
    assert draft.subject == "Fwd: Declined"
    assert "> I <b>use</b> a wheelchair." in draft.text
    assert "&lt;b&gt;use&lt;/b&gt;" in draft.html


def test_a_wish_for_another_time_goes_to_the_contact_and_is_not_applied(amara, later):
    invite = invite_of(amara)
    raw = plain(invite, more=("COMMENT:Could it be Tuesday?", "DTSTART:20270309T180000Z"))
    raw = raw.replace(b"METHOD:REPLY", b"METHOD:COUNTER")
    before = everything()[:3]

    assert receive_mail(raw=raw, now=later) is InboundOutcome.FORWARDED

    assert everything()[:3] == before
    (message,) = mails("forwarded")
    assert message.to_email == "outreach@example.org"
    draft = draft_of(message)
    assert "Could it be Tuesday?" in draft.text
    assert "Women on the front line" in draft.text


def test_words_about_nothing_we_know_go_to_the_contact_of_the_site(later, db, settings):
    settings.DEFAULT_FROM_EMAIL = "events@example.net"
    raw = words(headers=["References: <0b5f3a52-8c1f-4f06-9a51-0a1b2c3d4e5f@portal.example.org> <x@y>"])

    assert receive_mail(raw=raw, now=later) is InboundOutcome.FORWARDED
    assert mails("forwarded")[0].to_email == site_branding().contact_email


def test_a_remark_beside_an_answer_is_passed_on(amara, later):
    raw = plain(invite_of(amara), "TENTATIVE", more=("COMMENT:Is there a quiet room?",))

    assert receive_mail(raw=raw, now=later) is InboundOutcome.ANSWERED

    assert "> Is there a quiet room?" in draft_of(mails("forwarded")[0]).text


@pytest.mark.parametrize("answer", ["DECLINED", "ACCEPTED"])
def test_a_speakers_decline_is_not_asked_about_but_told_to_the_contact(publish, later, now, answer):
    event = publish()
    on_decline(event, OnDecline.RELEASE)
    host = hold_for_host(event_id=event.pk, name="Emma", email="emma@example.org", now=now)
    raw = plain(invite_of(host), answer, who="emma@example.org")
    raw = raw.replace(
        b"Subject: Declined", b"Auto-Submitted: auto-generated\r\nSubject: Declined: Women on the front line"
    )

    assert receive_mail(raw=raw, now=later) is InboundOutcome.ANSWERED

    assert invite_of(host).answer == answer
    host.refresh_from_db()
    assert host.state == "confirmed"
    assert mails("declined") == mails("released") == []
    told = [draft_of(message).subject for message in mails("forwarded")]
    assert told == (["Fwd: Declined: Women on the front line"] if answer == "DECLINED" else [])


@pytest.mark.parametrize(
    "headers",
    [["Auto-Submitted: auto-replied"], ["Precedence: bulk"], ["Return-Path: <>"], ["X-Auto-Response-Suppress: All"]],
)
def test_a_machines_answer_is_never_passed_on_nor_answered(amara, later, headers):
    before = everything()

    assert receive_mail(raw=words(headers=headers), now=later) is InboundOutcome.IGNORED

    assert everything() == before


def test_a_mail_of_our_own_and_one_for_the_mailbox_itself_go_nowhere(amara, later, settings):
    before = everything()
    ours = words(sender=settings.DEFAULT_FROM_EMAIL.upper())
    assert receive_mail(raw=ours, now=later) is InboundOutcome.IGNORED

    settings.DEFAULT_FROM_EMAIL = "outreach@example.org"
    raw = plain(invite_of(amara)).replace(b"METHOD:REPLY", b"METHOD:COUNTER")
    assert receive_mail(raw=raw, now=later) is InboundOutcome.IGNORED
    assert everything() == before


def test_three_mails_an_hour_of_one_sender_are_passed_on(amara, later):
    outcomes = [receive_mail(raw=words(number=n), now=later).value for n in range(5)]
    assert outcomes == ["forwarded"] * 3 + ["ignored"] * 2
    assert receive_mail(raw=words(number=6, sender="bronwen@example.org"), now=later) is InboundOutcome.FORWARDED
    assert receive_mail(raw=words(number=7), now=later + timedelta(hours=2)) is InboundOutcome.FORWARDED
    refused = InboundMail.objects.filter(outcome=InboundOutcome.IGNORED)
    assert {(row.sender, row.text) for row in refused} == {("", "")}


def test_words_are_forgotten_once_they_are_handed_on(amara, later):
    receive_mail(raw=words("A secret."), now=later)
    assert forget_forwarded(now=later) == 0
    assert InboundMail.objects.get().text == "A secret."

    mails("forwarded")[0].__class__.objects.filter(kind="forwarded").update(state="accepted", handed_off_at=later)
    assert forget_forwarded(now=later) == 1

    row = InboundMail.objects.get()
    assert row.sender == row.subject == row.text == ""
    with pytest.raises(Obsolete):
        draft_of(mails("forwarded")[0])


def test_words_that_nobody_took_are_forgotten_after_thirty_days(amara, later):
    receive_mail(raw=words("A secret."), now=later)

    purge_personal_data(now=later + WORDS_KEPT - timedelta(seconds=1), dry_run=False)
    assert InboundMail.objects.get().text == "A secret."
    purge_personal_data(now=later + WORDS_KEPT, dry_run=False)
    assert InboundMail.objects.get().text == ""


def test_erasing_a_person_erases_what_she_wrote(amara, later, settings):
    receive_mail(raw=plain(invite_of(amara), "TENTATIVE", more=("COMMENT:A secret.",)), now=later)
    settings.RETENTION = timedelta(days=1)
    Event.objects.update(last_ends_at=later - timedelta(days=2))

    purge_personal_data(now=later, dry_run=False)

    assert InboundMail.objects.get().text == ""


def test_the_log_itself_ends_with_the_retention(amara, later, settings):
    receive_mail(raw=words(), now=later)

    purge_personal_data(now=later + settings.RETENTION, dry_run=False)

    assert not InboundMail.objects.exists()


# --- What mail servers report ------------------------------------------------------------------------------------


@pytest.fixture
def sent(amara, now):
    message = Message.objects.get(kind="confirmation", registration=amara)
    Message.objects.filter(pk=message.pk).update(state="accepted", handed_off_at=now)
    return message


@pytest.mark.parametrize(
    ("action", "status", "delivery", "permanent", "suppressed"),
    [
        ("failed", "5.1.1", Delivery.BOUNCED, True, True),
        ("failed", "5.1.10", Delivery.BOUNCED, True, True),
        ("failed", "5.1.8", Delivery.BOUNCED, True, False),
        ("failed", "5.2.2", Delivery.BOUNCED, True, False),
        ("failed", "4.4.7", Delivery.BOUNCED, False, False),
        ("delayed", "4.4.1", Delivery.DEFERRED, False, False),
        ("delivered", "2.1.5", Delivery.DELIVERED, False, False),
        ("relayed", "2.1.5", Delivery.DELIVERED, False, False),
    ],
)
def test_a_mail_servers_report_is_a_receipt(sent, later, action, status, delivery, permanent, suppressed):
    raw = report(sent, action=action, status=status)

    assert receive_mail(raw=raw, now=later) is InboundOutcome.BOUNCE
    assert receive_mail(raw=raw, now=later) is InboundOutcome.BOUNCE

    receipt = DeliveryReceipt.objects.get()
    assert (receipt.message, receipt.delivery, receipt.is_permanent) == (sent, delivery, permanent)
    assert "amara@" not in receipt.reason
    assert Suppression.objects.filter(email_key="amara@example.org").exists() is suppressed
    assert mails("forwarded") == []


def test_a_report_that_names_no_mail_of_ours_or_another_recipient_suppresses_nobody(sent, later, now):
    reminder = Message.objects.filter(kind="reminder").first()
    stranger = Message(to_email="amara@example.org")

    for number, raw in enumerate(
        [
            report(sent, recipient="bronwen@example.org"),
            report(stranger, number=2),
            report(reminder, number=3),  # not sent yet
            report(sent, action="expanded", number=4),
            report(sent, number=5).replace(b"@portal.example.org", b"@elsewhere.example.org"),
        ]
    ):
        assert receive_mail(raw=raw, now=later) is InboundOutcome.IGNORED, number

    assert not DeliveryReceipt.objects.exists()
    assert not Suppression.objects.exists()
