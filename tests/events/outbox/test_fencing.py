"""A worker that was stopped and wakes too late, and one that is gone: neither loses a message or sends it twice."""

import threading
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from events.outbox.delivery.claims import FREE, MOST_CLAIMS, claim, settle_abandoned
from events.outbox.delivery.deliverer import Deliverer
from events.outbox.delivery.lifeline import hold_lifeline
from events.outbox.messages import kind_of
from events.outbox.models import Message, WorkerProcess
from events.outbox.rules import MessageState
from events.worker import Worker
from tests.events.outbox.conftest import Clock, plain_draft
from tests.smtp_sink import Trouble

QUEUED, CLAIMED, HANDED_OFF = MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OFF
ACCEPTED, UNKNOWN, FAILED = MessageState.ACCEPTED, MessageState.UNKNOWN, MessageState.FAILED


# --- A worker that wakes up too late --------------------------------------------------------------------------


class Unfenced(Deliverer):
    """The negative control: a worker that trusts what it once read of its claim."""

    def _hand_off(self, message, kind):
        now = self.clock()
        lease = {"claimed_by": self.lifeline.key, "lease_until": now + django_settings.LEASE}
        Message.objects.filter(id=message.id).update(state=HANDED_OFF, handed_off_at=now, **lease)
        return now

    def _send(self, mail, handed_off_at):
        return self.server.send(mail)

    def _record(self, message, answer):
        message.refresh_from_db(fields=["fence"])
        super()._record(message, answer)


@pytest.fixture
def sleeper(make_kind, queue, clock):
    """Return a maker of a worker that falls asleep while it prepares a batch, and of what happens meanwhile."""

    def make(*, kind="sleepy", **fields):
        naps = []

        def prepare(messages):
            if naps:
                naps.pop()()

        make_kind(kind, prepare=prepare, **fields)
        return queue("amara", kind=kind), naps

    return make


@pytest.fixture
def other_worker(lifeline, smtp_sink):
    """Return a worker of its own, ten minutes later: it settles what was abandoned and delivers what is due."""
    held = []

    def work(clock):
        clock.forward(minutes=10)
        held.append(hold_lifeline())
        settle_abandoned(now=clock(), is_alive=lambda key: True)
        worker = Deliverer(lifeline=held[-1], clock=Clock(clock()))
        worker.deliver_batch()
        worker.server.close()

    yield work
    for life in held:
        life.release()


@pytest.mark.django_db
@pytest.mark.parametrize(("worker", "copies"), [(Deliverer, 1), (Unfenced, 2)], ids=["fenced", "control: no fence"])
def test_asleep_between_claim_and_hand_off_it_sends_nothing_when_it_wakes(
    smtp_sink, clock, lifeline, sleeper, other_worker, worker, copies
):
    row, naps = sleeper()
    naps.append(lambda: other_worker(clock))
    asleep = worker(lifeline=lifeline, clock=clock)

    asleep.deliver_batch()
    asleep.server.close()

    assert len(smtp_sink.messages) == copies
    row.refresh_from_db()
    assert (row.state, row.fence, row.claimed_by) == (ACCEPTED, 2, None)


@pytest.mark.django_db
@pytest.mark.parametrize(("worker", "copies"), [(Deliverer, 1), (Unfenced, 2)], ids=["fenced", "control: no fence"])
def test_asleep_between_hand_off_and_sending_it_sends_nothing_when_it_wakes(
    smtp_sink, clock, lifeline, queue, other_worker, worker, copies
):
    row = queue("amara")
    handed_off = Message.objects.filter(state=HANDED_OFF, claimed_by=lifeline.key)

    def fall_asleep_once_handed_off():
        if handed_off.exists():
            clock.when_read = lambda: None
            other_worker(clock)

    clock.when_read = fall_asleep_once_handed_off
    asleep = worker(lifeline=lifeline, clock=clock)
    if worker is Unfenced:  # it never looks at the clock again, so it falls asleep at the last thing before sending
        send = asleep.server.send
        asleep.server.send = lambda mail: (fall_asleep_once_handed_off(), send(mail))[1]

    asleep.deliver_batch()
    asleep.server.close()

    assert len(smtp_sink.messages) == copies
    row.refresh_from_db()
    assert (row.state, row.resends) == (ACCEPTED, 1)


