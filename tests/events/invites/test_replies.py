"""What a mail that came in is: four clients' replies, and everything that only looks like one. No database."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.invites.replies import CalendarReply, Sort, is_newer, read_mail
from events.invites.rules import PartStat
from tests.inbound_mail import BOUNCE, HOSTILE, REPLIES, RETURNED, STAMP, UID, calendar, entry, mail

CLIENTS = ("apple", "google", "outlook", "thunderbird")
ANSWERS = ("accepted", "declined", "tentative")


def fixture(name):
    return (REPLIES / f"{name}.eml").read_bytes()


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_the_reply_of_every_client_is_read(client, answer):
    read = read_mail(fixture(f"{client}-{answer}"))

    assert read.sort is Sort.REPLY, read.reason
    assert read.reply == CalendarReply(
        uid=UID,
        attendee="Amara@example.org" if client == "outlook" else "amara@example.org",
        partstat=PartStat(answer.upper()),
        sequence=0,
        stamp=STAMP,
    )
    assert read.envelope.sender.lower() == "amara@example.org"
    assert read.envelope.message_id


def test_the_calendar_may_come_as_a_file_only():
    raw = fixture("google-declined")
    without_alternative = re.sub(rb"text/calendar; charset=\"UTF-8\"; method=REPLY", b"text/x-other", raw)

    assert without_alternative != raw
    assert read_mail(without_alternative).reply.partstat is PartStat.DECLINED


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ATTENDEE;PARTSTAT=DECLINED:MAILTO:amara@example.org", "amara@example.org"),
        ("attendee;partstat=declined:MailTo:amara@example.org", "amara@example.org"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:amara%2Bwork@example.org", "amara+work@example.org"),
        ('ATTENDEE;CN="Okafor: Amara; A";PARTSTAT=DECLINED:mailto:amara@example.org', "amara@example.org"),
        ("ATTENDEE;PARTSTAT=DECLINED;EMAIL=amara@example.org:/aMTIzNDU2/principal/", "amara@example.org"),
        ("ATTENDEE;PARTSTAT=DECLINED:amara@example.org", "amara@example.org"),
    ],
)
def test_addresses_are_written_in_many_ways(line, expected):
    read = read_mail(mail(calendar(entry(line, without=("ATTENDEE",)))))

    assert (read.sort, read.reply.attendee) == (Sort.REPLY, expected)


def test_a_missing_sequence_is_nought_and_a_missing_mime_method_is_no_matter():
    read = read_mail(mail(calendar(entry(without=("SEQUENCE",))), content_type="text/calendar"))

    assert read.reply.sequence == 0


def test_the_method_may_stand_in_the_mime_parameter_alone():
    assert read_mail(mail(calendar(entry(), method=""))).sort is Sort.REPLY
    assert read_mail(mail(calendar(entry(), method=""), content_type="text/calendar")).sort is Sort.WORDS


def test_a_remark_comes_along():
    read = read_mail(mail(calendar(entry(r"COMMENT:I need step-free access\, sorry.\nAmara"))))

    assert read.reply.comment == "I need step-free access, sorry.\nAmara"


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "iso-8859-1", "no-such-charset", "rot13", "idna", "\x00"])
def test_a_wrong_charset_spoils_no_more_than_itself(charset):
    body = calendar(entry("SUMMARY:Femmes en première ligne"))
    content = body.encode("utf-16") if charset == "utf-16" else body.encode("latin-1")

    read = read_mail(mail(content, content_type=f'text/calendar; method=REPLY; charset="{charset}"'))

    assert read.sort is Sort.REPLY, read.reason


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_reply_says_why_and_is_soon_said(name):
    started = time.perf_counter()

    read = read_mail(HOSTILE[name])

    assert read.sort is Sort.NOTHING
    assert read.reply is None
    assert read.reason
    assert "@" not in read.reason, "reasons are shown and logged"
    assert time.perf_counter() - started < 5


def test_two_calendars_that_differ_are_a_trick():
    part = "--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{}\r\n"
    other = calendar(entry()).replace("DECLINED", "ACCEPTED")
    both = part.format(calendar(entry())) + part.format(other) + "--b--\r\n"
    same = part.format(calendar(entry())) * 2 + "--b--\r\n"

    assert read_mail(mail(both, content_type="multipart/mixed; boundary=b")).reason == (
        "Its calendars say different things."
    )
    assert read_mail(mail(same, content_type="multipart/mixed; boundary=b")).sort is Sort.REPLY


def test_null_bytes_in_a_reply_are_left_out():
    read = read_mail(mail(calendar(entry()).replace("portal", "por\x00tal").encode()))

    assert read.reply is None or "\x00" not in read.reply.uid


@pytest.mark.parametrize("method", ["COUNTER", "REQUEST", "CANCEL", "PUBLISH", "REFRESH", "ADD", "DECLINECOUNTER"])
def test_another_method_is_a_wish_that_a_person_must_read(method):
    read = read_mail(mail(calendar(entry("COMMENT:Could it be Tuesday?"), method=method)))

    assert (read.sort, read.uid, read.words) == (Sort.WISH, UID, "Could it be Tuesday?")
    assert read.reply is None
    assert method in read.reason


def test_the_time_that_a_counter_asks_for_is_among_its_words():
    times = ("DTSTART;TZID=GMT Standard Time:20270309T180000", "DTEND:20270309T193000Z")

    read = read_mail(mail(calendar(entry("COMMENT:Tuesday?", *times), method="COUNTER")))

    assert read.words == "Tuesday?\n\n2027-03-09 18:00 GMT Standard Time – 2027-03-09 19:30 UTC"


@pytest.mark.parametrize("answer", ["DELEGATED", "COMPLETED", "NEEDS-ACTION", "X-PERHAPS", ""])
def test_an_answer_that_we_do_not_know_is_a_wish(answer):
    line = f"ATTENDEE;PARTSTAT={answer}:mailto:amara@example.org" if answer else "ATTENDEE:mailto:amara@example.org"

    read = read_mail(mail(calendar(entry(line, without=("ATTENDEE",)))))

    assert (read.sort, read.uid) == (Sort.WISH, UID)


def test_a_persons_words_are_read_as_text():
    read = read_mail(mail("I am ill.\r\nAmara\x07", content_type="text/plain", headers=["In-Reply-To: <a@b> <c@d>"]))

    assert (read.sort, read.words) == (Sort.WORDS, "I am ill.\nAmara")
    assert read.envelope.answers == ("a@b", "c@d")


def test_html_becomes_text_without_a_tag():
    page = (
        "<html><head><style>p{}</style></head><body><p>I am <b>ill</b> &amp; sad.</p><script>x()</script>Amara</body>"
    )

    read = read_mail(mail(page, content_type="text/html; charset=utf-8"))

    assert read.words == "I am ill & sad.\nAmara"


def test_words_end_at_ten_thousand_characters():
    assert len(read_mail(mail("word " * 10_000, content_type="text/plain")).words) == 10_000


def test_an_attached_text_is_not_what_somebody_wrote():
    attached = "text/plain\r\nContent-Disposition: attachment; filename=notes.txt"

    assert read_mail(mail("secret plans", content_type=attached)).words == ""


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "Precedence: bulk",
        "Precedence: Junk",
        "Return-Path: <>",
        "X-Auto-Response-Suppress: All",
        "List-Id: <news.example.org>",
        "X-Autoreply: yes",
    ],
)
def test_a_machines_answer_is_known_by_its_headers(header):
    assert read_mail(mail("I am away.", content_type="text/plain", headers=[header])).sort is Sort.AUTOMATIC
    counter = mail(calendar(entry(), method="COUNTER"), headers=[header])
    assert read_mail(counter).sort is Sort.AUTOMATIC, "and a machine's wish is no wish"
    assert read_mail(mail(calendar(entry()), headers=[header])).sort is Sort.REPLY, "but a calendar is a machine"


def test_what_says_that_it_is_not_automatic_is_not():
    assert read_mail(mail("Hello", content_type="text/plain", headers=["Auto-Submitted: no"])).sort is Sort.WORDS


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ('"Okafor, Amara" <amara@example.org>', "amara@example.org"),
        ("=?utf-8?q?Zo=C3=AB?= <zoe@example.org>", "zoe@example.org"),
        ("undisclosed", ""),
        ("<a b@example.org>", ""),
        ("a@example.org\r\nBcc: everybody@example.org", "a@example.org"),
    ],
)
def test_the_sender_is_an_address_that_can_be_written_to_or_nobody(sender, expected):
    raw = f"From: {sender}\r\nSubject: x\r\n\r\nHello".encode()

    assert read_mail(raw).envelope.sender == expected


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_delivery_report_is_read(kind):
    read = read_mail(BOUNCE.format(kind=kind, returned=RETURNED).encode())

    assert read.sort is Sort.REPORT, read.reason
    assert read.report.message_id == "0b5f3a52-8c1f-4f06-9a51-0a1b2c3d4e5f@portal.example.org"
    assert read.report.recipients == ("amara@example.org", "Amara@example.org")
    assert (read.report.action, read.report.status) == ("failed", "5.1.1")
    assert read.report.reason == "5.1.1 550 5.1.1 <(address)>: no such user"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("Action: failed\n", "Action: failed\n\nFinal-Recipient: rfc822; bronwen@example.org\nAction: failed\n"),
        ("Status: 5.1.1\n", ""),
        ("Message-ID: <0b5f", "X-Not: <0b5f"),
        ("Final-Recipient: rfc822; amara@example.org\nOriginal-Recipient: rfc822;Amara@example.org\n", ""),
    ],
)
def test_a_report_that_is_not_about_one_recipient_of_one_mail_is_nothing(was, becomes):
    raw = BOUNCE.format(kind="message/rfc822", returned=RETURNED)
    assert was in raw

    assert read_mail(raw.replace(was, becomes).encode()).sort is Sort.NOTHING


def reply(sequence=0, minute=15):
    return CalendarReply(
        uid=UID,
        attendee="amara@example.org",
        partstat=PartStat.DECLINED,
        sequence=sequence,
        stamp=STAMP.replace(minute=minute),
    )


@pytest.mark.parametrize(("sequence", "minute", "newer"), [(0, 15, False), (0, 16, True), (0, 14, False), (1, 0, True)])
def test_sequence_comes_before_the_stamp(sequence, minute, newer):
    assert is_newer(reply(sequence, minute), sequence=0, stamp=STAMP) is newer
    assert is_newer(reply(sequence, minute), sequence=None, stamp=None)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_no_bytes_raise(raw):
    read = read_mail(raw)

    assert isinstance(read.sort, Sort)
    assert (read.reply is not None) == (read.sort is Sort.REPLY)


FRAGMENTS = (
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n", b"--b--\r\n", b"\r\n", b"\x00", b"\xff\xfe", b";=\"",
    b"Content-Type: text/calendar; method=REPLY; charset=", b"utf-16\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"BEGIN:VCALENDAR\r\n", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"METHOD:REPLY\r\n", b"UID:x\r\n",
    b"SEQUENCE:1\r\n", b"ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.org\r\n", b"Subject: =?utf-8?b?", b"?=",
    b"DTSTAMP:20270201T101500Z\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", b"From: <\r\n", b"message/rfc822",
    b"Content-Type: message/delivery-status\r\n", b"Final-Recipient: rfc822; a@b.org\r\n", b"Status: 5.1.1\r\n", b" x",
    b"Message-ID: <a@b>\r\n", b"Content-Disposition: attachment; filename*=utf-8''%ff%00.ics\r\n", b"filename*0*=",
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=12), max_size=40))
def test_no_heap_of_pieces_raises(pieces):
    read_mail(b"".join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CLIENTS), st.integers(0, 3000), st.binary(max_size=8), st.integers(0, 40))
def test_no_damaged_reply_raises_or_names_somebody_else(client, place, inserted, removed):
    raw = fixture(f"{client}-declined")

    read = read_mail(raw[:place] + inserted + raw[place + removed :])

    if read.reply is not None:
        assert read.reply.attendee
        assert "\x00" not in read.reply.uid
