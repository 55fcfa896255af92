"""Leaving: a place is given up, and the first in the waiting list gets it in the same transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from events.invites.services import Issue, issue
from events.outbox.services import enqueue, skip_queued
from events.registration.models import Registration
from events.registration.queries import current_versions, latest_revisions
from events.registration.rules import HOLDING_STATES, LIVE_STATES, CancelledBy, RegistrationState
from events.registration.services.places import give_back_place, lock_pools, promote_waiting
from events.registration.services.telling import (
    CANCELLED_BY_ATTENDEE,
    PROMOTED,
    REMOVED_BY_STAFF,
    issues_for,
    registration_message,
    write_up,
)
from events.reminders.services import reminder_rows
from events.schedule.models import Event, SeatPool
from events.schedule.rules import EventStatus

log = structlog.get_logger(__name__)


@transaction.atomic
def cancel_registration(*, registration_id: int, by: CancelledBy, now: datetime) -> bool:
    """End a registration; return whether it was. A second time is no error, and what is over stays as it was."""
    return _end(registration_id, by, now, _tell_leaver)


@transaction.atomic
def release_declined(*, registration_id: int, now: datetime) -> bool:
    """End the registration of somebody whose calendar has declined; return whether it was.

    Their calendar knows already: it gets no CANCEL back (calendar policy, row 14), but a mail says what has happened.
    """
    return _end(registration_id, CancelledBy.ATTENDEE, now, _tell_released)


def _end(
    registration_id: int,
    by: CancelledBy,
    now: datetime,
    tell: Callable[[Registration, Event, CancelledBy, datetime], None],
) -> bool:
    pool_id = Registration.objects.values_list("pool_id", flat=True).get(pk=registration_id)
    pool = lock_pools(pool_ids=[pool_id])[pool_id]
    event = pool.event
    registration = Registration.objects.select_for_update(no_key=True).get(pk=registration_id)
    is_over = event.over_at is not None and event.over_at <= now
    if registration.state not in LIVE_STATES or is_over:
        return False
    held = registration.state in HOLDING_STATES
    registration.state, registration.ended_at, registration.ended_by = RegistrationState.CANCELLED, now, by
    registration.save(update_fields=["state", "ended_at", "ended_by"])
    skip_queued(where=Q(registration=registration, kind="reminder"), reason="The registration was cancelled.", now=now)
    tell(registration, event, by, now)
    if held:
        give_back_place(pool=pool)
        fill_pool(event=event, pool=pool, now=now)
    log.info("registration.cancelled", registration=registration.pk, event_id=event.pk, by=by.value)
    return True


def _last_issues(registration: Registration, event: Event, now: datetime) -> list[Issue]:
    return issues_for(
        registration=registration,
        pool_kind=registration.pool.kind,
        event=event,
        versions=current_versions(event),
        last=latest_revisions([registration.pk]),
        now=now,
    )


def _tell_released(registration: Registration, event: Event, by: CancelledBy, now: datetime) -> None:
    # Issued and not sent: their page and their feed show that the entry is cancelled.
    issue(issues=_last_issues(registration, event, now), now=now)
    message = registration_message(
        registration=registration, kind="released", cause="declined", not_after=event.over_at, now=now
    )
    enqueue([message])


def _tell_leaver(registration: Registration, event: Event, by: CancelledBy, now: datetime) -> None:
    words = CANCELLED_BY_ATTENDEE if by is CancelledBy.ATTENDEE else REMOVED_BY_STAFF
    issues = _last_issues(registration, event, now)
    messages = write_up(
        issues=issues,
        words={registration.pk: words},
        registrations=[registration],
        not_after=event.over_at,
        now=now,
    )
    if not messages:  # had nothing in the calendar: waited, or the event is off
        messages = [
            registration_message(
                registration=registration,
                kind=words.cancel,
                cause="left",
                not_after=event.over_at,
                now=now,
            )
        ]
    enqueue(messages)


def fill_pool(*, event: Event, pool: SeatPool, now: datetime) -> int:
    """Give the pool's free places to those who wait; return how many. Nobody is promoted into what is off or over."""
    if event.status != EventStatus.PUBLISHED or not event.is_to_come(now):
        return 0
    promoted = promote_waiting(pool=pool, now=now)
    if promoted:
        _tell_promoted(promoted, event, now)
    return len(promoted)


def _tell_promoted(promoted: Iterable[Registration], event: Event, now: datetime) -> None:
    people = list(promoted)
    versions = current_versions(event)
    issues = [
        step
        for person in people
        for step in issues_for(
            registration=person, pool_kind=person.pool.kind, event=event, versions=versions, last={}, now=now
        )
    ]
    messages = write_up(
        issues=issues,
        words={person.pk: PROMOTED for person in people},
        registrations=people,
        not_after=event.over_at,
        now=now,
    )
    sessions = [version.session for version in versions]
    for person in people:
        messages += reminder_rows(
            registration_id=person.pk,
            to_email=person.email,
            rules=event.reminders,
            sessions=sessions,
            now=now,
        )
        log.info("registration.promoted", registration=person.pk, event_id=event.pk)
    enqueue(messages)
