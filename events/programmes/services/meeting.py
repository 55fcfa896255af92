"""A pair's own sessions: set, moved, called off, each told to both calendars. And who came."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from events.programmes.models import Attendance, Pair, PairSession, Phase
from events.programmes.queries.meetings import Subject
from events.programmes.queries.phases import OFF, still_on
from events.programmes.rules import Party, Times, check_times
from events.programmes.services.locking import lock_pair
from events.programmes.services.telling import tell_calendars, tell_called_off
from events.schedule.rules import EventStatus
from portal.wall_clock import to_instant

log = structlog.get_logger(__name__)


@transaction.atomic
def set_session(
    *,
    pair_id: int,
    starts_local: datetime,
    ends_local: datetime,
    time_zone: str,
    place: str,
    link: str,
    now: datetime,
    session_id: int | None = None,
) -> Times:
    """Set a new session of a pair, or move one; both are told. The same twice changes nothing.

    Raises ValueError for a time that the clock skips or shows twice.
    """
    starts_at, ends_at = to_instant(starts_local, time_zone), to_instant(ends_local, time_zone)
    pair = lock_pair(pair_id)
    if pair is None:
        return Times.NO_PAIR
    if pair.phase.event.status in OFF:
        return Times.OFF
    mine = {row.pk: row for row in pair.sessions.filter(cancelled_at=None)}
    session = mine.pop(session_id, None) if session_id is not None else _same(mine, starts_at, ends_at)
    if session_id is not None and session is None:
        return Times.NO_PAIR
    if session is not None:
        mine.pop(session.pk, None)
        if session.starts_at <= now:
            return Times.BEGUN
    if session is not None and _says(session, starts_at, ends_at, time_zone, place, link):
        return Times.UNCHANGED
    others = [(row.starts_at, row.ends_at) for row in mine.values()] + _common_times(pair)
    answer = check_times(starts_at=starts_at, ends_at=ends_at, others=others, now=now)
    if answer is not Times.SET:
        return answer
    session = session or PairSession(pair=pair, created_at=now)
    session.starts_local, session.ends_local = f"{starts_local:%Y-%m-%dT%H:%M}", f"{ends_local:%Y-%m-%dT%H:%M}"
    session.starts_at, session.ends_at, session.time_zone = starts_at, ends_at, time_zone
    session.place, session.link = place, link
    session.save()
    tell_calendars(pair=pair, now=now)
    return Times.SET


def _common_times(pair: Pair) -> list[tuple[datetime, datetime]]:
    event = pair.phase.event
    live = event.live_sessions if event.status == EventStatus.PUBLISHED else ()
    return [(session.starts_at, session.ends_at) for session in live]


def _same(mine: dict[int, PairSession], starts_at: datetime, ends_at: datetime) -> PairSession | None:
    """Return the session that a second click would make again."""
    return next((row for row in mine.values() if (row.starts_at, row.ends_at) == (starts_at, ends_at)), None)


def _says(session: PairSession, starts_at: datetime, ends_at: datetime, zone: str, place: str, link: str) -> bool:
    said = (session.starts_at, session.ends_at, session.time_zone, session.place, session.link)
    return said == (starts_at, ends_at, zone, place, link)


@transaction.atomic
def call_off_session(*, pair_id: int, session_id: int, now: datetime) -> bool:
    """Take a session off that has not begun; return whether it was on."""
    pair = lock_pair(pair_id)
    if pair is None:
        return False
    off = pair.sessions.filter(pk=session_id, cancelled_at=None, starts_at__gt=now).update(cancelled_at=now)
    if off:
        tell_calendars(pair=pair, now=now)
    return bool(off)


@transaction.atomic
def mark_attendance(*, pair_id: int, subject: Subject, party: Party, came: bool, by: Any, now: datetime) -> bool:
    """Write down whether one of the two was there; return whether it could be: nobody has come before it began."""
    pair = lock_pair(pair_id, meets=False)
    if pair is None or not _has_begun(pair, subject, now):
        return False
    which: dict[str, Any] = {"pair_session_id": subject.pair_session_id, "session_id": subject.session_id}
    Attendance.objects.update_or_create(
        pair=pair,
        party=party,
        **{name: pk for name, pk in which.items() if pk is not None},
        defaults={"came": came, "marked_at": now, "marked_by": by},
    )
    return True


def _has_begun(pair: Pair, subject: Subject, now: datetime) -> bool:
    if subject.own:
        return pair.sessions.filter(still_on(pair.phase.event), pk=subject.own, starts_at__lte=now).exists()
    common = pair.phase.event.sessions.filter(still_on(pair.phase.event), pk=subject.common, starts_at__lte=now)
    return common.filter(ends_at__gt=pair.made_at).exists()


def follow_events(*, now: datetime) -> int:
    """Tell pairs what a publishing changed of the programme's own sessions; return how many phases.

    After the quiet period, when registrants of other events hear too: `announce_at` is empty again.
    """
    behind = Phase.objects.filter(event__announce_at=None).exclude(event__version=F("told_version"))
    ids = list(behind.order_by("pk").values_list("pk", flat=True)[:20])
    for phase_id in ids:
        _follow(phase_id, now)
    return len(ids)


@transaction.atomic
def _follow(phase_id: int, now: datetime) -> None:
    phase = Phase.objects.select_for_update(of=("self",), no_key=True).select_related("event").get(pk=phase_id)
    version = phase.event.version
    for pair_id in phase.pairs.filter(ended_at=None, erased_at=None).order_by("pk").values_list("pk", flat=True):
        pair = lock_pair(pair_id, meets=False)
        if pair is not None:
            tell_calendars(pair=pair, now=now)
    if phase.event.status in OFF:
        tell_called_off(phase=phase, now=now)
    phase.told_version = version
    phase.save(update_fields=["told_version"])


def move_with_tzdata(*, now: datetime) -> int:
    """Re-issue sessions whose instant a new release of tzdata has moved: the wall-clock time was promised."""
    coming = PairSession.objects.filter(starts_at__gt=now, cancelled_at=None).order_by("pk")
    moved = 0
    for session_id, pair_id in coming.values_list("pk", "pair_id"):
        try:
            moved += _move_with_tzdata(session_id, pair_id, now)
        except ValueError:
            # The new data has put a clock change over it: the two must choose another time.
            log.exception("pair_session.time_no_longer_exists", session_id=session_id)
    return moved


@transaction.atomic
def _move_with_tzdata(session_id: int, pair_id: int, now: datetime) -> bool:
    pair = lock_pair(pair_id)
    session = PairSession.objects.get(pk=session_id)
    local = (datetime.fromisoformat(text) for text in (session.starts_local, session.ends_local))
    starts_at, ends_at = (to_instant(moment, session.time_zone) for moment in local)
    if pair is None or (starts_at, ends_at) == (session.starts_at, session.ends_at):
        return False
    session.starts_at, session.ends_at = starts_at, ends_at
    session.save(update_fields=["starts_at", "ends_at"])
    tell_calendars(pair=pair, now=now)
    return True
