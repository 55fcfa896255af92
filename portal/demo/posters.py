"""Posters in the demo: a few places, some of them scanned, and two people who came by one."""

from datetime import datetime, timedelta

from django.utils import timezone

from events.posters.models import PosterScan, PosterSite
from events.posters.services import make_posters
from events.schedule.models import Event
from events.walks.models import Borough

SCANS = (3, 8, 5, 12, 7, 9, 4)


def seed_posters(*, now: datetime) -> None:
    """Make what is missing of it."""
    if PosterSite.objects.exists():
        return
    event = Event.objects.filter(slug="women-on-the-front-line").first()
    borough = Borough.objects.filter(slug="lambeth").first()
    for places, of_event, of_borough in (
        (["Lewisham Library, noticeboard", "Goldsmiths, students’ union", "Enfield Town station"], event, None),
        (["Brixton Library, front window", "Stockwell bus garage"], None, borough),
    ):
        made = make_posters(
            places=places,
            event_id=of_event.pk if of_event else None,
            borough_id=of_borough.pk if of_borough else None,
            headline="",
            line="",
            language="en",
            by=None,
            now=now,
        )
        today = timezone.localtime(now).date()
        PosterScan.objects.bulk_create(
            PosterScan(site=site, day=today - timedelta(days=day), count=number + position)
            for position, site in enumerate(made)
            for day, number in enumerate(SCANS)
        )
