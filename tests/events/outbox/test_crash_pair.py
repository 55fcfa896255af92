"""Two workers, one of them killed again and again: nothing lost, nothing twice, and what is in doubt is listed.

CRASH_MESSAGES=5000 CRASH_EVERY=2 makes the long run (benchmarks/crash.py).
"""

import os
import re
from collections import Counter

import pytest
from django.conf import settings
from django.utils import timezone

from events.outbox.delivery import claims
from events.outbox.models import Message
from events.outbox.rules import MessageState
from tests.crash_pair import provider_with_keys, run_pair, slow_sink
from tests.fake_resend import mails_in
from tests.smtp_sink import kept_in

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MESSAGES = int(os.environ.get("CRASH_MESSAGES", "160"))
EVERY = float(os.environ.get("CRASH_EVERY", "0.4"))
ACCEPTED, UNKNOWN = MessageState.ACCEPTED, MessageState.UNKNOWN


@pytest.fixture
def reminders_due(publish, sign_up):
    """Return a maker of due reminders, and of nothing else."""

    def make(number):
        now = timezone.now()
        event = publish(reminders=("P1D",))
        for n in range(number):
            sign_up(event, f"person-{n}")
        Message.objects.exclude(kind="reminder").delete()
        Message.objects.update(due_at=now, first_due_at=now, not_after=None)
        assert Message.objects.count() == number

    return make


def arrivals_by_smtp(maildir):
    ids = (re.search(rb"^Message-ID: <([^>]+)>", message.raw, re.MULTILINE) for message in kept_in(maildir))
    return Counter(found[1].decode() for found in ids)


def states():
    """Return the state of each message, by its Message-ID."""
    rows = Message.objects.values_list("key", "state")
    return {f"{key}@{settings.CALENDAR_DOMAIN}": state for key, state in rows}


def test_nothing_is_lost_and_nothing_comes_twice(reminders_due, tmp_path):
    reminders_due(MESSAGES)

    with slow_sink(tmp_path) as url:
        kills = run_pair(url=url, kill_every=EVERY, seed=20270308)

    arrived, known = arrivals_by_smtp(tmp_path), states()
    unknown = [key for key, state in known.items() if state == UNKNOWN]
    assert kills >= 3, "a run without kills proves nothing"
    assert set(known.values()) <= {ACCEPTED, UNKNOWN}
    assert max(arrived.values()) == 1, "no reminder twice"
    assert all(arrived[key] == 1 for key, state in known.items() if state == ACCEPTED), "none lost"
    assert len(unknown) <= kills, "at most one in doubt for each kill"
    assert Message.objects.filter(state=UNKNOWN).exclude(reason="").count() == len(unknown), (
        "each is listed with its reason"
    )
    print(f"{MESSAGES} reminders, {kills} kills, {len(unknown)} unknown")


def test_with_a_provider_that_takes_our_keys_nothing_is_in_doubt(reminders_due, tmp_path):
    reminders_due(MESSAGES)
    log = tmp_path / "provider.log"
    log.touch()

    with provider_with_keys(log) as url:
        kills = run_pair(url=url, kill_every=EVERY, seed=20270308)

    mails = mails_in(log)
    assert kills >= 3
    assert set(states().values()) == {ACCEPTED}
    assert dict.fromkeys(states(), 1) == dict(mails), "each has left exactly once"
    print(f"{MESSAGES} reminders, {kills} kills, {log.read_text().count(' again')} repeated under their key")


def requeue_blindly():
    """Take law 3 away: what was handed off goes back into the queue, as if it had certainly not left."""
    claims.after_unknown = lambda **_: MessageState.QUEUED


def at_most_once():
    """The other extreme: what a dead worker had in hand counts as sent."""
    claims._settle = lambda message, now: Message.objects.filter(pk=message.pk, fence=message.fence).update(
        state=ACCEPTED, handed_off_at=now, settled_at=now, **claims.FREE
    )


def test_control_blind_requeueing_sends_twice(reminders_due, tmp_path):
    reminders_due(60)

    with slow_sink(tmp_path, pause=0.1) as url:  # so that nearly every kill falls between the final dot and the answer
        kills = run_pair(url=url, kill_every=EVERY, seed=20270308, in_worker=requeue_blindly)

    doubles = sum(times > 1 for times in arrivals_by_smtp(tmp_path).values())
    assert doubles >= 5, f"{doubles} doubles of {kills} kills"


def test_control_at_most_once_loses(reminders_due, tmp_path):
    reminders_due(MESSAGES)

    with slow_sink(tmp_path) as url:
        run_pair(url=url, kill_every=EVERY, seed=20270308, most_kills=10, in_worker=at_most_once)

    arrived = arrivals_by_smtp(tmp_path)
    lost = sum(arrived[key] == 0 for key in states())
    assert lost >= 1, "a claimed batch died with its worker"