class RecordsWithoutFence(Deliverer):
    """A narrower control: everything but the fence stands, the state included."""

    def _record(self, message, answer):
        message.refresh_from_db(fields=["fence"])
        super()._record(message, answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("worker", "fence_held"), [(Deliverer, True), (RecordsWithoutFence, False)], ids=["fenced", "control: no fence"]
)
def test_an_answer_that_comes_too_late_is_not_recorded_on_somebody_elses_claim(
    smtp_sink, clock, lifeline, queue, now, worker, fence_held
):
    """Its notice was settled as unknown and handed off again by another, whose answer is still out; then the first
    worker hears 452 and would put the row back into the queue: a third copy.
    """
    row = queue("amara")
    smtp_sink.misbehave(Trouble.FULL, times=1)
    late = worker(lifeline=lifeline, clock=clock)
    send, other = late.server.send, uuid4()

    def while_another_has_it_in_hand(mail):
        clock.forward(minutes=10)
        settle_abandoned(now=clock(), is_alive=lambda key: True)
        claim(worker=other, now=clock(), limit=1)
        Message.objects.filter(pk=row.pk).update(state=HANDED_OFF, handed_off_at=clock())
        return send(mail)

    late.server.send = while_another_has_it_in_hand
    late.deliver_batch()
    late.server.close()

    row.refresh_from_db()
    assert ((row.state, row.claimed_by, row.fence) == (HANDED_OFF, other, 2)) is fence_held
    assert (row.state == QUEUED) is not fence_held


# --- A worker that is gone ------------------------------------------------------------------------------------


def in_hand(row, state, now, owner=None, **fields):
    handed_off_at = now if state == HANDED_OFF else None
    lease = {"claimed_by": owner or uuid4(), "lease_until": now + django_settings.LEASE}
    Message.objects.filter(pk=row.pk).update(state=state, handed_off_at=handed_off_at, fence=1, **lease, **fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "was", "becomes", "resends"),
    [
        ("notice", CLAIMED, QUEUED, 0),
        ("nudge", CLAIMED, QUEUED, 0),
        ("notice", HANDED_OFF, QUEUED, 1),
        ("nudge", HANDED_OFF, UNKNOWN, 0),
        ("of-another-version", HANDED_OFF, UNKNOWN, 0),
    ],
)
def test_what_a_dead_worker_had_in_hand_is_settled_once(queue, now, kind, was, becomes, resends):
    row = queue("amara", kind=kind)
    in_hand(row, was, now)

    settled = [settle_abandoned(now=now, is_alive=lambda key: False) for _ in range(2)]

    row.refresh_from_db()
    assert settled == [1, 0]
    assert (row.state, row.resends, row.claimed_by, row.lease_until) == (becomes, resends, None, None)
    assert bool(row.reason) is (was == HANDED_OFF)


@pytest.mark.django_db
def test_a_notice_whose_worker_dies_at_both_copies_is_unknown_after_the_second(queue, now):
    row = queue("amara")
    for _ in range(2):
        in_hand(row, HANDED_OFF, now)
        settle_abandoned(now=now, is_alive=lambda key: False)

    row.refresh_from_db()
    assert (row.state, row.resends) == (UNKNOWN, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [CLAIMED, HANDED_OFF])
def test_what_a_living_worker_has_in_hand_is_left_alone_until_its_lease_lapses(queue, clock, lifeline, settings, state):
    row = queue("amara")
    in_hand(row, state, clock(), owner=lifeline.key)

    assert settle_abandoned(now=clock(), is_alive=lambda key: key == lifeline.key) == 0
    clock.now += settings.LEASE
    assert settle_abandoned(now=clock(), is_alive=lambda key: key == lifeline.key) == 1


