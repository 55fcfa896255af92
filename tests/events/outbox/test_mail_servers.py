"""What a mail server can do to us, and what becomes of the message: a real server that misbehaves on demand."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from events.outbox.messages import CalendarPart
from events.outbox.models import Message
from events.outbox.rules import MessageState
from portal import env
from tests.events.outbox.conftest import plain_draft
from tests.smtp_sink import SmtpSink, Trouble

pytestmark = pytest.mark.django_db
QUEUED, ACCEPTED, FAILED, UNKNOWN = (
    MessageState.QUEUED,
    MessageState.ACCEPTED,
    MessageState.FAILED,
    MessageState.UNKNOWN,
)


def mail_to(url, settings, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", url)
    mailer = env.mailer("EMAIL_URL", Path())
    # A server that hangs is given up after a moment here, after 20 seconds otherwise.
    settings.MAILERS = {"default": mailer | {"OPTIONS": mailer["OPTIONS"] | {"timeout": 0.3}}}


@pytest.fixture(params=["pipelining", "one by one"])
def sink(request, settings, monkeypatch):
    with SmtpSink(pipelining=request.param == "pipelining") as server:
        mail_to(server.url, settings, monkeypatch)
        yield server


def to_each(sink):
    return [message.recipients[0].partition("@")[0] for message in sink.messages]


def states():
    return list(Message.objects.order_by("id").values_list("state", flat=True))


# --- Each trouble strikes the first of three messages; the others leave ----------------------------------------


@pytest.mark.parametrize(
    ("trouble", "notice", "nudge", "kept"),
    [
        # Certainly not taken: tried again later.
        (Trouble.GREYLIST, QUEUED, QUEUED, False),
        (Trouble.CLOSING, QUEUED, QUEUED, False),
        (Trouble.FULL, QUEUED, QUEUED, False),
        # Everything had been said: a notice is worth a second copy, a nudge is not.
        (Trouble.DROP_AFTER_DOT_KEPT, QUEUED, UNKNOWN, True),
        (Trouble.DROP_AFTER_DOT_LOST, QUEUED, UNKNOWN, False),
        (Trouble.HANG_AFTER_DOT, QUEUED, UNKNOWN, True),
        # A short message is in the network before the line is cut: nobody knows how much was read.
        (Trouble.DROP_IN_DATA, QUEUED, UNKNOWN, False),
    ],
)
@pytest.mark.parametrize("kind", ["notice", "nudge"])
def test_a_trouble_costs_one_message_and_leaves_it_in_the_right_state(
    sink, deliverer, queue, kind, trouble, notice, nudge, kept
):
    first = queue("amara", kind=kind)
    queue("bronwen")
    queue("chioma")
    sink.misbehave(trouble, times=1)

    deliverer.deliver_batch()

    first.refresh_from_db()
    assert first.state == (notice if kind == "notice" else nudge)
    assert first.reason
    assert states()[1:] == [ACCEPTED, ACCEPTED]
    assert to_each(sink) == ["amara"] * kept + ["bronwen", "chioma"]


def test_a_recipient_that_is_refused_for_good_fails_alone(sink, deliverer, queue):
    sink.rejected = {"bronwen@example.org"}
    for name in ("amara", "bronwen", "chioma"):
        queue(name)

    deliverer.deliver_batch()

    assert states() == [ACCEPTED, FAILED, ACCEPTED]
    refused = Message.objects.get(state=FAILED)
    assert "550" in refused.reason
    assert "@" not in refused.reason, "a reason holds no address"
    assert sink.connections == 1


@pytest.mark.parametrize("trouble", [Trouble.REFUSE, Trouble.HANG_BEFORE_GREETING])
def test_a_server_out_of_reach_releases_the_whole_batch_and_nothing_is_unknown(sink, deliverer, queue, now, trouble):
    for number in range(5):
        queue(f"person-{number}", kind="nudge")
    sink.misbehave(trouble)

    deliverer.deliver_batch()

    waiting = Message.objects.values_list("state", "attempts", "due_at", "handed_off_at", "claimed_by")
    assert list(waiting) == [(QUEUED, 1, now + timedelta(seconds=30), None, None)] * 5
    assert not Message.objects.filter(reason="").exists()


def test_a_server_that_vanishes_half_way_leaves_the_rest_waiting(sink, deliverer, make_kind, queue):
    for name in ("amara", "bronwen", "chioma"):
        queue(name)
    deliverer.should_stop = lambda: bool(sink.messages) and sink.misbehave(Trouble.REFUSE)

    deliverer.deliver_batch()

    assert states() == [ACCEPTED, QUEUED, QUEUED]


def test_a_long_message_that_is_cut_off_half_way_was_certainly_not_taken(sink, deliverer, make_kind, queue):
    """Longer than what two kernels buffer: the line breaks while we still write."""
    attachment = CalendarPart(method="REQUEST", content=b"X" * 12_000_000)
    make_kind("long", compose=lambda message, _: plain_draft(message, calendar=attachment), resend_when_unknown=False)
    queue("amara", kind="long")
    sink.misbehave(Trouble.DROP_IN_DATA, times=1)

    deliverer.deliver_batch()

    row = Message.objects.get()
    assert (row.state, row.resends, sink.messages) == (QUEUED, 0, [])
    assert "before" in row.reason


# --- In doubt ------------------------------------------------------------------------------------------------


def test_a_confirmation_in_doubt_is_sent_once_more_under_the_same_message_id(sink, deliverer, queue):
    queue("amara")
    sink.misbehave(Trouble.DROP_AFTER_DOT_KEPT, times=1)

    while deliverer.deliver_batch():
        pass

    row = Message.objects.get()
    first, second = (message.parsed["Message-ID"] for message in sink.messages)
    assert (row.state, row.resends, first) == (ACCEPTED, 1, second)


def test_in_doubt_a_second_time_it_is_unknown_and_stays_so(sink, deliverer, clock, queue):
    queue("amara")
    sink.misbehave(Trouble.DROP_AFTER_DOT_KEPT)
    for _ in range(5):
        deliverer.deliver_batch()
        clock.forward(hours=2)

    row = Message.objects.get()
    assert (row.state, row.resends, len(sink.messages)) == (UNKNOWN, 1, 2)
    assert row.reason


def test_a_reminder_in_doubt_is_not_sent_again(sink, deliverer, clock, queue):
    queue("amara", kind="nudge")
    sink.misbehave(Trouble.DROP_AFTER_DOT_KEPT, times=1)
    for _ in range(5):
        deliverer.deliver_batch()
        clock.forward(hours=2)

    assert (states(), len(sink.messages)) == ([UNKNOWN], 1)


# --- Trying again, and giving up -----------------------------------------------------------------------------


def test_a_greylisted_message_is_taken_at_the_second_try(sink, deliverer, clock, queue):
    queue("amara")
    sink.misbehave(Trouble.GREYLIST)

    deliverer.deliver_batch()
    assert deliverer.deliver_batch() == 0
    clock.forward(seconds=30)
    deliverer.deliver_batch()

    assert Message.objects.values_list("state", "attempts").get() == (ACCEPTED, 2)


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        # About this message: it is tried ever more rarely.
        (Trouble.FULL, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]),
        # About the server: one message asks every five minutes, and when it is back all leave at once.
        (Trouble.REFUSE, [30, 60, 120, 240, 300, 300, 300, 300, 300]),
    ],
)
def test_the_waits_between_tries_grow(sink, deliverer, clock, queue, trouble, expected):
    row = queue("amara")
    sink.misbehave(trouble)

    waits = []
    for _ in range(9):
        deliverer.deliver_batch()
        row.refresh_from_db()
        waits.append(int((row.due_at - clock()).total_seconds()))
        clock.now = row.due_at

    assert waits == expected


@pytest.mark.parametrize("trouble", [Trouble.FULL, Trouble.REFUSE])
def test_after_seventy_two_hours_trying_ends_visibly(sink, deliverer, clock, queue, trouble):
    row = queue("amara")
    sink.misbehave(trouble)
    while row.state == QUEUED:
        clock.now = max(row.due_at, clock.now + timedelta(minutes=55))
        deliverer.deliver_batch()
        row.refresh_from_db()

    assert row.state == FAILED
    assert timedelta(hours=72) <= row.settled_at - row.first_due_at < timedelta(hours=73)
    assert row.reason


def test_at_its_deadline_trying_ends_though_the_server_is_back(sink, deliverer, clock, queue, now):
    queue("amara", kind="nudge", not_after=now + timedelta(minutes=10))
    sink.misbehave(Trouble.REFUSE)
    deliverer.deliver_batch()
    sink.behave()
    clock.forward(minutes=10)

    deliverer.deliver_batch()

    assert (states(), sink.messages) == ([MessageState.EXPIRED], [])


# --- Answers that the sink is too polite to give ---------------------------------------------------------------


ONE_BY_ONE_OR_TOGETHER = ["250 one by one", "250-together\r\n250 PIPELINING"]


@contextmanager
def server_that_says(**answers):
    """Run a server for one connection after the other; `answers` are its words to MAIL, RCPT, DATA and the DOT."""
    words = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "DOT": "250 kept"} | answers
    taken = []

    def serve(listener):
        while True:
            try:
                line = listener.accept()[0]
            except OSError:
                return
            with line, line.makefile("rwb", buffering=0) as file:
                file.write(b"220 ready\r\n")
                while command := file.readline():
                    verb = command[:4].decode().strip().upper()
                    answer = words.get(verb, "250 ok")
                    file.write(f"{answer}\r\n".encode())
                    if verb == "DATA" and answer.startswith("354"):
                        while file.readline() not in {b".\r\n", b""}:
                            pass
                        taken.append(words["DOT"])
                        file.write(f"{words['DOT']}\r\n".encode())
                    if verb == "QUIT" or answer.startswith("421"):
                        # What is still on its way must be read, or the kernel takes the answer back with a reset.
                        line.shutdown(socket.SHUT_WR)
                        while file.read(4096):
                            pass
                        break

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}", taken
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"MAIL": "550 we do not know you"}, QUEUED),
        ({"RCPT": "421 too busy"}, QUEUED),
        ({"RCPT": "452 too many recipients"}, QUEUED),
        ({"RCPT": "553 no such domain"}, FAILED),
        ({"DATA": "421 too busy"}, QUEUED),
        ({"DATA": "554 no"}, FAILED),
        ({"DOT": "554 this is spam"}, FAILED),
        ({"DOT": "421 too busy"}, QUEUED),
        ({"DOT": "251 taken, will forward"}, ACCEPTED),
        ({"DOT": "perhaps"}, UNKNOWN),
        ({"DOT": "250" + "x" * 9_000}, UNKNOWN),
    ],
    ids=lambda value: (
        " ".join(f"{verb} {words[:24]}" for verb, words in value.items()) if type(value) is dict else value
    ),
)
@pytest.mark.parametrize("ehlo", ONE_BY_ONE_OR_TOGETHER)
def test_an_answer_means_what_the_standard_says_and_nonsense_leaves_a_reminder_in_doubt(
    settings, monkeypatch, deliverer, queue, answers, state, ehlo
):
    """With PIPELINING this server answers 354 to DATA even where it has just refused the recipient."""
    queue("amara", kind="nudge")
    with server_that_says(EHLO=ehlo, **answers) as (url, _):
        mail_to(url, settings, monkeypatch)
        deliverer.deliver_batch()
        deliverer.deliver_batch()

    assert states() == [state]


@pytest.mark.parametrize("ehlo", ONE_BY_ONE_OR_TOGETHER)
def test_a_line_that_was_closed_at_one_recipient_costs_the_next_message_nothing(
    settings, monkeypatch, deliverer, queue, ehlo
):
    """After a 421 smtplib has closed the line: the next message must get a new one, not the corpse."""
    queue("amara")
    queue("bronwen")
    with server_that_says(EHLO=ehlo, RCPT="421 too busy") as (url, _):
        mail_to(url, settings, monkeypatch)
        deliverer.deliver_batch()

    assert all("421" in reason for reason in Message.objects.values_list("reason", flat=True))
