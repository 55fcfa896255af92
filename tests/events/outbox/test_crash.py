"""Workers killed in the middle of their work: no message is lost, no reminder comes twice, what is in doubt is visible.

Real processes, a real mail server, SIGKILL. CRASH_MESSAGES=1000 makes the long run.
"""

import os
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from events.console.queries import broken_invariants
from events.outbox.delivery import claims
from events.outbox.models import Message
from events.outbox.rules import MessageState
from tests.crash import kill_again_and_again

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
MESSAGES = int(os.environ.get("CRASH_MESSAGES", "200"))
ACCEPTED, UNKNOWN = MessageState.ACCEPTED, MessageState.UNKNOWN


@pytest.fixture
def mail_due(publish, sign_up):
    """Return a maker of due mail as the services write it: a confirmation with an invite, and a reminder, a person."""

    def make(number):
        now = timezone.now()
        starts = (now + timedelta(days=5)).replace(tzinfo=None, second=0, microsecond=0)
        event = publish(at=now, starts=starts, reminders=("P1D",))
        for n in range(number // 2):
            sign_up(event, f"person-{n}", at=now)
        reminders = Message.objects.filter(kind="reminder")
        reminders.update(due_at=now, first_due_at=now)
        assert Message.objects.filter(state="queued").count() == number // 2 * 2

    return make


def test_killed_again_and_again_no_message_is_lost_and_no_reminder_comes_twice(mail_due, tmp_path):
    mail_due(MESSAGES)

    outcome = kill_again_and_again(maildir=tmp_path, seed=20270308, most_kills=max(25, MESSAGES // 5))

    assert outcome.kills >= 10, "a run without kills proves nothing"
    confirmations, reminders = outcome.of("other"), outcome.of("reminder")
    assert len(confirmations) == len(reminders) == MESSAGES // 2
    # A confirmation has come, at most twice; only if its worker died at both copies its row says that nobody knows.
    assert all(state == UNKNOWN or (state == ACCEPTED and arrived >= 1) for arrived, state in confirmations)
    assert max(arrived for arrived, _ in confirmations) <= 2
    # A reminder has come once, or its row says that nobody knows; never twice.
    assert all((arrived, state) == (1, ACCEPTED) or (arrived <= 1 and state == UNKNOWN) for arrived, state in reminders)
    second_copies = Message.objects.aggregate(Sum("resends"))["resends__sum"]
    unknown = Message.objects.filter(state=UNKNOWN).count()
    assert 0 < second_copies + unknown <= outcome.kills, "a kill leaves at most one message in doubt"
    assert not Message.objects.filter(state=UNKNOWN, reason="").exists()
    assert list(broken_invariants()) == []


def requeue_blindly():
    """Take law 3 away: whatever was handed off goes back into the queue, as if it had certainly not arrived."""
    claims.after_unknown = lambda **_: MessageState.QUEUED


def test_control_a_worker_that_requeues_blindly_sends_reminders_twice(mail_due, tmp_path):
    mail_due(20)
    Message.objects.exclude(kind="reminder").delete()

    outcome = kill_again_and_again(
        maildir=tmp_path, seed=20270308, most_kills=3, in_worker=requeue_blindly, pause=0.3, is_aimed=True
    )

    assert outcome.kills == 3
    assert any(arrived > 1 for arrived, _ in outcome.of("reminder"))
