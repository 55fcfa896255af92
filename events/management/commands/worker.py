"""`manage.py worker`: all the background there is."""

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from events.worker import Worker


class Command(BaseCommand):
    """Deliver mail, work out what publishing means, publish what is scheduled, run Wagtail's tasks."""

    help = "Run all background work. SIGTERM finishes the message in hand and ends."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer `--once`."""
        parser.add_argument("--once", action="store_true", help="Do what is due now, then exit.")
        parser.add_argument("--parent", type=int, default=0, help="Exit when this process is gone.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        parent = options["parent"]

        def should_stop() -> bool:
            return stop.is_set() or bool(parent and os.getppid() != parent)

        worker = Worker(should_stop=should_stop, wait=stop.wait)
        if options["once"]:
            worker.drain()
        else:
            worker.run()
