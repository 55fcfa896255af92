"""The keys that Walk & Talk requests are sealed with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from events.walks.models import WalkRequest
from events.walks.services import reseal_requests
from portal.sealing import CannotOpenError, key_id_of, new_key_pair, public_key_of


class Command(BaseCommand):
    """`manage.py walk_keys new | reseal | list`."""

    help = (
        "new: print a pair of keys and where each belongs. reseal: seal every request with WALKS_PUBLIC_KEY, so that "
        "older keys can be given up. list: say which keys are held here and which are in use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        parser.add_argument("what", choices=("new", "reseal", "list"))

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        """Do it."""
        {"new": self._new, "reseal": self._reseal, "list": self._list}[what]()

    def _new(self) -> None:
        public, private = new_key_pair()
        kept = ",".join([private, *settings.WALKS_PRIVATE_KEYS])
        self.stdout.write(
            f"A new pair, {key_id_of(public)}. Nothing is changed yet.\n\n"
            "1. For the staff's web process and the worker (never the public one), the new key before the old ones:\n"
            f"WALKS_PRIVATE_KEYS={kept}\n\n"
            "2. Then for every process:\n"
            f"WALKS_PUBLIC_KEY={public}\n\n"
            "3. Then run `manage.py walk_keys reseal` where the private keys are, and remove the old ones."
        )

    def _reseal(self) -> None:
        if not settings.WALKS_PUBLIC_KEY or not settings.WALKS_PRIVATE_KEYS:
            raise CommandError("Run it where WALKS_PUBLIC_KEY and WALKS_PRIVATE_KEYS are both set.")
        held = {key_id_of(public_key_of(private)) for private in settings.WALKS_PRIVATE_KEYS}
        key_id = key_id_of(settings.WALKS_PUBLIC_KEY)
        if key_id not in held:
            raise CommandError("WALKS_PRIVATE_KEYS lacks the key that opens what WALKS_PUBLIC_KEY seals. Add it first.")
        try:
            done = reseal_requests(key_id=key_id)
        except CannotOpenError as problem:
            raise CommandError(f"{problem} Add it to WALKS_PRIVATE_KEYS, then run this again.") from problem
        self.stdout.write(f"{done} requests are sealed with {key_id} now. No older key is needed any more.")

    def _list(self) -> None:
        held = {key_id_of(public_key_of(private)) for private in settings.WALKS_PRIVATE_KEYS}
        current = key_id_of(settings.WALKS_PUBLIC_KEY) if settings.WALKS_PUBLIC_KEY else ""
        used = set(WalkRequest.objects.order_by().values_list("key_id", flat=True).distinct())
        for key_id in sorted(held | used | ({current} - {""})):
            said = [
                "seals new requests" if key_id == current else "",
                f"{WalkRequest.objects.filter(key_id=key_id).count()} requests",
                "its private key is held here" if key_id in held else "its private key is not held here",
            ]
            self.stdout.write(f"{key_id}: {', '.join(part for part in said if part)}")
