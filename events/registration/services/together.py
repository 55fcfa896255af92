"""The same for many people at once: one call, and how many it changed. Each person is a transaction of their own."""

from collections.abc import Iterable
from datetime import datetime

from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy, RegistrationState
from events.registration.services.leaving import cancel_registration
from events.registration.services.managing import send_again


def remove_people(*, registration_ids: Iterable[int], now: datetime) -> list[int]:
    """End registrations as staff; return those that were ended: who had left before, and what is over, stays."""
    return [pk for pk in registration_ids if cancel_registration(registration_id=pk, by=CancelledBy.STAFF, now=now)]


def send_again_to(*, registration_ids: Iterable[int], now: datetime) -> list[int]:
    """Send everybody their confirmation again; return to whom it is new: who was sent it just now, or left, is not."""
    reached = []
    for pk in registration_ids:
        mails = Message.objects.filter(registration_id=pk)
        before = mails.count()
        send_again(registration_id=pk, now=now)
        if mails.count() > before:
            reached.append(pk)
    return reached


def mark_attended(*, registration_ids: Iterable[int], attended: bool, now: datetime) -> int:
    """Tick people off, or take the tick away; return how many that changed.

    Only who has a place can have come, and nobody before the event has begun.
    """
    people = Registration.objects.filter(pk__in=list(registration_ids))
    if not attended:
        return people.filter(attended_at__isnull=False).update(attended_at=None)
    begun = people.filter(
        state=RegistrationState.CONFIRMED, attended_at=None, event__first_starts_at__lte=now, erased_at=None
    )
    # The ids first: an UPDATE with a join would read the same rows twice.
    return Registration.objects.filter(pk__in=list(begun.values_list("pk", flat=True)), attended_at=None).update(
        attended_at=now
    )
