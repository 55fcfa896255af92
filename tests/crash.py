"""The crash run: workers are killed with SIGKILL again and again while a real mail server takes their messages.

Used by the suite with 200 messages, and by benchmarks/crash.py with 1,000.
"""

import logging
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState
from portal import env
from tests.smtp_sink import KEPT, kept_in

ROOT = Path(__file__).resolve().parent.parent
MOST_KILLS = 400
A_NEW_INTERPRETER = 10  # of so many workers one is started as an operator would; the others are forked, which is quick
A_PAUSE = 0.008  # seconds between a mail kept and its answer: about what a mail server takes
SINK = """
import asyncio, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests import smtp_sink

class Hesitant(smtp_sink._Line):
    '''Answers a message only after a pause: most kills then fall between the final dot and the answer.'''
    def _answer(self, text):
        if text.startswith("250 kept"):
            asyncio.get_running_loop().call_later({pause}, super()._answer, text)
        else:
            super()._answer(text)

smtp_sink._Line = Hesitant
with smtp_sink.SmtpSink(maildir=Path({maildir!r})) as sink:
    print(sink.port, flush=True)
    signal.pause()
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left when everything is settled."""

    kills: int
    arrivals: Counter[str]  # by Message-ID
    states: dict[str, str]  # by Message-ID
    kinds: dict[str, str]  # by Message-ID

    def of(self, kind: str) -> list[tuple[int, str]]:
        """Return (arrivals, state) of each message of one kind, or of all but reminders for "other"."""
        return [
            (self.arrivals[key], self.states[key])
            for key, name in self.kinds.items()
            if (name == "reminder") is (kind == "reminder")
        ]


def _as_it_is() -> None:
    """Leave a worker as it is."""


def kill_again_and_again(
    *,
    maildir: Path,
    seed: int,
    most_kills: int = MOST_KILLS,
    in_worker: Callable[[], None] = _as_it_is,
    pause: float = A_PAUSE,
    is_aimed: bool = False,
) -> Outcome:
    """Run workers until nothing is left to do, and kill each at a moment that chance chooses (with a fixed seed).

    `in_worker` runs in each worker before it begins: what a control takes away. With it, all workers are forked.
    `is_aimed` leaves nothing to chance: each is killed in the `pause` (seconds) between a mail kept and its answer.
    """
    chance = random.Random(seed)
    latest = 0.0 if is_aimed else 0.25
    sink = subprocess.Popen(
        [sys.executable, "-c", SINK.format(root=str(ROOT), pause=pause, maildir=str(maildir))],
        stdout=subprocess.PIPE,
        text=True,
    )
    kills = started = 0
    try:
        assert sink.stdout
        url = f"smtp://127.0.0.1:{int(sink.stdout.readline())}"
        while _unsettled():
            started += 1
            is_new = started % A_NEW_INTERPRETER == 0 and in_worker is _as_it_is
            worker = _start(url) if is_new else _fork(url, in_worker)
            if kills < most_kills:
                kills += _kill_soon(worker, maildir, chance, latest)
            os.waitpid(worker, 0)
    finally:
        sink.kill()
        sink.communicate()
    return _outcome(maildir, kills)


def let_nobody_wait() -> None:
    """Make due what is to be tried again in half a minute: that would be most of the run."""
    now = timezone.now()
    later = Message.objects.filter(state=MessageState.QUEUED, due_at__gt=now)
    if later.exists():
        later.update(due_at=now)


def _unsettled() -> bool:
    let_nobody_wait()
    left = Message.objects.filter(state__in=UNSETTLED).exists()
    connection.close()  # what a child inherits it must not share
    return left


def _start(url: str) -> int:
    command = [sys.executable, str(ROOT / "manage.py"), "worker", "--once"]
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
    return os.posix_spawn(sys.executable, command, os.environ | {"EMAIL_URL": url}, file_actions=quiet)


def _fork(url: str, in_worker: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        logging.disable()
        os.environ["EMAIL_URL"] = url
        settings.MAILERS = {"default": env.mailer("EMAIL_URL", Path())}
        in_worker()
        call_command("worker", "--once")
        status = 0
    finally:
        os._exit(status)


def _kill_soon(worker: int, maildir: Path, chance: random.Random, latest: float) -> int:
    """Kill it within `latest` seconds of its first mail, or while it still gets ready: both must be harmless."""
    kept = maildir / KEPT
    if not latest or chance.random() < 0.9:
        before = kept.stat().st_size
        while kept.stat().st_size == before and not _has_ended(worker):
            time.sleep(0.001)
    time.sleep(chance.random() * latest)
    if _has_ended(worker):
        return 0
    os.kill(worker, signal.SIGKILL)
    return 1


def _has_ended(worker: int) -> bool:
    # WNOWAIT: it stays a zombie, so that its number cannot be somebody else's when it is killed.
    return os.waitid(os.P_PID, worker, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _outcome(maildir: Path, kills: int) -> Outcome:
    arrivals: Counter[str] = Counter()
    for message in kept_in(maildir):
        found = re.search(rb"^Message-ID: <([^@>]+)@", message.raw, re.MULTILINE | re.IGNORECASE)
        assert found
        arrivals[found[1].decode()] += 1
    rows = list(Message.objects.values_list("key", "kind", "state"))
    return Outcome(
        kills=kills,
        arrivals=arrivals,
        states={str(key): state for key, _, state in rows},
        kinds={str(key): kind for key, kind, _ in rows},
    )
