"""`manage.py purge_personal_data`: delete personal data whose time is over. The worker does it daily by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from events.registration.services.retention import purge_personal_data


class Command(BaseCommand):
    """Blank names, addresses and access needs after the retention period."""

    help = "Delete personal data whose time is over (RETENTION_DAYS after the event)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer `--dry-run`."""
        parser.add_argument("--dry-run", action="store_true", help="Only count.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, or count."""
        count = purge_personal_data(now=timezone.now(), dry_run=options["dry_run"])
        verb = "would be deleted" if options["dry_run"] else "deleted"
        self.stdout.write(f"Personal data of {count} registrations {verb}.")
