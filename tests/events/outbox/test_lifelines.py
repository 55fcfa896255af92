"""The lock that tells a worker that is gone from one that sleeps: real processes, really killed."""

import os
import signal
import subprocess
import sys
from uuid import UUID, uuid4

import pytest

from events.outbox.delivery.lifeline import FileLifeline, SessionLifeline, hold_lifeline
from tests.databases import ROOT

HOLD = """
import sys, pathlib, django
django.setup()
from events.outbox.delivery.lifeline import FileLifeline, hold_lifeline
lifeline = FileLifeline(pathlib.Path(sys.argv[1])) if len(sys.argv) > 1 else hold_lifeline()
print(lifeline.key, flush=True)
sys.stdin.read()
"""


class Holder:
    """Another process that holds a lifeline until it is killed, or told to end by the end of its input."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, *map(str, arguments)],
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.key = UUID(self.process.stdout.readline().strip())

    def kill(self):
        self.process.kill()
        self.process.communicate()


def test_a_file_lock_lives_as_long_as_its_process_stopped_or_not(tmp_path):
    mine, other = FileLifeline(tmp_path), Holder(tmp_path)

    assert mine.is_held()
    assert mine.is_alive(other.key)
    other.process.send_signal(signal.SIGSTOP)
    assert mine.is_alive(other.key), "asleep is not dead"
    other.kill()
    assert not mine.is_alive(other.key)
    assert not mine.is_alive(other.key), "asking buries it, and asking again is no error"
    assert [path.stem for path in tmp_path.iterdir()] == [str(mine.key)]
    mine.release()
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
def test_the_lock_that_fits_the_database_falls_with_its_process():
    mine, other = hold_lifeline(), Holder()
    try:
        assert mine.is_held()
        assert mine.is_alive(other.key)
        other.kill()
        # PostgreSQL hears of it from the kernel: a moment later, on the same machine.
        assert any(not mine.is_alive(other.key) for _ in range(10_000))
        assert not mine.is_alive(uuid4()), "nobody holds a key that was never taken"
    finally:
        mine.release()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_session_that_the_server_ended_no_longer_vouches_for_its_worker():
    """After a restart of the server, or a fail-over, the worker must find out by itself and take a new key."""
    mine, other = SessionLifeline(), SessionLifeline()
    with mine._connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()

    with other._connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    assert not other.is_alive(mine.key)
    assert not mine.is_held()
    mine.release()
    other.release()
