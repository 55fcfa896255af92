"""Mails as they come in: a client's reply, a person's words, a mail server's report, and everything hostile."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

REPLIES = Path(__file__).resolve().parent / "golden" / "replies"
UID = "44444440-4444-4444-8444-444444444444@portal.example.org"
STAMP = datetime(2027, 2, 1, 10, 15, tzinfo=UTC)

ATTENDEE = "ATTENDEE;PARTSTAT=DECLINED:mailto:amara@example.org"


def entry(*lines, without=()):
    """Return the lines of a plain decline, with others added and some left out."""
    plain = [f"UID:{UID}", "DTSTAMP:20270201T101500Z", "SEQUENCE:0", ATTENDEE]
    kept = [line for line in plain if line.partition(":")[0].partition(";")[0] not in without]
    return "\r\n".join(["BEGIN:VEVENT", *kept, *lines, "END:VEVENT"])


def calendar(*entries, method="REPLY"):
    said = [f"METHOD:{method}"] if method else []
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *said, *entries, "END:VCALENDAR", ""])


def mail(body, *, content_type="text/calendar; method=REPLY; charset=utf-8", headers=()):
    content = body if isinstance(body, bytes) else body.encode()
    head = ["From: Amara <amara@example.org>", "Message-ID: <1@example.org>", "Subject: Declined", *headers]
    return "\r\n".join([*head, f"Content-Type: {content_type}", "", ""]).encode() + content


def plain(invite, answer="DECLINED", *, who="amara@example.org", sequence=None, minutes=0, more=(), number=1):
    """Return a bare reply to an invite: `number` makes another mail of it, `minutes` a later answer."""
    stamp = (STAMP + timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        f"UID:{invite.uid}",
        f"DTSTAMP:{stamp}",
        f"SEQUENCE:{invite.sequence if sequence is None else sequence}",
        f"ATTENDEE;PARTSTAT={answer}:mailto:{who}",
        *more,
    ]
    raw = mail(calendar(entry(*lines, without=("UID", "DTSTAMP", "SEQUENCE", "ATTENDEE"))))
    return raw.replace(b"<1@example.org>", f"<{invite.pk}-{answer}-{minutes}-{number}@example.org>".encode())


def words(text="I am ill.", *, number=1, sender="amara@example.org", headers=()):
    raw = mail(text, content_type="text/plain; charset=utf-8", headers=headers)
    raw = raw.replace(b"amara@example.org", sender.encode(), 1)
    return raw.replace(b"<1@example.org>", f"<words-{number}@example.org>".encode())


BOUNCE = """From: MAILER-DAEMON@mail.example.net
Return-Path: <>
Message-ID: <bounce-1@mail.example.net>
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net
Arrival-Date: Mon, 1 Feb 2027 09:00:00 +0000

Final-Recipient: rfc822; amara@example.org
Original-Recipient: rfc822;Amara@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <amara@example.org>: no such user

--b
Content-Type: {kind}

{returned}
--b--
"""
RETURNED = "Message-ID: <0b5f3a52-8c1f-4f06-9a51-0a1b2c3d4e5f@portal.example.org>\nSubject: See you\n"


def report(message, *, action="failed", status="5.1.1", recipient="amara@example.org", number=1):
    raw = BOUNCE.format(kind="message/rfc822", returned=RETURNED)
    raw = raw.replace("0b5f3a52-8c1f-4f06-9a51-0a1b2c3d4e5f", str(message.key)).replace("bounce-1", f"bounce-{number}")
    raw = raw.replace("Action: failed", f"Action: {action}").replace("Status: 5.1.1", f"Status: {status}")
    return raw.replace("amara@", recipient.partition("@")[0] + "@").replace("Amara@", "x@").encode()


TWO = calendar(entry(), entry())
HOSTILE = {
    "two entries": mail(TWO),
    "two calendars in one": mail(calendar(entry()) + calendar(entry())),
    "no entry": mail(calendar()),
    "no uid": mail(calendar(entry(without=("UID",)))),
    "two uids": mail(calendar(entry("UID:another"))),
    "no attendee": mail(calendar(entry(without=("ATTENDEE",)))),
    "two attendees": mail(calendar(entry("ATTENDEE;PARTSTAT=DECLINED:mailto:bronwen@example.org"))),
    "an attendee without an address": mail(
        calendar(entry("ATTENDEE;PARTSTAT=DECLINED:mailto:@", without=("ATTENDEE",)))
    ),
    "an attendee on the web": mail(
        calendar(entry("ATTENDEE;PARTSTAT=DECLINED:https://x@y.org", without=("ATTENDEE",)))
    ),
    "no time": mail(calendar(entry(without=("DTSTAMP",)))),
    "an impossible time": mail(calendar(entry("DTSTAMP:20271399T999999Z", without=("DTSTAMP",)))),
    "a sequence in words": mail(calendar(entry("SEQUENCE:one", without=("SEQUENCE",)))),
    "a sequence below nought": mail(calendar(entry("SEQUENCE:-1", without=("SEQUENCE",)))),
    "a sequence without end": mail(calendar(entry("SEQUENCE:99999999999999", without=("SEQUENCE",)))),
    "a sequence in other digits": mail(calendar(entry("SEQUENCE:٣", without=("SEQUENCE",)))),
    "one of a series": mail(calendar(entry("RECURRENCE-ID:20270308T180000Z"))),
    "a calendar of 300 KiB": mail(calendar(entry(*["X-PADDING:" + "x" * 60] * 4400))),
    "five megabytes": mail(calendar(entry()) + "x" * 5_000_000),
    "a million lines": mail(calendar(entry()) + "\r\n" * 1_000_000),
    "an endless header": mail(calendar(entry()), headers=["X-Endless: " + "x" * 70_000]),
    "truncated base64": mail(
        base64.b64encode(calendar(entry()).encode())[:90],
        content_type="text/calendar; method=REPLY\r\nContent-Transfer-Encoding: base64",
    ),
    "nothing": b"",
    "zeros": b"\x00" * 10_000,
}


def nested(depth, leaf):
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return b"From: amara@example.org\r\n" + head.encode() + leaf


HOSTILE["parts 200 deep"] = nested(200, mail(calendar(entry())))
HOSTILE["thirty thousand parts"] = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 30_000