@pytest.mark.django_db
def test_a_message_that_brings_each_worker_down_is_given_up_visibly(queue, now):
    row = queue("mallory")
    died = 0
    while row.state == QUEUED:
        claim(worker=uuid4(), now=now, limit=1)
        died += settle_abandoned(now=now, is_alive=lambda key: False)
        row.refresh_from_db()

    assert (row.state, died) == (FAILED, MOST_CLAIMS)
    assert row.reason


class Death(BaseException):
    """What ends a worker without a word: no code of ours catches it."""


@pytest.mark.django_db
def test_what_shared_a_batch_with_a_message_that_brings_workers_down_is_delivered(
    smtp_sink, lifeline, clock, make_kind, queue
):
    def compose(message, context):
        if "mallory" in message.to_email:
            raise Death
        return plain_draft(message)

    make_kind("deadly", compose=compose)
    for name in ("amara", "bronwen", "mallory", "chioma", "dilys"):
        queue(name, kind="deadly")

    deaths, busy = 0, True
    while busy:
        worker = Deliverer(lifeline=lifeline, clock=clock)
        try:
            busy = worker.deliver_batch()
        except Death:
            deaths += settle_abandoned(now=clock(), is_alive=lambda key: False) > 0
            clock.forward(seconds=1)
        finally:
            worker.server.close()

    states = dict(Message.objects.values_list("to_email", "state"))
    assert states.pop("mallory@example.org") == FAILED
    assert set(states.values()) == {ACCEPTED}
    # The first death left in doubt what had just been sent, and a notice is worth a second copy; then nothing is sent
    # before the whole batch is composed.
    assert [m.recipients[0].partition("@")[0] for m in smtp_sink.messages].count("bronwen") == 2
    assert (len(smtp_sink.messages), deaths) == (5, MOST_CLAIMS)


@pytest.mark.django_db
def test_a_message_that_was_tried_for_days_is_not_given_up_because_one_worker_died(queue, now):
    row = queue("amara")
    Message.objects.filter(pk=row.pk).update(fence=70, attempts=70)
    claim(worker=uuid4(), now=now, limit=1)

    settle_abandoned(now=now, is_alive=lambda key: False)

    row.refresh_from_db()
    assert (row.state, row.fence) == (QUEUED, 71)


@pytest.mark.django_db(transaction=True)
def test_a_single_round_of_a_worker_settles_what_the_last_one_left(smtp_sink, queue, now):
    """`manage.py worker --once` after a crash: nothing is left for a later housekeeping."""
    left_claimed, left_in_doubt = queue("amara"), queue("bronwen", kind="nudge")
    in_hand(left_claimed, CLAIMED, now)
    in_hand(left_in_doubt, HANDED_OFF, now)

    Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: now).drain()

    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == [ACCEPTED, UNKNOWN]
    assert not WorkerProcess.objects.exists()


# --- On PostgreSQL ---------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_hand_off_that_waited_for_the_row_looks_at_its_claim_again(
    queue, lifeline, clock, make_kind, publish, sign_up
):
    """The fence must stand in the statement itself: inside a subquery PostgreSQL would not look again."""
    registration = sign_up(publish(), "amara")
    make_kind("true-while-confirmed", registration_states=("confirmed",))
    Message.objects.all().delete()
    row = queue("amara", kind="true-while-confirmed", registration_id=registration.pk)
    claim(worker=lifeline.key, now=clock(), limit=1)

    assert settled_while_the_hand_off_waits(row, lifeline, clock) is None

    row.refresh_from_db()
    assert (row.state, row.fence) == (QUEUED, 1)


def settled_while_the_hand_off_waits(row, lifeline, clock):
    """Hand off in a thread while another connection has the row settled and uncommitted; return the hand-off's word."""
    row.refresh_from_db()
    said = []

    def hand_off():
        worker = Deliverer(lifeline=lifeline, clock=clock)
        with transaction.atomic():
            said.append(worker._hand_off(row, kind_of(row.kind)))
        connection.close()

    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with transaction.atomic():
        Message.objects.filter(pk=row.pk).update(state=QUEUED, **FREE)
        thread = threading.Thread(target=hand_off)
        thread.start()
        with connection.cursor() as cursor:
            while True:
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(waits)
                if cursor.fetchone()[0]:
                    break
    thread.join()
    return said[0]
