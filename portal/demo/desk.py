"""What the demo's events desk has to look at: whose events they are, and people who registered over some weeks."""

from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import F

from events.registration.models import Registration
from events.schedule.models import Event

SOURCES = ("poster-lewisham", "instagram", "", "newsletter", "instagram")


def seed_desk(*, now: datetime) -> None:
    """Give every event to the demo's officer, and spread today's registrations over the days before."""
    officer = get_user_model().objects.get(username="officer")
    for event in Event.objects.exclude(officers=officer):
        event.officers.add(officer)
    made_now = list(Registration.objects.filter(registered_at=now).order_by("-pk"))
    for number, person in enumerate(made_now):
        earlier = timedelta(days=3 * number, hours=5 * number % 24)
        rows = Registration.objects.filter(pk=person.pk)
        rows.update(
            registered_at=now - earlier, confirmed_at=F("confirmed_at") - earlier, source=SOURCES[number % len(SOURCES)]
        )
    if made_now:
        # One address of the full event bounces: it is repaired on her page.
        Registration.objects.filter(pk=made_now[-1].pk).update(undelivered_at=now)
