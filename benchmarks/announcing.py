"""How long it takes to queue an update to everybody after an event has moved, and whether registering waits for it.

    python benchmarks/announcing.py [--registrations 10000] [--profile]

Somebody registers again and again in another process meanwhile; the longest of those waits is printed.
"""

import argparse
import cProfile
import io
import multiprocessing
import pstats
import tempfile
import time
from datetime import timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import place


def register_meanwhile(event_id: int, stop: Event, answers: Queue) -> None:
    """Register one person after another; say how long each took."""
    import uuid  # noqa: PLC0415 (after the settings)

    from django.utils import timezone  # noqa: PLC0415

    from events.registration.services import register  # noqa: PLC0415
    from events.registration.services.registering import Application  # noqa: PLC0415
    from events.schedule.models import SeatPool  # noqa: PLC0415

    pool = SeatPool.objects.filter(event_id=event_id).first()
    waits, number = [], 0
    while not stop.is_set():
        began = time.perf_counter()
        application = Application(
            name="New",
            email=f"new-{number}@example.org",
            access_needs="",
            consent_text="Yes.",
            submission=uuid.uuid4(),
        )
        register(event_id=event_id, pool_id=pool.pk, application=application, now=timezone.now())
        waits.append(time.perf_counter() - began)
        number += 1
        time.sleep(0.02)
    answers.put(waits)


def announce(registrations: int, *, profile: bool) -> None:
    """Seed, move the event, announce it, and print what it cost."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, connections  # noqa: PLC0415
    from django.db.models import F  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from events.outbox.models import Message  # noqa: PLC0415
    from events.registration.services import announce_event  # noqa: PLC0415
    from events.schedule import models as schedule  # noqa: PLC0415
    from events.schedule.services.publishing import unsaved_version  # noqa: PLC0415

    call_command("seed_load", "--events", "1", "--registrations", str(registrations), stdout=io.StringIO())
    event, now = schedule.Event.objects.get(), timezone.now()
    for session in schedule.Session.objects.filter(event=event):
        session.starts_at += timedelta(days=1)
        session.ends_at += timedelta(days=1)
        session.version += 1
        session.save()
        unsaved_version(session, event, now).save()
    schedule.Event.objects.update(announce_at=now, last_ends_at=F("last_ends_at") + timedelta(days=1))
    connections.close_all()
    stop, answers = multiprocessing.Event(), multiprocessing.Queue()
    other = multiprocessing.get_context("fork").Process(target=register_meanwhile, args=(event.pk, stop, answers))
    other.start()
    time.sleep(0.5)
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    began = time.perf_counter()
    queued = announce_event(event_id=event.pk, now=timezone.now())
    took = time.perf_counter() - began
    profiler.disable()
    if profile:
        pstats.Stats(profiler).sort_stats("cumtime").print_stats(40)
    stop.set()
    waits = answers.get(timeout=30)
    other.join()
    assert Message.objects.filter(kind="update").count() >= registrations
    print(f"{connection.vendor}: {queued} updates queued in {took:.2f} s;", end=" ")
    print(f"{len(waits)} people registered meanwhile, the slowest in {max(waits):.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registrations", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true", help="print where the time goes (and be slower)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, place.own(Path(folder)):
        announce(arguments.registrations, profile=arguments.profile)


if __name__ == "__main__":
    main()
