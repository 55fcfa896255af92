"""Publishing projects a page into `Event`, `Session` and `SeatPool`, in one transaction (DESIGN law 1)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from events.schedule.models import Event, SeatPool, Session, SessionVersion, new_uid
from events.schedule.rules import (
    EventSpec,
    EventStatus,
    PoolKind,
    SessionSpec,
    TranslationSpec,
    full_title,
    is_online,
    pool_kinds,
    status_of,
)
from portal.page_cache.generation import drop_pages
from portal.wall_clock import to_instant

log = structlog.get_logger(__name__)


@transaction.atomic
def publish_event(*, spec: EventSpec, now: datetime) -> Event:
    """Write what the page says. Publishing the same twice changes nothing the second time.

    A change that registrants must hear of (time, place, title, link, description, cancelling) sets `announce_at`
    to the end of the quiet period. Every publishing raises `version`: the worker then re-times reminders
    and fills places that a larger capacity has made.
    """
    event = Event.objects.select_for_update(no_key=True).filter(key=spec.key).first()
    if event is None:
        event = Event(key=spec.key, created_at=now, settled_version=0, version=0)
    was_status, access_before = event.status, event.access
    copy_spec(spec, event, now)
    event.save()
    if not was_status and spec.owner_id is not None:
        event.officers.add(spec.owner_id)  # whoever wrote it runs it, until somebody else is chosen
    _write_pools(event, spec)
    # Back after having been off: every entry is issued anew, above the number with which it was cancelled.
    is_back = is_announced_anew(before=was_status, after=event.status)
    changed = _write_sessions(event, spec, now, anew=is_back)
    # Who relies on an access fact hears of its change; who does not hears nothing (registration/services/telling.py).
    changed |= bool(was_status) and access_before != event.access
    if changed or (was_status and was_status != event.status):
        event.announce_at = now + settings.QUIET_PERIOD
    live = [s for s in event.sessions.all() if s.cancelled_at is None]
    event.first_starts_at = min((s.starts_at for s in live), default=None)
    event.last_ends_at = max((s.ends_at for s in live), default=None)
    event.version = F("version") + 1
    event.save(update_fields=["announce_at", "first_starts_at", "last_ends_at", "version"])
    event.refresh_from_db()
    drop_pages()
    log.info("event.published", event_id=event.pk, version=event.version, changed=changed)
    return event


@transaction.atomic
def withdraw_event(*, key: UUID, now: datetime) -> None:
    """Take an event off the public site; its registrants are told after the quiet period. Twice is the same as once."""
    event = Event.objects.select_for_update(no_key=True).filter(key=key).exclude(status=EventStatus.WITHDRAWN).first()
    if event is None:
        return
    _set_status(event, EventStatus.WITHDRAWN, now)
    event.announce_at = now + settings.QUIET_PERIOD
    event.version = event.version + 1
    event.save(update_fields=["status", "status_at", "times_called_off", "announce_at", "version"])
    drop_pages()
    log.info("event.withdrawn", event_id=event.pk)


@transaction.atomic
def publish_translation(*, spec: TranslationSpec, now: datetime) -> None:
    """Write what a page in another language says: the same event, in other words.

    Only who registered in that language hears of a change: what each person's calendar says is compared person by
    person. A translation of an event that was never published waits for it: nothing is written.
    """
    event = Event.objects.select_for_update(no_key=True).filter(key=spec.key).first()
    if event is None:
        log.info("event.translation_without_event", language=spec.language)
        return
    words = {
        "title": spec.title,
        "summary": spec.summary,
        "path": spec.path,
        "cancellation_note": spec.cancellation_note,
        "sessions": dict(spec.session_titles),
    }
    _set_words(event, event.words | {spec.language: words}, now)


@transaction.atomic
def withdraw_translation(*, key: UUID, language: str, now: datetime) -> None:
    """Fall back to the first language, for the page in this one is not published any more."""
    event = Event.objects.select_for_update(no_key=True).filter(key=key).first()
    if event is not None:
        _set_words(event, {name: words for name, words in event.words.items() if name != language}, now)


def _set_words(event: Event, words: dict[str, Any], now: datetime) -> None:
    if event.words == words:
        return
    event.words = words
    changed = False
    for session in event.sessions.filter(cancelled_at=None):
        before = session.versions.order_by("-number").first()
        if before is None or not says_the_same(before, session, event):
            _save_version(session, event, now, timing_changed=False)
            changed = True
    if changed:
        event.announce_at = now + settings.QUIET_PERIOD
    event.version += 1
    event.save(update_fields=["words", "announce_at", "version"])
    log.info("event.translated", event_id=event.pk, languages=sorted(words), changed=changed)


def move_with_tzdata(*, now: datetime) -> int:
    """Re-issue future sessions whose instant a new release of tzdata has moved; return how many.

    The wall-clock time is what was promised (calendar policy, decision 5); the instant follows from it.
    """
    coming = Session.objects.filter(ends_at__gt=now - timedelta(days=1), cancelled_at=None)
    moved = 0
    for session_id, event_id in coming.values_list("pk", "event_id"):
        try:
            moved += _move_with_tzdata(session_id, event_id, now)
        except ValueError:
            # The new data has put a clock change over it: an editor must choose another time.
            log.exception("session.time_no_longer_exists", session_id=session_id, event_id=event_id)
    return moved


@transaction.atomic
def _move_with_tzdata(session_id: int, event_id: int, now: datetime) -> bool:
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    session = Session.objects.get(pk=session_id)
    starts_local, ends_local = (datetime.fromisoformat(t) for t in (session.starts_local, session.ends_local))
    starts_at, ends_at = instants(starts_local, ends_local, session.time_zone)
    if (starts_at, ends_at) == (session.starts_at, session.ends_at):
        return False
    session.starts_at, session.ends_at = starts_at, ends_at
    _save_version(session, event, now, timing_changed=True)
    live = event.sessions.filter(cancelled_at=None)
    event.first_starts_at = min(s.starts_at for s in live)
    event.last_ends_at = max(s.ends_at for s in live)
    event.announce_at = now + settings.QUIET_PERIOD
    event.version += 1
    event.save(update_fields=["announce_at", "version", "first_starts_at", "last_ends_at"])
    drop_pages()
    return True


def copy_spec(spec: EventSpec, event: Event, now: datetime) -> None:
    """Copy what the page says into the event in hand; nothing is saved."""
    _set_status(event, status_of(is_cancelled=spec.is_cancelled, is_postponed=spec.is_postponed), now)
    for name in (
        "kind",
        "slug",
        "path",
        "title",
        "summary",
        "time_zone",
        "cancellation_note",
        "contact_name",
        "contact_email",
        "opens_at",
        "closes_at",
        "recording_url",
        "on_decline",
        "by_interest",
    ):
        setattr(event, name, getattr(spec, name))
    event.reminders = list(spec.reminders)
    event.access = dict(spec.access)
    event.published_at = now


def is_announced_anew(*, before: str, after: str) -> bool:
    """Whether an event is back after having been off, so that every entry is issued anew."""
    return before not in {"", EventStatus.PUBLISHED} and after == EventStatus.PUBLISHED


def _set_status(event: Event, status: EventStatus, now: datetime) -> None:
    if event.status == status:
        return
    if event.status == EventStatus.PUBLISHED:
        event.times_called_off += 1
    event.status, event.status_at = status, now


def _write_pools(event: Event, spec: EventSpec) -> None:
    """Set the capacities. A pool that is no longer offered keeps its people and takes nobody new."""
    # By place, not by stream address: the address is often known only shortly before.
    online = any(is_online(spec.kind, place=session.place) for session in spec.sessions)
    offered = pool_kinds(spec.kind, online=online)
    for kind in offered:
        wanted = spec.capacities.get(kind)
        pool, _ = SeatPool.objects.get_or_create(event=event, kind=kind)
        # GREATEST in the database: somebody may have registered since the editor's form was checked.
        SeatPool.objects.filter(pk=pool.pk).update(
            published_capacity=wanted, capacity=None if wanted is None else Greatest(F("holding"), wanted)
        )
    visitors = SeatPool.objects.filter(event=event).exclude(kind=PoolKind.HOSTS)
    visitors.exclude(kind__in=offered).update(published_capacity=0, capacity=F("holding"))


def _write_sessions(event: Event, spec: EventSpec, now: datetime, *, anew: bool) -> bool:
    """Write the sessions and a version of each that changed; return whether registrants must hear of it."""
    known = {session.key: session for session in event.sessions.all()}
    changed = False
    for session_spec in spec.sessions:
        session = known.pop(session_spec.key, None)
        changed |= _write_session(event, session, session_spec, now, anew=anew)
    for session in known.values():
        if session.cancelled_at is None:
            session.cancelled_at = session.changed_at = now
            session.version += 1
            session.save(update_fields=["cancelled_at", "changed_at", "version"])
            changed = True
    return changed


def _write_session(event: Event, session: Session | None, spec: SessionSpec, now: datetime, *, anew: bool) -> bool:
    is_new = session is None
    if session is None:
        session = Session(event=event, key=spec.key, uid=new_uid(settings.CALENDAR_DOMAIN), created_at=now)
    anew = anew or session.cancelled_at is not None
    before = None if is_new else session.versions.order_by("-number").first()
    times_before = (session.starts_at, session.ends_at)
    session.title, session.place, session.stream_url = spec.title, spec.place, spec.stream_url
    session.starts_local = spec.starts_local.strftime("%Y-%m-%dT%H:%M")
    session.ends_local = spec.ends_local.strftime("%Y-%m-%dT%H:%M")
    session.time_zone, session.cancelled_at = event.time_zone, None
    session.starts_at, session.ends_at = instants(spec.starts_local, spec.ends_local, session.time_zone)
    if before is not None and not anew and says_the_same(before, session, event):
        return False
    _save_version(
        session,
        event,
        now,
        timing_changed=not is_new and times_before != (session.starts_at, session.ends_at),
    )
    return True


def says_the_same(version: SessionVersion, session: Session, event: Event) -> bool:
    """Whether a version is what calendars would be told of a session now."""
    fields = ("starts_at", "ends_at", "time_zone", "place", "stream_url")
    return (
        all(getattr(version, name) == getattr(session, name) for name in fields)
        and version.title == full_title(event.title, session.title)
        and version.summary == event.summary
        and _without_paths(version.words) == _without_paths(_words_of(session, event))
    )


def _words_of(session: Session, event: Event) -> dict[str, dict[str, str]]:
    """Return what calendars say of a session in each other language."""
    return {
        language: {
            "title": full_title(words["title"], words["sessions"].get(str(session.key), session.title)),
            "summary": words["summary"],
            "path": words["path"],
        }
        for language, words in event.words.items()
    }


def _without_paths(words: dict[str, dict[str, str]]) -> dict[str, tuple[str, str]]:
    return {language: (said["title"], said["summary"]) for language, said in words.items()}


def _save_version(session: Session, event: Event, now: datetime, *, timing_changed: bool) -> None:
    if session.pk is not None:
        session.version += 1
    if timing_changed:
        session.timing += 1
    session.changed_at = now
    session.save()
    unsaved_version(session, event, now).save()


def unsaved_version(session: Session, event: Event, now: datetime) -> SessionVersion:
    """Return what a session says now, as the version that its number names."""
    return SessionVersion(
        session=session,
        number=session.version,
        title=full_title(event.title, session.title),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        place=session.place,
        stream_url=session.stream_url,
        summary=event.summary,
        path=event.path,
        words=_words_of(session, event),
        created_at=now,
    )


def instants(starts_local: datetime, ends_local: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the instants of two wall-clock times in a zone."""
    return to_instant(starts_local, zone), to_instant(ends_local, zone)
