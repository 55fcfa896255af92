"""The mailbox that calendar replies come to: a real maildir, and a real IMAP server on loopback."""

import base64
import ipaddress
import mailbox
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, inbound
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError

from events.invites.mailboxes import MailboxError, open_inbox
from events.invites.models import InboundMail, Invite
from events.invites.rules import InboundOutcome
from events.outbox.models import Message
from events.registration.services import reading, replying
from events.registration.services.reading import MOST_MAILS_A_ROUND, read_replies
from events.worker import Worker
from portal import env
from tests.imap_server import ImapServer
from tests.inbound_mail import plain, words
from tests.portal.test_env import start

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def replies_are_on(settings):
    settings.CALENDAR_REPLIES = True


@pytest.fixture
def later(now):
    return now + timedelta(hours=2)


@pytest.fixture
def invite(publish, sign_up):
    return Invite.objects.get(registration=sign_up(publish(), "amara"))


@pytest.fixture
def maildir(tmp_path):
    return mailbox.Maildir(tmp_path / "replies", create=True)


def url_of(maildir):
    return f"maildir://{maildir._path}"


@pytest.fixture
def imap():
    with ImapServer() as server:
        yield server


def imap_url(server, scheme="imap", folder="INBOX"):
    return f"{scheme}://{server.user}:{quote(server.password, safe='')}@127.0.0.1:{server.port}/{folder}"


def test_a_reply_in_a_maildir_is_recorded_and_moves_to_cur(invite, later, maildir):
    maildir.add(plain(invite))

    assert read_replies(url=url_of(maildir), now=later) == 1
    assert read_replies(url=url_of(maildir), now=later) == 0

    invite.refresh_from_db()
    assert invite.answer == "DECLINED"
    (message,) = maildir
    assert (message.get_subdir(), message.get_flags()) == ("cur", "S")


def test_a_reply_in_an_imap_folder_is_recorded_and_flagged(invite, later, imap):
    mail = imap.deliver(plain(invite))

    assert read_replies(url=imap_url(imap), now=later) == 1
    assert read_replies(url=imap_url(imap), now=later) == 0

    invite.refresh_from_db()
    assert invite.answer == "DECLINED"
    assert mail.flags == {r"\Seen"}
    assert imap.said[-1] == "LOGOUT"


