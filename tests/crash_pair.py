"""Two workers side by side, one of which is killed every now and then, until nothing is left to send.

Used by the suite with some hundred messages, and by benchmarks/crash.py with 5,000.
"""

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from events.outbox.models import Message
from events.outbox.rules import UNSETTLED
from portal import env
from tests.crash import ROOT, SINK, _as_it_is, let_nobody_wait
from tests.processes import close_connections


@contextmanager
def slow_sink(maildir: Path, *, pause: float = 0.008) -> Iterator[str]:
    """Run a real mail server that answers a message after a pause; give its EMAIL_URL."""
    program = SINK.format(root=str(ROOT), pause=pause, maildir=str(maildir))
    with _served([sys.executable, "-c", program]) as port:
        yield f"smtp://127.0.0.1:{port}"


@contextmanager
def provider_with_keys(log: Path, *, pause: float = 0.008) -> Iterator[str]:
    """Run a provider that takes each idempotency key once; give its EMAIL_URL."""
    with _served([sys.executable, str(ROOT / "tests" / "fake_resend.py"), str(log), str(pause)]) as port:
        yield f"anymail+resend://?api_key=x&api_url=http://127.0.0.1:{port}/"


@contextmanager
def _served(command: list[str]) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def run_pair(
    *, url: str, kill_every: float, seed: int, most_kills: int = 1_000, in_worker: Callable[[], None] = _as_it_is
) -> int:
    """Run two workers and kill one about every `kill_every` seconds; return how many were killed.

    `in_worker` runs in each before it begins: what a control takes away.
    """
    chance = random.Random(seed)
    workers = [_fork(url, in_worker) for _ in range(2)]
    kills, next_kill = 0, time.monotonic() + kill_every * chance.uniform(0.5, 1.5)
    try:
        while _is_unsettled():
            time.sleep(0.05)
            let_nobody_wait()
            if kills < most_kills and time.monotonic() >= next_kill:
                victim = chance.randrange(2)
                os.kill(workers[victim], signal.SIGKILL)
                os.waitpid(workers[victim], 0)
                kills += 1
                workers[victim] = _fork(url, in_worker)
                next_kill = time.monotonic() + kill_every * chance.uniform(0.5, 1.5)
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
        for worker in workers:
            os.waitpid(worker, 0)
    return kills


def _is_unsettled() -> bool:
    return Message.objects.filter(state__in=UNSETTLED).exists()


def _fork(url: str, in_worker: Callable[[], None]) -> int:
    close_connections()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        logging.disable()
        os.environ["EMAIL_URL"] = url
        settings.MAILERS = {"default": env.mailer("EMAIL_URL", Path())}
        in_worker()
        call_command("worker")
        status = 0
    finally:
        os._exit(status)
