"""`manage.py purge_personal_data`: delete personal data whose time is over. The worker does it daily by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from wagtail import hooks

from events.registration.services.retention import purge_personal_data


class Command(BaseCommand):
    """Blank names, addresses and access needs after the retention period."""

    help = "Delete personal data whose time is over (RETENTION_DAYS after the event)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer `--dry-run`."""
        parser.add_argument("--dry-run", action="store_true", help="Only count.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, or count."""
        now, dry_run = timezone.now(), options["dry_run"]
        verb = "would be deleted" if dry_run else "deleted"
        count = purge_personal_data(now=now, dry_run=dry_run)
        self.stdout.write(f"Personal data of {count} registrations {verb}.")
        for forget in hooks.get_hooks("purge_personal_data"):  # what other apps keep of people
            count, what = forget(now=now, dry_run=dry_run)
            self.stdout.write(f"Personal data of {count} {what} {verb}.")
