"""Several at once: clicks, workers, a hold against a claim, and a worker that is killed; with the controls."""

import multiprocessing
import os
import signal
from collections import Counter
from uuid import uuid4

import pytest
from django.db import connections

from events.broadcasts.services import hold, sending, start, work_on_broadcasts
from events.broadcasts.services.sending import write_chunk
from events.outbox.delivery.claims import claim
from events.outbox.models import Message
from events.outbox.services import holding
from events.registration.models import Registration
from tests.events.broadcasts.conftest import HELD, states
from tests.processes import at_the_same_moment


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_eight_starts_at_once_one_starts_and_each_gets_one(self, write, people, officer, now):
        broadcast = write()

        def click(n):
            start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
            return "started"

        outcomes = at_the_same_moment(8, click)
        assert sum(outcome == "started" for outcome in outcomes) == 1
        assert sum(outcome.startswith("StepRefused") for outcome in outcomes) == 7

        outcomes = at_the_same_moment(4, lambda n: work_on_broadcasts(now=now))
        assert [o for o in outcomes if not o.isdigit()] == []
        assert Message.objects.count() == 5

    def test_control_without_the_key_and_the_lock_two_workers_write_everybody_twice(
        self, write, people, officer, now, monkeypatch
    ):
        """Two workers that both read "nobody has one yet" before either has written."""
        broadcast = write()
        start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
        broadcast.refresh_from_db()

        def write_blindly(n, *, unique):
            rows = [sending._row(broadcast, person, now) for person in Registration.objects.order_by("pk")]
            for row in rows:
                row.dedupe_key += f":{n}" if unique else ""
            with sending.transaction.atomic():
                sending.enqueue(rows)

        at_the_same_moment(2, lambda n: write_blindly(n, unique=False))
        assert Message.objects.count() == 5, "the key alone keeps everybody from a second copy"
        at_the_same_moment(2, lambda n: write_blindly(n, unique=True))
        assert Message.objects.count() == 15

    def test_a_killed_worker_is_followed_by_one_that_goes_on(self, write, people, officer, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        broadcast = write()
        start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)

        def work_and_die():
            write_chunk(broadcast_id=broadcast.pk, now=now)
            monkeypatch.setattr(sending, "enqueue", lambda rows: os.kill(os.getpid(), signal.SIGKILL))
            write_chunk(broadcast_id=broadcast.pk, now=now)

        for open_connection in connections.all(initialized_only=True):
            open_connection.close()
            if hasattr(open_connection, "close_pool"):
                open_connection.close_pool()
        process = multiprocessing.get_context("fork").Process(target=work_and_die)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        assert Message.objects.count() == 2

        while work_on_broadcasts(now=now):
            pass
        assert Counter(Message.objects.values_list("registration_id", flat=True)) == {p.pk: 1 for p in people}

    def test_somebody_holds_it_while_two_workers_claim(self, write, send, people, officer, now, smtp_sink):
        broadcast = send(write())

        def act(n):
            if n == 0:
                hold(broadcast_id=broadcast.pk, by=officer, now=now)
                return Message.objects.filter(state__in=["queued", "claimed"]).count()
            claim(worker=uuid4(), now=now, limit=2)
            return 0

        assert at_the_same_moment(3, act) == ["0", "0", "0"]
        assert states() == {HELD: 5}

    @pytest.mark.postgres
    def test_what_a_worker_has_locked_is_passed_over_and_taken_in_the_next_pass(
        self, write, send, people, officer, now, monkeypatch
    ):
        broadcast = send(write())
        passes = []
        real_sleep = holding.time.sleep

        def slept(seconds):
            passes.append(seconds)
            real_sleep(seconds)

        monkeypatch.setattr(holding.time, "sleep", slept)

        def act(n):
            if n == 0:
                with sending.transaction.atomic():
                    list(Message.objects.select_for_update().order_by("pk")[:3])
                    real_sleep(0.5)
                return 0
            real_sleep(0.1)
            hold(broadcast_id=broadcast.pk, by=officer, now=now)
            return len(passes) > 1

        assert sorted(at_the_same_moment(2, act)) == ["0", "True"]
        assert states() == {HELD: 5}
