"""Held and stopped half way: what is on the wire still goes, and nothing else."""

import pytest

from events.broadcasts.models import Broadcast
from events.broadcasts.rules import BroadcastState
from events.broadcasts.services import StepRefused, hold, resume, sending, start, stop, work_on_broadcasts
from events.broadcasts.services.sending import write_chunk
from events.outbox.models import Message
from tests.events.broadcasts.conftest import ACCEPTED, HELD, QUEUED, SKIPPED, recipients, state_of, states
from tests.smtp_sink import Trouble


@pytest.mark.django_db
class TestHoldingAndStopping:
    @pytest.fixture
    def half_sent(self, write, send, people, deliverer, smtp_sink, officer, now):
        """Return what happens when somebody acts while the second of five is on the wire."""

        def do(act):
            broadcast = send(write())
            acted = []

            def at_the_second():
                if len(smtp_sink.messages) == 2 and not acted:
                    acted.append(act(broadcast_id=broadcast.pk, by=officer, now=now))
                return False

            deliverer.should_stop = at_the_second  # asked between two mails: the last one's answer is not recorded yet
            deliverer.deliver_batch()
            assert len(acted) == 1
            return broadcast

        return do

    def test_held_in_the_middle_of_a_batch_at_most_the_one_on_the_wire_goes(
        self, half_sent, deliverer, smtp_sink, officer, now
    ):
        broadcast = half_sent(hold)
        assert states() == {ACCEPTED: 2, HELD: 3}
        assert not Message.objects.exclude(claimed_by=None).exists()

        for _ in range(2):
            work_on_broadcasts(now=now)
            assert deliverer.deliver_batch() == 0
        assert (state_of(broadcast), len(smtp_sink.messages)) == (BroadcastState.HELD, 2)

        resume(broadcast_id=broadcast.pk, by=officer, now=now)
        while deliverer.deliver_batch():
            pass
        work_on_broadcasts(now=now)
        assert recipients(smtp_sink) == ["amara", "bronwen", "chioma", "dina", "esra"]
        assert state_of(broadcast) == BroadcastState.SENT

    def test_stopped_in_the_middle_of_a_batch_the_rest_is_settled_with_its_reason(
        self, half_sent, deliverer, smtp_sink, now
    ):
        broadcast = half_sent(stop)
        assert states() == {ACCEPTED: 2, SKIPPED: 3}
        assert len(smtp_sink.messages) == 2
        assert set(Message.objects.filter(state=SKIPPED).values_list("reason", flat=True)) == {sending.STOPPED}

        work_on_broadcasts(now=now)
        assert state_of(broadcast) == BroadcastState.STOPPED
        assert broadcast.ended_at == now
        assert deliverer.deliver_batch() == 0

    def test_control_without_the_fence_the_worker_sends_what_was_held(
        self, half_sent, smtp_sink, monkeypatch, deliverer
    ):
        """Held by state alone, in rows that are queued: what the worker has in its hands goes on leaving."""
        monkeypatch.setattr(
            sending, "hold_messages", lambda where, now: Message.objects.filter(where, state=QUEUED).update(state=HELD)
        )
        half_sent(hold)
        assert len(smtp_sink.messages) == 5

    def test_each_step_twice(self, write, send, people, officer, now):
        broadcast = send(write())
        assert hold(broadcast_id=broadcast.pk, by=officer, now=now) == 5
        with pytest.raises(StepRefused, match="held half way"):
            hold(broadcast_id=broadcast.pk, by=officer, now=now)
        assert resume(broadcast_id=broadcast.pk, by=officer, now=now) == 5
        with pytest.raises(StepRefused, match="being sent"):
            resume(broadcast_id=broadcast.pk, by=officer, now=now)
        hold(broadcast_id=broadcast.pk, by=officer, now=now)
        assert stop(broadcast_id=broadcast.pk, by=officer, now=now) == 5
        for step in (stop, hold, resume):
            with pytest.raises(StepRefused, match="was stopped"):
                step(broadcast_id=broadcast.pk, by=officer, now=now)
        assert states() == {SKIPPED: 5}

    def test_what_comes_back_from_the_wire_is_held_too(
        self, write, send, people, deliverer, smtp_sink, officer, clock, now
    ):
        """The mail server said "later" to what was on the wire when it was held."""
        broadcast = send(write())
        smtp_sink.misbehave(Trouble.GREYLIST)
        deliverer.deliver_batch()
        Broadcast.objects.filter(pk=broadcast.pk).update(state=BroadcastState.HELD)
        work_on_broadcasts(now=now)
        assert states() == {HELD: 5}

        stop(broadcast_id=broadcast.pk, by=officer, now=now)
        Message.objects.filter(pk=Message.objects.first().pk).update(state=QUEUED, reason="", settled_at=None)
        work_on_broadcasts(now=now)
        assert states() == {SKIPPED: 5}

    def test_held_before_all_are_written_the_rest_is_written_as_held(self, write, people, officer, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        broadcast = write()
        start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
        write_chunk(broadcast_id=broadcast.pk, now=now)
        hold(broadcast_id=broadcast.pk, by=officer, now=now)

        while work_on_broadcasts(now=now):
            pass

        assert states() == {HELD: 5}
        assert resume(broadcast_id=broadcast.pk, by=officer, now=now) == 5

    def test_stopped_before_all_are_written_nothing_more_is_written(self, write, people, officer, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        broadcast = write()
        start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
        write_chunk(broadcast_id=broadcast.pk, now=now)
        stop(broadcast_id=broadcast.pk, by=officer, now=now)
        while work_on_broadcasts(now=now):
            pass
        assert states() == {SKIPPED: 2}
        assert state_of(broadcast) == BroadcastState.STOPPED

    def test_a_test_and_other_mail_are_not_touched(self, write, send, people, publish, sign_up, event, officer, now):
        broadcast = send(write())
        sign_up(event, "fay")
        others = Message.objects.exclude(broadcast=broadcast)
        assert others.exists()
        stop(broadcast_id=broadcast.pk, by=officer, now=now)
        assert set(others.values_list("state", flat=True)) == {QUEUED}
