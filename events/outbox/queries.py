"""Reading the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from events.outbox.models import Message, Suppression
from events.outbox.rules import UNSETTLED, MessageState


def due_messages(*, now: datetime) -> QuerySet[Message]:
    """Return what may leave now, earliest due first.

    A message waits while an earlier one of its stream is unsettled: a client that gets SEQUENCE 1 before 0, or a
    CANCEL before its REQUEST, ends up with a wrong entry (calendar policy, decision 9).
    """
    earlier = Message.objects.filter(stream=OuterRef("stream"), id__lt=OuterRef("id"), state__in=UNSETTLED)
    return (
        Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now)
        .filter(Q(stream="") | ~Exists(earlier))
        .order_by("due_at", "id")
    )


def still_true(
    *,
    registration_states: tuple[str, ...],
    event_statuses: tuple[str, ...],
    stands: Mapping[str, tuple[str, ...]],
    suppressed_by: tuple[str, ...],
    email_key: str,
    now: datetime,
) -> Q:
    """Return the condition under which a message may be handed off now.

    The registration is looked at in a subquery: with a join, Django would move the caller's own conditions (the
    fence) into a subquery too, where PostgreSQL does not look again after it has waited for the row.
    """
    condition = Q(not_after__isnull=True) | Q(not_after__gt=now)
    wanted = {f"{lookup}__in": values for lookup, values in stands.items()}
    if registration_states:
        wanted["registration__state__in"] = registration_states
    if event_statuses:
        wanted["registration__event__status__in"] = event_statuses
    if wanted:
        condition &= Q(Exists(Message.objects.filter(pk=OuterRef("pk"), **wanted)))
    return condition & ~Q(Exists(Suppression.objects.filter(email_key=email_key, scope__in=suppressed_by)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is due and has not left: how many, and since when the oldest."""

    number: int
    oldest_due_at: datetime | None


def waiting(*, now: datetime) -> Waiting:
    """Return what is due and waits; by the index of what is due, however many messages there ever were."""
    number = Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now).count()
    oldest = (
        Message.objects.filter(state__in=UNSETTLED, first_due_at__lte=now)
        .order_by("first_due_at")
        .values_list("first_due_at", flat=True)
        .first()
    )
    return Waiting(number=number, oldest_due_at=oldest)
