"""What follows from a publishing: reminders and waiting list at once, the registrants after the quiet period.

Run by the worker, and can be stopped anywhere: what is done is found done the next time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import F

from events.invites.models import Invite, InviteRevision
from events.invites.rules import Method, Step
from events.invites.services import Issue
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

CHUNK = 2_000
LOCKED_AT_ONCE = 200
# Who is in the middle of something is looked at again, a few times; after that the worker comes back to the event.
MOST_ROUNDS = 3
TOLD = (RegistrationState.CONFIRMED, RegistrationState.WAITING)


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
    for chunk in _confirmed_chunks(event_id):
        with transaction.atomic():
            people = [(r.pk, r.email) for r in _locked(chunk) if r.state == RegistrationState.CONFIRMED]
            retime_reminders(people=people, rules=rules_of(event), sessions=sessions, now=now)
    # Not ahead of a publishing that happened meanwhile: that one is settled in the next round.
    Event.objects.filter(pk=event_id, settled_version__lt=version).update(settled_version=version)


def announce_event(*, event_id: int, now: datetime) -> int:
    """Tell every registrant what has changed since they were last told; return how many mails were queued.

    Worked out first and written then, in one transaction that is as short as it can be and locks nobody's pool:
    people go on registering. Whoever cancels or is promoted at that moment is left out and looked at again.
    """
    event = Event.objects.get(pk=event_id)
    versions = current_versions(event)
    queued = 0
    for _ in range(MOST_ROUNDS):
        planned = [plan for chunk in _chunks(event_id) for plan in _plan(chunk, event, versions, now)]
        told, left = _write(planned, event, now)
        queued += told
        if not left:
            # Only if nothing was published meanwhile: that has set a new moment, which stands.
            Event.objects.filter(pk=event_id, announce_at=event.announce_at).update(announce_at=None)
            break
    log.info("event.announced", event_id=event_id, messages=queued)
    return queued


@dataclass(frozen=True, slots=True)
class _Plan:
    """One person as they were read, and the steps that would bring their calendar up to date."""

    person: Registration
    steps: list[Issue]


def _plan(people: list[Registration], event: Event, versions: list[SessionVersion], now: datetime) -> Iterator[_Plan]:
    last: dict[int, dict[tuple[int, int], InviteRevision]] = {}
    for key, revision in latest_revisions([person.pk for person in people]).items():
        last.setdefault(key[0], {})[key] = revision
    for person in people:
        steps = issues_for(
            registration=person,
            pool_kind=person.pool.kind,
            event=event,
            versions=versions,
            last=last.get(person.pk, {}),
            now=now,
        )
        yield _Plan(person, steps)


@transaction.atomic
def _write(planned: list[_Plan], event: Event, now: datetime) -> tuple[int, int]:
    """Write what was planned for those who are as they were read; return how many mails, and how many are left."""
    kept = _unchanged(planned, event.pk)
    people, words = [plan.person for plan in kept], words_for(event)
    messages = write_up(
        issues=[step for plan in kept for step in plan.steps],
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
    return len(messages), len(planned) - len(kept)


def _unchanged(planned: list[_Plan], event_id: int) -> list[_Plan]:
    """Return the plans that still hold, their registrations locked until the transaction ends.

    What another transaction holds is left out, not waited for: it holds a pool as well, and people wait for that. Who
    waits for a place is read and not locked: a promotion, which holds the pool, must not wait for us.
    """
    rows = Registration.objects.filter(event_id=event_id, state__in=TOLD, erased_at=None)
    locked = rows.filter(state=RegistrationState.CONFIRMED)
    if connection.features.has_select_for_update_skip_locked:
        locked = locked.select_for_update(of=("self",), no_key=True, skip_locked=True)
    now_are = {pk: (state, email) for pk, state, email in locked.values_list("pk", "state", "email")}
    waiting = rows.filter(state=RegistrationState.WAITING)
    now_are |= {pk: (state, email) for pk, state, email in waiting.values_list("pk", "state", "email")}
    invites = Invite.objects.filter(session__event_id=event_id)
    stand = {pk: (sequence, method) for pk, sequence, method in invites.values_list("pk", "sequence", "method")}
    live = set(invites.filter(method=Method.REQUEST).values_list("registration_id", "session_id"))

    def holds(plan: _Plan) -> bool:
        person = plan.person
        return now_are.get(person.pk) == (person.state, person.email) and all(
            (step.registration_id, step.session_id) not in live
            if step.last is None or step.step is Step.FIRST
            else stand.get(step.last.invite_id) == (step.last.sequence, step.last.invite.method)
            for step in plan.steps
        )

    return [plan for plan in planned if holds(plan)]


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
    Registration.objects.filter(pk__in=[person.pk for person in affected]).update(access_told=event.access)
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


def _chunks(event_id: int) -> Iterator[list[Registration]]:
    """Yield an event's registrations that are told of changes, a chunk at a time, in order."""
    after = 0
    people = Registration.objects.filter(event_id=event_id, state__in=TOLD, erased_at=None).select_related("pool")
    while chunk := list(people.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def _confirmed_chunks(event_id: int) -> Iterator[list[int]]:
    after = 0
    confirmed = Registration.objects.filter(event_id=event_id, state=RegistrationState.CONFIRMED, erased_at=None)
    while ids := list(confirmed.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:LOCKED_AT_ONCE]):
        yield ids
        after = ids[-1]


def _locked(ids: list[int]) -> list[Registration]:
    """Read people under a lock: whoever cancels at this moment has their reminders taken off before or after."""
    people = Registration.objects.select_for_update(of=("self",), no_key=True).select_related("pool")
    return list(people.filter(pk__in=ids).order_by("pk"))
