"""Speakers and hosts: their own calendars hold the sessions, no visitor's place is taken (calendar policy, 22)."""

from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from events.consent.services import consent_wording
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.queries import current_versions
from events.registration.rules import LIVE_STATES, RegistrationState
from events.registration.services.places import lock_pools, take_place
from events.registration.services.telling import HOLDING, issues_for, write_up
from events.reminders.services import reminder_rows
from events.schedule.models import Event, SeatPool
from events.schedule.rules import EventStatus, PoolKind
from portal.addresses import email_key

BY_STAFF = "Added by staff as a speaker or host."


def hold_for_host(*, event_id: int, name: str, email: str, now: datetime) -> Registration | None:
    """Put an event's sessions into a speaker's or host's calendar; return their registration.

    From then on they are told of every change like anybody else. None: the event is off or over, or the address is
    registered for it already.
    """
    try:
        return _hold(event_id, name, email, now)
    except IntegrityError:  # somebody has registered the address since we looked
        return None


@transaction.atomic
def _hold(event_id: int, name: str, email: str, now: datetime) -> Registration | None:
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    key = email_key(email)
    known = Registration.objects.filter(event=event, email_key=key, state__in=LIVE_STATES, erased_at=None)
    if event.status != EventStatus.PUBLISHED or not event.is_to_come(now) or known.exists():
        return None
    made, _ = SeatPool.objects.get_or_create(event=event, kind=PoolKind.HOSTS)
    pool = lock_pools(pool_ids=[made.pk])[made.pk]
    take_place(pool=pool)
    host = Registration.objects.create(
        event=event,
        pool=pool,
        state=RegistrationState.CONFIRMED,
        name=name,
        email=email,
        email_key=key,
        access_told=event.access,
        source="staff",
        consent=consent_wording(BY_STAFF, now),
        submission=uuid4(),
        registered_at=now,
        confirmed_at=now,
    )
    versions = current_versions(event)
    issues = issues_for(registration=host, pool_kind=pool.kind, event=event, versions=versions, last={}, now=now)
    messages = write_up(issues=issues, words={host.pk: HOLDING}, registrations=[host], not_after=event.over_at, now=now)
    reminders = reminder_rows(
        registration_id=host.pk,
        to_email=host.email,
        rules=event.reminders,
        sessions=[version.session for version in versions],
        now=now,
    )
    enqueue([*messages, *reminders])
    return host
