"""The mail server is away or busy: it is asked now and then with one message, and everything leaves when it is back."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from events.outbox.delivery.deliverer import Deliverer
from events.outbox.delivery.lifeline import hold_lifeline
from events.outbox.models import MailRoute, Message
from events.outbox.rules import MessageState, pause_of
from portal import env

pytestmark = pytest.mark.django_db


@pytest.fixture
def unreachable(settings, monkeypatch, tmp_path):
    """Return a switch: `unreachable(True)` and nobody listens where mail goes."""
    there = settings.MAILERS
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:9")
    nowhere = {"default": env.mailer("EMAIL_URL", tmp_path)}

    def switch(is_away):
        settings.MAILERS = nowhere if is_away else there

    return switch


def states():
    return list(Message.objects.order_by("id").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("failures", "asked_for", "pause"),
    [
        (1, None, 30),
        (2, None, 60),
        (5, None, 300),
        (50, None, 300),
        (1, timedelta(seconds=90), 90),
        (9, timedelta(seconds=0), 1),
        (1, timedelta(days=3), 3600),
    ],
)
def test_how_long_nothing_is_tried(failures, asked_for, pause):
    assert pause_of(failures=failures, asked_for=asked_for, jitter=0.5) == timedelta(seconds=pause)


def test_one_message_tries_it_and_then_all_leave(smtp_sink, queue, deliverer, clock, unreachable):
    for name in ("amara", "bronwen", "chioma"):
        queue(name)
    unreachable(True)

    assert deliverer.deliver_batch() == 3
    assert deliverer.deliver_batch() == 0, "closed: nothing is even claimed"
    clock.forward(seconds=31)
    assert deliverer.deliver_batch() == 1, "one message finds out"
    clock.forward(seconds=31)
    assert deliverer.deliver_batch() == 0, "and the pause has doubled"
    assert MailRoute.objects.get().failures == 2

    unreachable(False)
    clock.forward(seconds=61)
    assert deliverer.deliver_batch() == 1
    assert deliverer.deliver_batch() == 2
    assert states() == [MessageState.ACCEPTED] * 3
    assert len(smtp_sink.messages) == 3
    route = MailRoute.objects.get()
    assert (route.failures, route.closed_until, route.cause) == (0, None, "")


def test_all_workers_share_it(smtp_sink, queue, deliverer, clock, unreachable):
    queue("amara")
    lifeline = hold_lifeline()
    second = Deliverer(lifeline=lifeline, clock=clock, jitter=lambda: 0.5)
    unreachable(True)
    deliverer.deliver_batch()

    assert second.deliver_batch() == 0
    assert Message.objects.get().attempts == 1

    # The control: without what they share, the second one knocks as well.
    MailRoute.objects.all().delete()
    Message.objects.update(due_at=clock.now)
    assert second.deliver_batch() == 1
    lifeline.release()


class Busy(ThreadingHTTPServer):
    """Plays a provider's API (Postmark's shape): answers what it is told, and counts the tries."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = []
        self.tries = 0
        Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.tries += 1
        status, headers = self.server.answers.pop(0) if self.server.answers else (200, {})
        said = {"ErrorCode": 0, "Message": "OK", "MessageID": f"pm-{self.server.tries}", "To": asked["To"]}
        if status == 422:
            said |= {"ErrorCode": 300, "Message": "The body is too large."}
        body = json.dumps(said).encode()
        self.send_response_only(status)  # without a Date of its own
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings, monkeypatch, tmp_path):
    server = Busy()
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setenv("EMAIL_URL", f"anymail+postmark://?server_token=x&api_url={address}")
    settings.MAILERS = {"default": env.mailer("EMAIL_URL", tmp_path)}
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Mon, 01 Feb 2027 09:03:00 GMT", "Date": "Mon, 01 Feb 2027 09:00:00 GMT"}, 180),
        ({"Retry-After": "soon"}, 30),
        ({}, 30),
    ],
)
def test_a_provider_that_has_had_enough_is_left_in_peace(provider, queue, deliverer, clock, headers, pause):
    for name in ("amara", "bronwen", "chioma"):
        queue(name)
    provider.answers = [(429, headers)]

    deliverer.deliver_batch()

    assert provider.tries == 1, "the other two are not tried"
    assert states() == [MessageState.QUEUED] * 3
    clock.forward(seconds=pause - 1)
    assert deliverer.deliver_batch() == 0
    clock.forward(seconds=2)
    while deliverer.deliver_batch():
        pass
    clock.forward(seconds=60)
    while deliverer.deliver_batch():
        pass
    assert states() == [MessageState.ACCEPTED] * 3
    assert provider.tries == 4


def test_wrong_credentials_stop_the_batch_and_lose_nothing(provider, queue, deliverer):
    for name in ("amara", "bronwen"):
        queue(name)
    provider.answers = [(401, {})]

    deliverer.deliver_batch()

    assert provider.tries == 1
    assert states() == [MessageState.QUEUED] * 2
    assert "401" in MailRoute.objects.get().cause


def test_what_is_wrong_with_one_message_closes_nothing(provider, queue, deliverer):
    for name in ("amara", "bronwen"):
        queue(name)
    provider.answers = [(422, {})]

    deliverer.deliver_batch()

    assert states() == [MessageState.FAILED, MessageState.ACCEPTED]
    assert not MailRoute.objects.filter(failures__gt=0).exists()
