"""`manage.py seed_demo`: put the demo content in place."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone


def _day(value: str) -> date:
    return date.fromisoformat(value)


class Command(BaseCommand):
    """Seed the IWD week; idempotent."""

    help = "Put the demo content in place. Running it again makes only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer `--today`."""
        parser.add_argument("--today", type=_day, help="Compute the demo's dates from this day (2027-01-31).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, in one transaction: half a demo would be taken for a whole one."""
        # Imported here: the seed builds on the apps, which this package stands below.
        from portal.demo.seed import seed  # noqa: PLC0415

        if not settings.ON_LAPTOP:
            raise CommandError(
                "The demo has log-ins that everybody knows: it runs only where BASE_URL is a loopback address."
            )
        now = timezone.now()
        today = options["today"]
        if today is not None:
            now = datetime.combine(today, time(9), tzinfo=ZoneInfo(settings.TIME_ZONE))
        with transaction.atomic():
            seed(today=today or timezone.localdate(), now=now)
        self.stdout.write("The demo content is in place.")
