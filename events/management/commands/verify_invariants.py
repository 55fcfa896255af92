"""`manage.py verify_invariants`: prove that the figures agree. Exit 1 and a list on any breach."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.console.queries import broken_invariants


class Command(BaseCommand):
    """Check what must always hold."""

    help = "Check that places, registrations, invites and messages agree."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each breach."""
        breaches = list(broken_invariants())
        for breach in breaches:
            self.stdout.write(breach)
        if breaches:
            raise CommandError(f"{len(breaches)} invariants are broken.", returncode=1)
        self.stdout.write("Every invariant holds.")
