"""What publishing a page would write, without writing it: what follows from it can be counted beforehand."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from events.schedule.models import Event, SeatPool, Session, SessionVersion
from events.schedule.rules import EventSpec, PoolKind, SessionSpec, is_online, pool_kinds
from events.schedule.services.publishing import copy_spec, instants, is_announced_anew, says_the_same, unsaved_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An event as it would be. Nothing in it is saved: a session that would be new has a negative id.

    `capacities` by the id of each pool that there is now; None: without limit.
    """

    event: Event
    versions: tuple[SessionVersion, ...]
    capacities: Mapping[int, int | None]

    @property
    def sessions(self) -> list[Session]:
        """Return the sessions that would take place."""
        return [version.session for version in self.versions]


def preview_event(*, spec: EventSpec, now: datetime) -> Preview | None:
    """Return what publishing would make of an event; None for one that was never published: nobody hears of it."""
    known = Event.objects.filter(key=spec.key).first()
    if known is None:
        return None
    event = copy(known)
    copy_spec(spec, event, now)
    anew = is_announced_anew(before=known.status, after=event.status)
    sessions = {session.key: session for session in known.sessions.all()}
    latest = _latest_versions(known)
    versions = [
        _version_of(row, number, event, sessions.get(row.key), latest, now, anew=anew)
        for number, row in enumerate(spec.sessions, start=1)
    ]
    event.first_starts_at = min((v.starts_at for v in versions), default=None)
    event.last_ends_at = max((v.ends_at for v in versions), default=None)
    return Preview(
        event=event,
        versions=tuple(sorted(versions, key=lambda v: (v.starts_at, v.session.pk))),
        capacities=_capacities(known, spec),
    )


def _latest_versions(event: Event) -> dict[int, SessionVersion]:
    rows = SessionVersion.objects.filter(session__event=event).select_related("session").order_by("number")
    return {version.session_id: version for version in rows}


def _version_of(
    row: SessionSpec,
    number: int,
    event: Event,
    known: Session | None,
    latest: Mapping[int, SessionVersion],
    now: datetime,
    *,
    anew: bool,
) -> SessionVersion:
    session = copy(known) if known is not None else Session(pk=-number, event=event, key=row.key, created_at=now)
    before = latest.get(session.pk)
    was_off, times_before = session.cancelled_at is not None, (session.starts_at, session.ends_at)
    session.title, session.place, session.stream_url = row.title, row.place, row.stream_url
    session.starts_at, session.ends_at = instants(row.starts_local, row.ends_local, event.time_zone)
    session.time_zone, session.cancelled_at = event.time_zone, None
    if before is not None and not anew and not was_off and says_the_same(before, session, event):
        before.session = session
        return before
    if before is not None and times_before != (session.starts_at, session.ends_at):
        session.timing += 1
    session.version += 1
    return unsaved_version(session, event, now)


def _capacities(event: Event, spec: EventSpec) -> dict[int, int | None]:
    online = any(is_online(spec.kind, place=session.place) for session in spec.sessions)
    offered = pool_kinds(spec.kind, online=online)
    capacities: dict[int, int | None] = {}
    for pool in SeatPool.objects.filter(event=event):
        wanted = spec.capacities.get(PoolKind(pool.kind)) if pool.kind in offered else 0
        capacities[pool.pk] = None if wanted is None else max(wanted, pool.holding)
    return capacities
