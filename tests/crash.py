"""The crash run: workers are killed with SIGKILL again and again while a real mail server takes their messages.

Used by the suite with 200 messages, and by benchmarks/crash.py with 1,000.
"""

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from events.outbox.models import Message
from events.outbox.rules import UNSETTLED
from tests.smtp_sink import kept_in

ROOT = Path(__file__).resolve().parent.parent
WORKER = (sys.executable, "manage.py", "worker", "--once")
BLIND = (sys.executable, "tests/worker_that_requeues_blindly.py", "--once")
MOST_KILLS = 400
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


def kill_again_and_again(
    *, maildir: Path, seed: int, command: tuple[str, ...] = WORKER, pause: float = 0.008, most_kills: int = MOST_KILLS
) -> Outcome:
    """Run workers until nothing is left to do, and kill each at a moment that chance chooses (with a fixed seed)."""
    chance = random.Random(seed)
    sink = subprocess.Popen(
        [sys.executable, "-c", SINK.format(root=str(ROOT), pause=pause, maildir=str(maildir))],
        stdout=subprocess.PIPE,
        text=True,
    )
    kills = 0
    try:
        assert sink.stdout
        environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{int(sink.stdout.readline())}"}
        connection.close()
        while unsettled():
            worker = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if kills < most_kills:
                kills += _kill_soon(worker, maildir, chance)
            worker.wait()
    finally:
        sink.kill()
        sink.communicate()
    return _outcome(maildir, kills)


def unsettled() -> bool:
    left = Message.objects.filter(state__in=UNSETTLED).exists()
    connection.close()  # a file or a server that our child writes to must not wait for us
    return left


def _kill_soon(worker: subprocess.Popen[bytes], maildir: Path, chance: random.Random) -> int:
    """Kill it some time after it has begun to send, or while it still gets ready: both must be harmless."""
    kept = maildir / "kept-messages"
    if chance.random() < 0.9:
        before = kept.stat().st_size
        while kept.stat().st_size == before and worker.poll() is None:
            time.sleep(0.001)
    with suppress(subprocess.TimeoutExpired):
        worker.wait(chance.random() * 0.25)
    if worker.poll() is not None:
        return 0
    worker.kill()
    return 1


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
