"""Registering: one form, one transaction, the same answer whoever asks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from events.consent.services import consent_wording
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.queries import current_versions
from events.registration.rules import LIVE_STATES, RegistrationState
from events.registration.services.places import lock_pools, take_place
from events.registration.services.readdressing import repair_code, repair_digest
from events.registration.services.strangers import MOST_DAYS_LATE, within_daily_limit
from events.registration.services.telling import CONFIRMED, issues_for, registration_message, write_up
from events.reminders.services import reminder_rows
from events.schedule.models import Event, SeatPool
from events.schedule.queries import availability_of
from events.schedule.rules import Availability
from portal.addresses import email_key

log = structlog.get_logger(__name__)

OPEN = {Availability.OPEN, Availability.WAITING_LIST}


class EventNotOpenError(Exception):
    """Raised when nobody can register now; `availability` says why."""

    def __init__(self, availability: Availability) -> None:
        super().__init__(availability.value)
        self.availability = availability


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the form holds, cleaned."""

    name: str
    email: str
    access_needs: str
    consent_text: str
    submission: UUID
    relies_on: tuple[str, ...] = ()
    language: str = "en"
    source: str = ""


def register(*, event_id: int, pool_id: int, application: Application, now: datetime) -> Registration:
    """Give a place, or one in the waiting list, and queue the mail that says so.

    The same address twice is told by mail and changes nothing; the same submission twice (a double click, a
    reload) is one. Raises EventNotOpenError.
    """
    for last_try in (False, False, True):
        try:
            return _register(event_id, pool_id, application, now)
        except IntegrityError:
            # The same address or the same new wording came between our look and our insert: now the look finds it.
            if last_try:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _register(event_id: int, pool_id: int, application: Application, now: datetime) -> Registration:
    pool = lock_pools(pool_ids=[pool_id])[pool_id]
    event = pool.event
    if event.pk != event_id:
        raise ValueError("The pool belongs to another event.")
    availability = availability_of(event, now=now, pool=pool)
    if availability not in OPEN:
        raise EventNotOpenError(availability)
    key = email_key(application.email)
    known = Registration.objects.filter(event=event, email_key=key, state__in=LIVE_STATES, erased_at=None).first()
    if known is not None:
        if known.submission != application.submission:
            _tell_again(known, application, event, now)
        return known
    has_place = take_place(pool=pool)
    registration = Registration.objects.create(
        event=event,
        pool=pool,
        state=RegistrationState.CONFIRMED if has_place else RegistrationState.WAITING,
        name=application.name,
        email=application.email,
        email_key=key,
        access_needs=application.access_needs,
        relies_on=list(application.relies_on),
        access_told=event.access,
        language=application.language,
        consent=consent_wording(application.consent_text, now),
        submission=application.submission,
        repair_digest=repair_digest(repair_code(application.submission)),
        source=application.source,
        registered_at=now,
        confirmed_at=now if has_place else None,
    )
    if has_place:
        _confirm(registration, pool, event, now)
    else:
        waiting = registration_message(
            registration=registration, kind="waiting", cause="listed", not_after=event.over_at, now=now
        )
        enqueue(within_daily_limit([waiting], key, now, MOST_DAYS_LATE))
    log.info("registration.made", registration=registration.pk, event_id=event.pk, state=registration.state)
    return registration


def _confirm(registration: Registration, pool: SeatPool, event: Event, now: datetime) -> None:
    versions = current_versions(event)
    issues = issues_for(
        registration=registration, pool_kind=pool.kind, event=event, versions=versions, last={}, now=now
    )
    messages = write_up(
        issues=issues,
        words={registration.pk: CONFIRMED},
        registrations=[registration],
        not_after=event.over_at,
        now=now,
    )
    reminders = reminder_rows(
        registration_id=registration.pk,
        to_email=registration.email,
        rules=event.reminders,
        sessions=[version.session for version in versions],
        now=now,
    )
    enqueue([*within_daily_limit(messages, registration.email_key, now, MOST_DAYS_LATE), *reminders])


def _tell_again(known: Registration, application: Application, event: Event, now: datetime) -> None:
    message = registration_message(
        registration=known,
        kind="already_registered",
        cause=str(application.submission),
        not_after=event.over_at,
        now=now,
    )
    enqueue(within_daily_limit([message], known.email_key, now, 0))
