"""What follows from a publishing: reminders and waiting list at once, the registrants after the quiet period.

Run by the worker. Both go person by person in small transactions and can be stopped anywhere: what is done is
found done the next time.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from events.outbox.models import Message
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.queries import current_versions, latest_revisions
from events.registration.rules import RegistrationState
from events.registration.services.leaving import fill_pool
from events.registration.services.places import lock_pools
from events.registration.services.telling import (
    CALLED_OFF,
    PUT_OFF,
    issues_for,
    registration_message,
    words_for,
    write_up,
)
from events.reminders.services import retime_reminders
from events.schedule.access import lost_or_changed
from events.schedule.models import Event, SessionVersion
from events.schedule.queries import rules_of
from events.schedule.rules import EventStatus

log = structlog.get_logger(__name__)

CHUNK = 200


def settle_due_events(*, now: datetime) -> int:
    """Settle every event whose last publishing has not been worked out; return how many."""
    ids = list(Event.objects.exclude(version=F("settled_version")).values_list("pk", flat=True)[:50])
    return _each(ids, settle_event, now)


def announce_due_events(*, now: datetime) -> int:
    """Announce every event whose quiet period is over; return how many."""
    ids = list(Event.objects.filter(announce_at__lte=now).values_list("pk", flat=True)[:50])
    return _each(ids, announce_event, now)


def _each(ids: list[int], work: Callable[..., object], now: datetime) -> int:
    """Do the work for each event; one that fails is logged and tried again, and holds back none of the others."""
    done = 0
    for event_id in ids:
        try:
            work(event_id=event_id, now=now)
            done += 1
        except Exception:
            log.exception("event.work_failed", event_id=event_id, work=work.__name__)
    return done


def settle_event(*, event_id: int, now: datetime) -> None:
    """Fill places that a larger capacity has made, and bring everybody's reminders up to date."""
    with transaction.atomic():
        event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
        version = event.version
        for pool in lock_pools(pool_ids=event.pools.values_list("pk", flat=True)).values():
            fill_pool(event=event, pool=pool, now=now)
    sessions = list(event.sessions.filter(cancelled_at=None))
    for chunk in _chunks(event_id, [RegistrationState.CONFIRMED]):
        with transaction.atomic():
            people = [(r.pk, r.email) for r in _locked(chunk) if r.state == RegistrationState.CONFIRMED]
            retime_reminders(people=people, rules=rules_of(event), sessions=sessions, now=now)
    # Not ahead of a publishing that happened meanwhile: that one is settled in the next round.
    Event.objects.filter(pk=event_id, settled_version__lt=version).update(settled_version=version)


def announce_event(*, event_id: int, now: datetime) -> int:
    """Tell every registrant what has changed since they were last told; return how many mails were queued."""
    event = Event.objects.get(pk=event_id)
    versions = current_versions(event)
    queued = 0
    for chunk in _chunks(event_id, [RegistrationState.CONFIRMED, RegistrationState.WAITING]):
        with transaction.atomic():
            # The pools first, as everywhere: whoever cancels at this moment holds theirs.
            lock_pools(pool_ids=event.pools.values_list("pk", flat=True))
            queued += _announce_to(_locked(chunk), event, versions, now)
    # Only if nothing was published meanwhile: that has set a new moment, which stands.
    Event.objects.filter(pk=event_id, announce_at=event.announce_at).update(announce_at=None)
    log.info("event.announced", event_id=event_id, messages=queued)
    return queued


def _announce_to(people: list[Registration], event: Event, versions: list[SessionVersion], now: datetime) -> int:
    words = words_for(event)
    last = latest_revisions([person.pk for person in people])
    issues = [
        step
        for person in people
        for step in issues_for(
            registration=person,
            pool_kind=person.pool.kind,
            event=event,
            versions=versions,
            last=last,
            now=now,
        )
    ]
    messages = write_up(
        issues=issues,
        words={person.pk: words for person in people},
        registrations=people,
        not_after=None,
        now=now,
    )
    if event.status != EventStatus.PUBLISHED and event.is_to_come(now):
        messages += [
            registration_message(registration=person, kind=words.cancel, cause=_calling_off(event), now=now)
            for person in people
            if person.state == RegistrationState.WAITING
        ]
    if event.status == EventStatus.PUBLISHED and event.times_called_off:
        messages += _welcome_back(people, event, now)
    if event.status == EventStatus.PUBLISHED and event.is_to_come(now):
        messages += _access_changes(people, event, now)
    enqueue(messages)
    return len(messages)


def _calling_off(event: Event) -> str:
    return f"waiting-{event.times_called_off}"


def _welcome_back(people: list[Registration], event: Event, now: datetime) -> list[Message]:
    """Tell those who wait, and heard that the event was off, that it is on again and that they still wait."""
    waiting = [person for person in people if person.state == RegistrationState.WAITING]
    heard = Message.objects.filter(
        registration__in=waiting,
        kind__in=[CALLED_OFF.cancel, PUT_OFF.cancel],
        dedupe_key__endswith=f":{_calling_off(event)}",
    ).values_list("registration_id", flat=True)
    ids = set(heard) if waiting else set()
    return [
        registration_message(
            registration=person,
            kind="waiting",
            cause=f"back-{event.times_called_off}",
            not_after=event.over_at,
            now=now,
        )
        for person in waiting
        if person.pk in ids
    ]


def _access_changes(people: list[Registration], event: Event, now: datetime) -> list[Message]:
    """Tell those who rely on an access fact that its answer is another one than they were told."""
    affected = [
        person
        for person in people
        if lost_or_changed(told=person.access_told, now=event.access, relies_on=person.relies_on)
    ]
    for person in affected:
        person.access_told = event.access
    Registration.objects.bulk_update(affected, ["access_told"])
    return [
        registration_message(
            registration=person,
            kind="access_changed",
            cause=f"v{event.version}",
            not_after=event.over_at,
            now=now,
        )
        for person in affected
    ]


def _chunks(event_id: int, states: list[RegistrationState]) -> Iterator[list[int]]:
    """Yield the ids of an event's registrations, a chunk at a time, in order."""
    after = 0
    while True:
        ids = list(
            Registration.objects.filter(event_id=event_id, state__in=states, erased_at=None, pk__gt=after)
            .order_by("pk")
            .values_list("pk", flat=True)[:CHUNK]
        )
        if not ids:
            return
        yield ids
        after = ids[-1]


def _locked(ids: list[int]) -> list[Registration]:
    """Read people under a lock: somebody who cancels at this moment is told either before or after, never both ways."""
    people = Registration.objects.select_for_update(of=("self",), no_key=True).select_related("pool")
    return list(people.filter(pk__in=ids).order_by("pk"))
