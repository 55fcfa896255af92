"""The sink is a measuring instrument: what it claims to do to its clients, smtplib must feel."""

import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.smtp_sink import Message, SmtpSink, Trouble, kept_in

MESSAGE = b"Subject: Your place\r\n\r\nHello\r\n"


def send(sink: SmtpSink, *recipients: str, raw: bytes = MESSAGE, timeout: float = 5) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=timeout) as client:
        return client.sendmail("events@example.org", recipients or ("alice@example.org",), raw)


def test_it_keeps_the_message_and_its_envelope(smtp_sink: SmtpSink) -> None:
    send(smtp_sink, "alice@example.org", "bob@example.org")

    [kept] = smtp_sink.messages
    assert (kept.sender, kept.recipients, kept.raw) == (
        "events@example.org",
        ("alice@example.org", "bob@example.org"),
        MESSAGE,
    )
    assert kept.parsed["Subject"] == "Your place"


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: dots\r\n\r\n.\r\n..\r\n.end\r\n",
        b".first\r\n",
        b"Subject: long\r\n\r\n" + b"0123456789\r\n" * 50_000,
    ],
)
def test_the_bytes_arrive_unchanged(smtp_sink: SmtpSink, raw: bytes) -> None:
    send(smtp_sink, raw=raw)

    assert smtp_sink.messages[0].raw == raw


def test_one_connection_carries_many_messages(smtp_sink: SmtpSink) -> None:
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.login("anyone", "any password")
        for number in range(50):
            client.sendmail("events@example.org", [f"{number}@example.org"], MESSAGE)

    assert [message.recipients[0] for message in smtp_sink.messages] == [f"{n}@example.org" for n in range(50)]
    assert smtp_sink.connections == 1


def test_refused_until_it_behaves(smtp_sink: SmtpSink) -> None:
    smtp_sink.misbehave(Trouble.REFUSE)
    with pytest.raises(ConnectionRefusedError):
        send(smtp_sink)

    smtp_sink.behave()
    send(smtp_sink)
    assert len(smtp_sink.messages) == 1


def test_a_refusal_cuts_the_lines_that_are_open(smtp_sink: SmtpSink) -> None:
    client = smtplib.SMTP("127.0.0.1", smtp_sink.port)
    smtp_sink.misbehave(Trouble.REFUSE)

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        client.sendmail("events@example.org", ["alice@example.org"], MESSAGE)


@pytest.mark.parametrize(
    ("trouble", "error", "kept"),
    [
        (Trouble.HANG_BEFORE_GREETING, OSError, 0),
        (Trouble.HANG_AFTER_DOT, smtplib.SMTPServerDisconnected, 1),
        (Trouble.DROP_AFTER_DOT_KEPT, smtplib.SMTPServerDisconnected, 1),
        (Trouble.DROP_AFTER_DOT_LOST, smtplib.SMTPServerDisconnected, 0),
        (Trouble.DROP_IN_DATA, OSError, 0),
        (Trouble.CLOSING, smtplib.SMTPSenderRefused, 0),
        (Trouble.FULL, smtplib.SMTPDataError, 0),
        (Trouble.GREYLIST, smtplib.SMTPRecipientsRefused, 0),
    ],
)
def test_each_trouble_strikes_once_and_leaves_what_it_says(
    smtp_sink: SmtpSink, trouble: Trouble, error: type[Exception], kept: int
) -> None:
    smtp_sink.misbehave(trouble, times=1)
    with pytest.raises(error):
        send(smtp_sink, timeout=0.3)
    assert len(smtp_sink.messages) == kept

    send(smtp_sink)
    assert len(smtp_sink.messages) == kept + 1


def test_greylisting_refuses_each_recipient_the_first_time(smtp_sink: SmtpSink) -> None:
    smtp_sink.misbehave(Trouble.GREYLIST)
    for address in ("alice@example.org", "bob@example.org"):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            send(smtp_sink, address)
        assert refusal.value.recipients[address][0] == 450

    send(smtp_sink, "alice@example.org", "bob@example.org")
    assert len(smtp_sink.messages) == 1


def test_named_recipients_are_refused_and_the_others_served(smtp_sink: SmtpSink) -> None:
    smtp_sink.rejected = {"gone@example.org"}

    refused = send(smtp_sink, "gone@example.org", "alice@example.org")

    assert refused["gone@example.org"][0] == 550
    assert smtp_sink.messages[0].recipients == ("alice@example.org",)


def test_as_a_process_it_keeps_what_it_promised_when_killed(tmp_path: Path) -> None:
    program = Path(__file__).with_name("smtp_sink.py")
    with subprocess.Popen(
        [sys.executable, program, "--port", "0", "--maildir", tmp_path], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        with smtplib.SMTP("127.0.0.1", port) as client:
            for number in range(3):
                client.sendmail("events@example.org", [f"{number}@example.org"], MESSAGE)
            process.kill()

    assert kept_in(tmp_path) == [
        Message("events@example.org", (f"{number}@example.org",), MESSAGE) for number in range(3)
    ]
