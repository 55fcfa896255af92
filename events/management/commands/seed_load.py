"""`manage.py seed_load`: many events and registrations at once, for measuring; never where the public is served."""

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from events.invites.models import Invite, InviteRevision
from events.invites.rules import Method
from events.invites.services import first_partstat
from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.outbox.services import draft_row
from events.registration.models import ConsentWording, Registration
from events.registration.queries import current_versions
from events.registration.rules import RegistrationState
from events.reminders.services import reminder_rows
from events.schedule.models import Event, SeatPool, SessionVersion, new_uid
from events.schedule.rules import EventKind, EventSpec, PoolKind, SessionSpec
from events.schedule.services import publish_event
from portal.page_cache.generation import drop_pages

CHUNK = 2_000
CONSENT = "Synthetic load data: nobody agreed to anything."


class Command(BaseCommand):
    """Write what publishing and registering would have written, in bulk."""

    help = "Add synthetic events, and spread registrations evenly over them. On a laptop only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask how many of each."""
        parser.add_argument("--events", type=int, required=True)
        parser.add_argument("--registrations", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, a chunk a transaction."""
        if not settings.ON_LAPTOP:
            raise CommandError("This makes synthetic people, and runs only where BASE_URL is a loopback address.")
        events, registrations = options["events"], options["registrations"]
        if events < 1 or registrations < 0:
            raise CommandError("Ask for at least one event, and for no fewer than no registrations.")
        now = timezone.now()
        for number in range(events):
            event = _publish(number, now)
            share = registrations // events + (number < registrations % events)
            for first in range(0, share, CHUNK):
                _register(event, first, min(CHUNK, share - first), now)
        self.stdout.write(f"Added {events} events and {registrations} registrations.")


def _publish(number: int, now: datetime) -> Event:
    key = uuid.uuid4()
    slug = f"load-{key.hex[:12]}"
    starts = (now + timedelta(days=30, hours=number % 12)).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    session = SessionSpec(
        key=uuid.uuid4(),
        title="",
        starts_local=starts,
        ends_local=starts + timedelta(hours=1),
        place="",
        stream_url="https://stream.example.org/load",
    )
    event = publish_event(
        spec=EventSpec(
            key=key,
            slug=slug,
            path=f"/events/{slug}/",
            title=f"Load event {number + 1}",
            summary="Synthetic load data.",
            kind=EventKind.WEBINAR,
            time_zone=settings.TIME_ZONE,
            is_cancelled=False,
            cancellation_note="",
            contact_name="Outreach team",
            contact_email="outreach@example.org",
            opens_at=None,
            closes_at=None,
            capacities={PoolKind.ONLINE: None},
            sessions=(session,),
            reminders=("P7D", "P1D", "PT1H"),
            access={"captions": "yes", "bsl": "no", "recording": "no", "transcript": "no"},
        ),
        now=now,
    )
    # Nothing is left to be worked out: the rows below are what the worker would have made of it.
    Event.objects.filter(pk=event.pk).update(settled_version=event.version, announce_at=None)
    event.settled_version, event.announce_at = event.version, None
    return event


@transaction.atomic
def _register(event: Event, first: int, number: int, now: datetime) -> None:
    pool = SeatPool.objects.select_for_update().get(event=event)
    consent = _consent(now)
    people = Registration.objects.bulk_create(
        Registration(
            event=event,
            pool=pool,
            state=RegistrationState.CONFIRMED,
            name=f"Person {n}",
            email=f"person-{n}@load.example.org",
            email_key=f"person-{n}@load.example.org",
            consent=consent,
            submission=uuid.uuid4(),
            registered_at=now,
            confirmed_at=now,
        )
        for n in range(first, first + number)
    )
    pool.holding += number
    pool.save(update_fields=["holding"])
    drop_pages()
    versions = current_versions(event)
    messages = []
    for version in versions:
        messages += _confirmations(people, version, now)
    for person in people:
        messages += reminder_rows(
            registration_id=person.pk,
            to_email=person.email,
            rules=event.reminders,
            sessions=[version.session for version in versions],
            now=now,
        )
    Message.objects.bulk_create(messages, batch_size=CHUNK)


def _consent(now: datetime) -> ConsentWording:
    digest = hashlib.sha256(CONSENT.encode()).hexdigest()
    version = ConsentWording.objects.count() + 1
    fields = {"version": version, "text": CONSENT, "created_at": now}
    return ConsentWording.objects.get_or_create(digest=digest, defaults=fields)[0]


def _confirmations(people: list[Registration], version: SessionVersion, now: datetime) -> list[Message]:
    """Write the invites of one session, and return the confirmations that carried them, as they are once accepted."""
    invites = Invite.objects.bulk_create(
        Invite(
            registration=person,
            session_id=version.session_id,
            uid=new_uid(settings.CALENDAR_DOMAIN),
            attendee_name=person.name,
            attendee_email=person.email,
            method=Method.REQUEST,
            created_at=now,
        )
        for person in people
    )
    revisions = InviteRevision.objects.bulk_create(
        InviteRevision(
            invite=invite,
            sequence=0,
            method=Method.REQUEST,
            version=version,
            partstat=first_partstat(),
            stamp=now,
        )
        for invite in invites
    )
    messages = []
    for revision in revisions:
        message = draft_row(
            kind="confirmation",
            dedupe_key=f"confirmation:{revision.invite.registration_id}:r{revision.pk}",
            to_email=revision.invite.attendee_email,
            registration_id=revision.invite.registration_id,
            revisions=[revision.pk],
            stream=f"registration:{revision.invite.registration_id}",
            now=now,
        )
        message.state, message.attempts, message.fence = MessageState.ACCEPTED, 1, 1
        message.handed_off_at = message.settled_at = now
        messages.append(message)
    return messages
