"""A worker that is stopped (SIGSTOP, a suspended laptop) while its lease lapses, and then goes on: it sends nothing."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from events.outbox.delivery import deliverer as delivering
from events.outbox.delivery.claims import settle_abandoned
from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.worker import Worker
from portal import env
from tests.crash_pair import slow_sink
from tests.processes import close_connections
from tests.smtp_sink import kept_in

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
NUMBER = 12
LEASE = timedelta(seconds=2)


@pytest.fixture
def reminders_due(publish, sign_up):
    now = timezone.now()
    event = publish(reminders=("P1D",))
    for n in range(NUMBER):
        sign_up(event, f"person-{n}")
    Message.objects.exclude(kind="reminder").delete()
    Message.objects.update(due_at=now, first_due_at=now, not_after=None)


def start_worker(url, in_worker):
    """Fork a worker that claims everything at once; return its process id."""
    close_connections()
    child = os.fork()
    if child:
        return child
    try:
        os.environ["EMAIL_URL"] = url
        settings.MAILERS = {"default": env.mailer("EMAIL_URL", settings.BASE_DIR)}
        settings.LEASE = LEASE
        in_worker()
        Worker(should_stop=lambda: False, wait=time.sleep).drain()
    finally:
        os._exit(0)


def stop_when_it_has_claimed(worker, maildir):
    """Let it send its first message, then stop it in the middle of its batch."""
    deadline = time.monotonic() + 60
    while not kept_in(maildir):
        assert time.monotonic() < deadline, "the worker has sent nothing in a minute"
        time.sleep(0.005)
    os.kill(worker, signal.SIGSTOP)
    os.waitid(os.P_PID, worker, os.WSTOPPED)


def lapse_and_settle():
    """Let its lease lapse, and another settle what it had in hand: to that one it is alive and late."""
    in_hand = Message.objects.filter(state__in=[MessageState.CLAIMED, MessageState.HANDED_OFF])
    assert in_hand.exists(), "it was stopped with nothing in hand: the test proves nothing"
    latest = max(in_hand.values_list("lease_until", flat=True))
    time.sleep(max(0.0, (latest - timezone.now()).total_seconds()) + 0.1)
    settle_abandoned(now=timezone.now(), is_alive=lambda key: True)
    # The queue is emptied too, so that nothing is left which the woken worker might claim anew.
    Message.objects.filter(state=MessageState.QUEUED).update(
        state=MessageState.SKIPPED, reason="Settled by another.", settled_at=timezone.now()
    )


def arrivals_after_waking(tmp_path, in_worker=lambda: None):
    """Return how many mails arrived before it was stopped and after it went on."""
    with slow_sink(tmp_path, pause=0.15) as url:
        worker = start_worker(url, in_worker)
        try:
            stop_when_it_has_claimed(worker, tmp_path)
            time.sleep(0.5)  # what was on the wire arrives
            before = len(kept_in(tmp_path))
            lapse_and_settle()
            os.kill(worker, signal.SIGCONT)
            os.waitpid(worker, 0)
            worker = 0
        finally:
            if worker:
                os.kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)
        return before, len(kept_in(tmp_path))


def test_it_sends_nothing_when_it_goes_on(reminders_due, tmp_path):
    before, after = arrivals_after_waking(tmp_path)

    assert 0 < before < NUMBER
    assert after == before


def without_fence():
    """Take the guard away: hand off whatever was claimed once, whoever holds it now."""
    delivering.Deliverer._hand_off = lambda self, message, kind: self.clock()


def test_control_without_the_fence_it_sends_what_others_have_settled(reminders_due, tmp_path):
    before, after = arrivals_after_waking(tmp_path, in_worker=without_fence)

    assert after > before
