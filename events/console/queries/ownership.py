"""Whose it is: the one place that decides which events, people and messages somebody of the staff sees.

Deny by default: the permission and the event are both needed. What is not in these querysets does not exist for the
person who asks, so that a foreign row and none at all give the same answer (404).
"""

from typing import Any

from django.db.models import QuerySet

from events.console.rules import (
    CHANGE_REGISTRATIONS,
    SEE_EVERY_EVENT,
    SEE_FIGURES,
    SEE_MESSAGES,
    SEE_REGISTRATIONS,
    SEE_SUPPRESSIONS,
)
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.registration.models import Registration
from events.schedule.models import Event


def events_seen_by(user: Any, permission: str = SEE_FIGURES) -> QuerySet[Event]:
    """Return the events for which somebody has a permission: those they run, or with SEE_EVERY_EVENT all."""
    if not user.has_perm(permission):
        return Event.objects.none()
    if user.has_perm(SEE_EVERY_EVENT):
        return Event.objects.all()
    return Event.objects.filter(officers=user.pk)


def registrations_seen_by(user: Any, permission: str = SEE_REGISTRATIONS) -> QuerySet[Registration]:
    """Return the people of those events."""
    return _of_events(Registration.objects.all(), "event_id", user, permission)


def messages_seen_by(user: Any, permission: str = SEE_MESSAGES) -> QuerySet[Message]:
    """Return what was and will be sent to those people. What belongs to no registration: only with SEE_EVERY_EVENT."""
    return _of_events(Message.objects.all(), "registration__event_id", user, permission)


def receipts_seen_by(user: Any) -> QuerySet[DeliveryReceipt]:
    """Return what providers reported about those messages."""
    return _of_events(DeliveryReceipt.objects.all(), "message__registration__event_id", user, SEE_MESSAGES)


def suppressions_seen_by(user: Any, permission: str = SEE_SUPPRESSIONS) -> QuerySet[Suppression]:
    """Return the suppressed addresses: they belong to no event, so only for who sees every event."""
    sees_all = user.has_perm(permission) and user.has_perm(SEE_EVERY_EVENT)
    return Suppression.objects.all() if sees_all else Suppression.objects.none()


def may_run(user: Any, event: Event) -> bool:
    """Whether somebody may change what becomes of an event's people, and write to them."""
    return events_seen_by(user, CHANGE_REGISTRATIONS).filter(pk=event.pk).exists()


def _of_events(rows: QuerySet[Any], path: str, user: Any, permission: str) -> QuerySet[Any]:
    if not user.has_perm(permission):
        return rows.none()
    if user.has_perm(SEE_EVERY_EVENT):
        return rows
    return rows.filter(**{f"{path}__in": Event.objects.filter(officers=user.pk).values("pk")})
