"""Personal data has an end date: `RETENTION` after the programme's end, or after somebody was declined or withdrew."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState
from events.programmes.models import Attendance, Interest, Invitation, Pair, PairEntry, PairSession
from events.programmes.queries.phases import OFF
from events.programmes.rules import ENDED_STATES
from events.schedule.rules import EventStatus

log = structlog.get_logger(__name__)

CHUNK = 500
# Who waits for a new date is not forgotten with the old one; after a year without one nobody waits.
POSTPONED_KEPT = timedelta(days=365)
# A mail on the wire keeps its address until it has settled: looked at again for so long.
SETTLED_WITHIN = timedelta(days=7)


def purge_programmes(*, now: datetime, dry_run: bool) -> int:
    """Blank the people whose time is over; return how many (with `dry_run`: would be).

    States, times and attendance stay for the figures, without anybody's name, an officer's included. Running it
    twice, or on a restored backup, is safe.
    """
    due = _due(now)
    if dry_run:
        return due.count()
    # What a worker held when its person was forgotten has settled since.
    _settled(Interest.objects.filter(erased_at__gte=now - SETTLED_WITHIN).values("pk")).update(to_email="")
    erased = 0
    while ids := list(due.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            erased += _erase(ids, now)
    if erased:
        log.info("personal_data.erased", interests=erased)
    return erased


def _due(now: datetime) -> QuerySet[Interest]:
    before = now - settings.RETENTION
    waits = Q(phase__event__status=EventStatus.POSTPONED)
    later = PairSession.objects.filter(pair__phase=OuterRef("phase"), cancelled_at=None, ends_at__gt=before).exclude(
        pair__phase__event__status__in=OFF
    )
    ended = Q(state__in=ENDED_STATES, state_at__lte=before)
    over = Q(phase__event__last_ends_at__lte=before) & ~waits & ~Exists(later)
    without_date = Q(phase__event__last_ends_at=None, phase__event__published_at__lte=before) & ~Exists(later)
    forgotten = waits & Q(phase__event__published_at__lte=now - POSTPONED_KEPT)
    return Interest.objects.filter(erased_at=None).filter(ended | over | without_date | forgotten)


def _erase(ids: list[int], now: datetime) -> int:
    Message.objects.filter(interest__in=ids, state=MessageState.QUEUED).update(
        state=MessageState.SKIPPED, reason="The person's data has been deleted.", settled_at=now
    )
    _settled(ids).update(to_email="")
    pairs = Pair.objects.filter(interest__in=ids, erased_at=None)
    pair_ids = list(pairs.values_list("pk", flat=True))
    PairSession.objects.filter(pair__in=pair_ids).update(place="", link="")
    PairEntry.objects.filter(pair__in=pair_ids).update(place="", link="")
    Attendance.objects.filter(pair__in=pair_ids).update(marked_by=None)
    Pair.objects.filter(pk__in=pair_ids).update(senior=None, erased_at=now)
    Invitation.objects.filter(earlier__in=ids).delete()
    return Interest.objects.filter(pk__in=ids).update(
        name="", email="", email_key="", access_needs="", answers=[], reason="", decided_by=None, erased_at=now
    )


def _settled(interests: Any) -> QuerySet[Message]:
    return Message.objects.filter(interest__in=interests).exclude(state__in=UNSETTLED).exclude(to_email="")
