"""`manage.py read_replies`: the mailbox that calendar replies come to. The worker does it too."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from events.invites.mailboxes import MailboxError
from events.registration.services.reading import read_replies

PAUSE = 60  # seconds between two rounds


class Command(BaseCommand):
    """Read calendar replies and delivery reports from REPLIES_URL."""

    help = "Read the mailbox of REPLIES_URL every minute. The worker does the same: this is for trying it out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer `--once`."""
        parser.add_argument("--once", action="store_true", help="Read what is unread, then exit.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read until told to stop."""
        if not settings.REPLIES_URL:
            raise CommandError("REPLIES_URL is not set. See docs/settings.md.")
        if options["once"]:
            self.stdout.write(f"{self._read()} mails read.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                self._read()
            except CommandError as problem:
                self.stderr.write(str(problem))
            stop.wait(PAUSE)

    def _read(self) -> int:
        try:
            return read_replies(url=settings.REPLIES_URL, now=timezone.now())
        except MailboxError as problem:
            raise CommandError(str(problem)) from problem
