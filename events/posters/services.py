"""Making codes for places, counting scans, taking posters down."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from events.posters.models import PosterScan, PosterSite
from events.posters.rules import ALPHABET, LENGTH, MOST_PLACES

log = structlog.get_logger(__name__)


@transaction.atomic
def make_posters(
    *,
    places: Sequence[str],
    event_id: int | None,
    borough_id: int | None,
    headline: str,
    line: str,
    language: str,
    by: Any,
    now: datetime,
) -> list[PosterSite]:
    """Make a poster with a code of its own for each place; a place that has one for the same thing keeps it."""
    for_it = Q(event=event_id) if event_id is not None else Q(borough=borough_id)
    same = PosterSite.objects.filter(for_it, language=language, taken_down_at=None)
    there = {site.place: site for site in same.filter(place__in=places)}
    made = []
    for place in places[:MOST_PLACES]:
        if place in there:
            there[place].headline, there[place].line = headline, line
            there[place].save(update_fields=["headline", "line"])
            continue
        fields = {"place": place, "event_id": event_id, "borough_id": borough_id, "headline": headline, "line": line}
        made.append(_with_new_code(fields | {"language": language, "created_by": by, "created_at": now}))
    log.info("posters.made", posters=len(made))
    return made


def _with_new_code(fields: dict[str, Any]) -> PosterSite:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return PosterSite.objects.create(code=code, **fields)
        except IntegrityError:
            if not PosterSite.objects.filter(code=code).exists():
                raise


@transaction.atomic
def count_scan(*, site_id: int, now: datetime) -> None:
    """Count one scan on its day: all that a GET of a poster's address writes (ADR 20)."""
    day = timezone.localtime(now).date()
    PosterScan.objects.bulk_create([PosterScan(site_id=site_id, day=day)], ignore_conflicts=True)
    PosterScan.objects.filter(site_id=site_id, day=day).update(count=F("count") + 1)


@transaction.atomic
def take_down(*, site_id: int, now: datetime) -> bool:
    """Note that a poster hangs no more; return whether it did. Its address goes on working, for a photo of it may."""
    return bool(PosterSite.objects.filter(pk=site_id, taken_down_at=None).update(taken_down_at=now))