def test_replies_are_taken_in_the_order_in_which_they_came(invite, later, imap, maildir):
    for answer in ("DECLINED", "ACCEPTED"):
        imap.deliver(plain(invite, answer, minutes=0 if answer == "DECLINED" else 1))
        maildir.add(plain(invite, answer, minutes=2 if answer == "DECLINED" else 3))

    read_replies(url=imap_url(imap), now=later)
    read_replies(url=url_of(maildir), now=later)

    assert set(InboundMail.objects.values_list("outcome", flat=True)) == {InboundOutcome.ANSWERED}


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """Return a certificate for 127.0.0.1 that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    start = datetime.now(UTC) - timedelta(hours=1)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start, start + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "server.pem"
    path.write_bytes(secret + signed.public_bytes(pem))
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(signed.public_bytes(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return path


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
def test_over_tls_the_servers_certificate_is_checked(invite, later, certificate, monkeypatch, scheme):
    with ImapServer(certificate=certificate, starts_with_tls=scheme == "imaps") as server:
        server.deliver(plain(invite))
        with monkeypatch.context() as distrust:
            distrust.delenv("SSL_CERT_FILE")
            with pytest.raises(MailboxError, match="SSLCertVerificationError"):
                read_replies(url=imap_url(server, scheme), now=later)
        assert "LOGIN" not in server.said, "the password is told to nobody unknown"

        assert read_replies(url=imap_url(server, scheme), now=later) == 1
        assert ("STARTTLS" in server.said) == (scheme == "imap+tls")


def test_a_wrong_password_a_wrong_folder_and_a_server_that_is_away_say_so_without_the_password(later, imap, tmp_path):
    wrong = imap_url(imap).replace("p%40ss", "another")
    for url in (
        wrong,
        imap_url(imap, folder="Elsewhere"),
        "imap://a:p%40ss@127.0.0.1:1/INBOX",
        f"maildir://{tmp_path}",
    ):
        with pytest.raises(MailboxError) as problem:
            read_replies(url=url, now=later)
        assert "p@ss" not in str(problem.value)
        assert "another" not in str(problem.value)


def test_a_mail_that_cannot_be_processed_does_not_stop_the_others(invite, later, maildir, monkeypatch):
    take = replying.take_answer

    def stumble(*, reply, now):
        if reply.stamp.minute == 15:
            raise RuntimeError("a fault of our own")
        return take(reply=reply, now=now)

    monkeypatch.setattr(replying, "take_answer", stumble)
    maildir.add(plain(invite))
    maildir.add(b"\x00" * 100)
    maildir.add(plain(invite, "ACCEPTED", minutes=1))

    assert read_replies(url=url_of(maildir), now=later) == 3

    assert {message.get_subdir() for message in maildir} == {"cur"}
    invite.refresh_from_db()
    assert invite.answer == "ACCEPTED"


def test_while_the_database_is_down_everything_stays_unread(invite, later, imap, maildir, monkeypatch):
    for _ in range(3):
        imap.deliver(plain(invite))
        maildir.add(plain(invite))

    def fail(**kwargs):
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(reading, "receive_mail", fail)
        assert read_replies(url=url_of(maildir), now=later) == read_replies(url=imap_url(imap), now=later) == 0
    assert {message.get_subdir() for message in maildir} == {"new"}
    assert not any(mail.flags for mail in imap.mails)

    assert read_replies(url=url_of(maildir), now=later) == read_replies(url=imap_url(imap), now=later) == 3


def test_a_mail_that_was_recorded_but_not_flagged_is_the_same_mail_when_it_comes_again(invite, later, imap):
    imap.deliver(plain(invite))
    imap.broken_store = True
    with pytest.raises(MailboxError):
        read_replies(url=imap_url(imap), now=later)
    imap.broken_store = False

    assert read_replies(url=imap_url(imap), now=later) == 1
    assert InboundMail.objects.count() == 1
    assert Message.objects.filter(kind="declined").count() == 1


def test_a_round_is_bounded(later, maildir, db):
    for number in range(MOST_MAILS_A_ROUND + 1):
        maildir.add(f"Message-ID: <{number}@example.org>\r\nPrecedence: bulk\r\n\r\nHello".encode())

    assert read_replies(url=url_of(maildir), now=later) == MOST_MAILS_A_ROUND
    assert read_replies(url=url_of(maildir), now=later) == 1


def test_of_a_mail_of_five_megabytes_only_the_beginning_is_read(later, imap, maildir, db):
    imap.deliver(b"Subject: x\r\n\r\n" + b"x" * 5_000_000)
    maildir.add(b"Subject: x\r\n\r\n" + b"x" * 5_000_000)

    for url in (imap_url(imap), url_of(maildir)):
        with open_inbox(url) as inbox:
            assert len(next(iter(inbox.unread(1)))[1]) == 4 * 1024 * 1024 + 1
        assert read_replies(url=url, now=later) == 1
    assert "larger than 4 MiB" in InboundMail.objects.first().reason


def test_the_command_reads_once(invite, maildir, settings, capsys):
    settings.REPLIES_URL = ""
    with pytest.raises(CommandError, match="REPLIES_URL is not set"):
        call_command("read_replies", "--once")

    settings.REPLIES_URL = url_of(maildir)
    maildir.add(words())
    call_command("read_replies", "--once")
    assert capsys.readouterr().out == "1 mails read.\n"


@pytest.mark.django_db(transaction=True)
def test_the_worker_reads_the_mailbox_every_minute(invite, later, maildir, settings):
    settings.REPLIES_URL = url_of(maildir)
    moment = later
    worker = Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: moment)
    try:
        worker.tick()
        maildir.add(plain(invite))
        moment = later + timedelta(seconds=59)
        worker.tick()
        assert not InboundMail.objects.exists()
        moment = later + timedelta(seconds=60)
        worker.tick()
        assert InboundMail.objects.get().outcome == InboundOutcome.ANSWERED
    finally:
        worker._let_go()


@pytest.mark.django_db(transaction=True)
def test_a_mailbox_that_is_away_costs_the_worker_little(later, settings, db):
    settings.REPLIES_URL = "imap://a:b@127.0.0.1:1/INBOX"
    tried = []
    moment = later
    worker = Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: moment)
    take = worker._take_replies
    worker._take_replies = lambda now: tried.append(worker._last.get("replies")) or take(now)
    try:
        for minute in range(8):
            moment = later + timedelta(minutes=minute)
            worker.tick()
    finally:
        worker._let_go()
    assert len(set(tried)) == 3, "never, at the start, and once more after five minutes"


def inbound_event(raw):
    return AnymailInboundEvent(event_type="inbound", message=AnymailInboundMessage.parse_raw_mime_bytes(raw))


def test_what_a_provider_takes_in_comes_by_anymails_signal(invite, db):
    message = AnymailInboundMessage.parse_raw_mime_bytes(plain(invite))
    assert message.attachments == [], "which is why the whole mail is read"

    inbound.send(sender=object, event=inbound_event(plain(invite)), esp_name="Amazon SES")
    inbound.send(sender=object, event=inbound_event(plain(invite)), esp_name="Amazon SES")

    assert InboundMail.objects.get().outcome == InboundOutcome.IGNORED, "stamped with the tests' year, which is to come"


def test_a_provider_that_takes_mails_apart_gives_the_calendar_as_a_file(invite, db):
    message = AnymailInboundMessage.construct(
        from_email="amara@example.org",
        to="events@example.org",
        subject="Declined",
        text="Amara has declined.",
        attachments=[
            AnymailInboundMessage.construct_attachment("text/calendar", plain(invite).split(b"\r\n\r\n", 1)[1])
        ],
    )
    event = AnymailInboundEvent(event_type="inbound", message=message)

    inbound.send(sender=object, event=event, esp_name="Postmark")

    assert InboundMail.objects.get().invite == invite


@pytest.mark.urls("tests.events.outbox.webhook_urls")
def test_a_reply_comes_by_the_providers_webhook_and_only_with_its_secret(invite, client, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "portal:a-secret-of-twenty-letters"}
    body = {"FromFull": {"Email": "amara@example.org"}, "RawEmail": plain(invite).decode()}
    secret = base64.b64encode(b"portal:a-secret-of-twenty-letters").decode()

    def bring(**headers):
        url = "/webhooks/anymail/postmark/inbound/"
        return client.post(url, body, content_type="application/json", headers=headers).status_code

    assert bring() == bring(authorization="Basic cG9ydGFsOmZvcmdlZA==") == 403
    assert not InboundMail.objects.exists()

    assert bring(authorization=f"Basic {secret}") == bring(authorization=f"Basic {secret}") == 200
    assert InboundMail.objects.get().invite == invite


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b"])
def test_a_provider_that_brings_rubbish_is_not_asked_to_bring_it_again(raw, db):
    inbound.send(sender=object, event=inbound_event(raw), esp_name="Mailgun")


def test_only_a_database_that_is_down_makes_the_provider_bring_it_again(invite, monkeypatch):
    def fail(**kwargs):
        raise OperationalError

    monkeypatch.setattr(replying, "take_answer", fail)
    with pytest.raises(OperationalError):
        inbound.send(sender=object, event=inbound_event(plain(invite)), esp_name="Mailgun")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("pop3://a:b@example.org", "must start with imaps://"),
        ("imap://a:b@mail.example.org/INBOX", "another machine"),
        ("imaps://mail.example.org/INBOX", "must look like"),
        ("imaps://a:b@mail.example.org:port/INBOX", "is not an address"),
        ("imaps://a:b@mail.example.org/INBOX?ssl=no", "must not have a query"),
        ("maildir:///nowhere/at/all", "must name a maildir"),
        ("maildir://relative/path", "must name a maildir"),
    ],
)
def test_a_wrong_mailbox_stops_the_start_up_and_shows_no_password(monkeypatch, value, problem):
    monkeypatch.setenv("REPLIES_URL", value.replace(":b@", ":s3cret@"))
    with pytest.raises(ImproperlyConfigured, match=problem) as refused:
        env.mailbox("REPLIES_URL")
    assert "s3cret" not in str(refused.value)


def test_a_right_mailbox_is_taken_as_it_is(monkeypatch, maildir):
    for value in ("imaps://a:b@mail.example.org/INBOX", "imap+tls://a:b@mail.example.org", url_of(maildir)):
        monkeypatch.setenv("REPLIES_URL", value)
        assert env.mailbox("REPLIES_URL") == value
    monkeypatch.delenv("REPLIES_URL")
    assert env.mailbox("REPLIES_URL") == ""


def test_a_webhook_for_mail_needs_a_provider_that_may_call_it(tmp_path):
    code, said = start(tmp_path, INBOUND_WEBHOOK="true")

    assert code != 0
    assert "INBOUND_WEBHOOK: needs WEBHOOK_SECRET" in said
