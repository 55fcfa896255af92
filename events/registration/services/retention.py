"""Personal data has an end date: names, addresses and needs are blanked `RETENTION` after the event."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from events.invites.models import InboundMail, Invite
from events.outbox.models import Message, StrangerMailCount
from events.outbox.rules import UNSETTLED, MessageState
from events.registration.models import Registration
from events.registration.services.forwarding import NO_WORDS, forget_forwarded
from events.schedule.rules import EventStatus

log = structlog.get_logger(__name__)

CHUNK = 500
# Who waits for a new date is not forgotten with the old one; after a year without one nobody does.
POSTPONED_KEPT = timedelta(days=365)
ERASED_ADDRESS = ""


def purge_personal_data(*, now: datetime, dry_run: bool) -> int:
    """Blank the personal data of registrations whose time is over; return how many (with `dry_run`: would be).

    The time counts from the event's end, or from the end of the registration where the event has no times left.
    Rows stay: figures and the proof of consent need no name. Running it twice, or on a restored backup, is safe.
    """
    before = now - settings.RETENTION
    waits = Q(event__status=EventStatus.POSTPONED)
    due = Registration.objects.filter(erased_at=None).filter(
        Q(event__last_ends_at__lte=before) & ~waits
        | Q(event__last_ends_at=None, event__published_at__lte=before)
        | Q(waits, event__published_at__lte=now - POSTPONED_KEPT)
    )
    if dry_run:
        return due.count()
    erased = 0
    while ids := list(due.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            erased += _erase(ids, now)
    StrangerMailCount.objects.filter(day__lt=(now - settings.RETENTION).date()).delete()
    forget_forwarded(now=now)
    InboundMail.objects.filter(received_at__lte=before).delete()
    if erased:
        log.info("personal_data.erased", registrations=erased)
    return erased


def _erase(ids: list[int], now: datetime) -> int:
    Message.objects.filter(registration_id__in=ids, state=MessageState.QUEUED).update(
        state=MessageState.SKIPPED, reason="The person's data has been deleted.", settled_at=now
    )
    Message.objects.filter(registration_id__in=ids).exclude(state__in=UNSETTLED).update(to_email=ERASED_ADDRESS)
    InboundMail.objects.filter(invite__registration_id__in=ids).update(**NO_WORDS)
    Invite.objects.filter(registration_id__in=ids).update(attendee_name="", attendee_email=ERASED_ADDRESS)
    return Registration.objects.filter(pk__in=ids).update(
        name="", email=ERASED_ADDRESS, email_key="", access_needs="", relies_on=[], erased_at=now
    )
