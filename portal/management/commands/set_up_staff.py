"""Makes the groups of staff and the workflow; for a new site, and after an upgrade that brings new permissions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Site

from portal.staff import GROUPS, WORKFLOW, set_up_staff


class Command(BaseCommand):
    """`manage.py set_up_staff`; running it again changes nothing."""

    help = "Make the groups of staff, their permissions and the two-step workflow."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up; the event list must be there, for its editors are named."""
        site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
        events = site.root_page.get_children().filter(slug="events").first() if site else None
        if site is None or events is None:
            raise CommandError("First make the home page and, below it, an event list with the address 'events'.")
        with transaction.atomic():
            set_up_staff(home=site.root_page, events=events)
        self.stdout.write(f"Groups: {', '.join(group.name for group in GROUPS)}. Workflow: {WORKFLOW}.")
