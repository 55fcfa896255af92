"""How many reminders a second leave through one worker into a local mail server in another process.

    python benchmarks/delivery.py [--messages 1000] [--profile]

Makes a database of its own: a copy of the tests' migrated template on SQLite, the server's test database otherwise
(`python tests/postgres.py run --durable -- python benchmarks/delivery.py`).
"""

import argparse
import cProfile
import io
import itertools
import os
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import place


def sink(folder: Path) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "tests/smtp_sink.py", "--port", "0", "--maildir", str(folder)]
    process = subprocess.Popen(command, cwd=place.ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, int(process.stdout.readline())


def resident() -> int:
    """Return the memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def deliver(messages: int, *, profile: bool) -> float:
    """Seed, deliver everything that is due, and return messages per second of wall time."""
    # Here, because the settings need DATA_DIR, DATABASE_URL and EMAIL_URL first.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from events.outbox.models import Message  # noqa: PLC0415
    from events.worker import Worker  # noqa: PLC0415

    call_command("seed_load", "--events", "1", "--registrations", str(messages), stdout=io.StringIO())
    now = timezone.now()
    ids = list(Message.objects.filter(kind="reminder", state="queued").order_by("id").values_list("id", flat=True))
    Message.objects.exclude(id__in=ids[::3]).filter(state="queued").delete()
    Message.objects.filter(state="queued").update(due_at=now, first_due_at=now, not_after=None)
    assert Message.objects.filter(state="queued").count() == messages
    connection.close()
    sizes: list[int] = []

    def look() -> bool:
        """Note the memory between two messages, as often as the worker asks whether to stop."""
        if looks() % 500 == 0:
            sizes.append(resident())
        return False

    looks = itertools.count().__next__
    worker = Worker(should_stop=look, wait=lambda seconds: None)
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    began, cpu = time.perf_counter(), time.process_time()
    worker.drain()
    took, used = time.perf_counter() - began, time.process_time() - cpu
    profiler.disable()
    if profile:
        pstats.Stats(profiler).sort_stats("cumtime").print_stats(60)
    assert Message.objects.filter(kind="reminder", state="accepted").count() == messages
    print(f"{connection.vendor}: {messages} reminders in {took:.2f} s = {messages / took:.0f} a second", end=", ")
    print(f"{used / messages * 1000:.2f} ms of the worker's CPU each", end=", ")
    print(f"memory {sizes[1] if len(sizes) > 1 else sizes[0]} MB after the first 500, {max(sizes)} MB at most")
    return messages / took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000)
    parser.add_argument("--profile", action="store_true", help="print where the time goes (and be slower)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server, port = sink(Path(folder))
        try:
            with place.own(Path(folder), EMAIL_URL=f"smtp://127.0.0.1:{port}"):
                deliver(arguments.messages, profile=arguments.profile)
        finally:
            server.kill()
            server.communicate()


if __name__ == "__main__":
    main()
