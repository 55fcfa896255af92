"""Whose it is: the one place that decides which events, people, messages and walks somebody of the staff sees.

Deny by default: the permission and the event are both needed. What is not in these querysets does not exist for the
person who asks, so that a foreign row and none at all give the same answer (404).
"""

from typing import Any

from django.db.models import Q, QuerySet

from events.console.rules import (
    ALLOCATE_WALKS,
    BE_PAIRED,
    CHANGE_INTERESTS,
    CHANGE_REGISTRATIONS,
    FOLLOW_INTERESTS,
    SEE_EVERY_EVENT,
    SEE_EVERY_WALK,
    SEE_FIGURES,
    SEE_INTERESTS,
    SEE_MESSAGES,
    SEE_REGISTRATIONS,
    SEE_SUPPRESSIONS,
    WALK_WALKS,
)
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.programmes.models import Interest, Pair, Phase
from events.registration.models import Registration
from events.schedule.models import Event
from events.walks.models import Borough, WalkRequest


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


def may_see_walks(user: Any) -> bool:
    """Whether somebody has anything to do with walks; which ones, `walks_seen_by` says."""
    return any(user.has_perm(permission) for permission in (ALLOCATE_WALKS, WALK_WALKS, SEE_EVERY_WALK))


def boroughs_run_by(user: Any) -> QuerySet[Borough]:
    """Return the boroughs whose requests somebody gives out: those they coordinate, or with SEE_EVERY_WALK all."""
    if not user.has_perm(ALLOCATE_WALKS):
        return Borough.objects.none()
    if user.has_perm(SEE_EVERY_WALK):
        return Borough.objects.all()
    return Borough.objects.filter(coordinators__user=user.pk)


def boroughs_counted_for(user: Any) -> QuerySet[Borough]:
    """Return the boroughs whose figures somebody sees."""
    return Borough.objects.all() if user.has_perm(SEE_EVERY_WALK) else boroughs_run_by(user)


def walks_run_by(user: Any) -> QuerySet[WalkRequest]:
    """Return the requests that somebody gives to officers and takes back."""
    return WalkRequest.objects.filter(borough__in=boroughs_run_by(user).values("pk"))


def walks_held_by(user: Any) -> QuerySet[WalkRequest]:
    """Return the requests that were given to somebody. Only these are opened, and by nobody else: no administrator."""
    held = WalkRequest.objects.filter(officer=user.pk)
    return held if user.has_perm(WALK_WALKS) else held.none()


def walks_seen_by(user: Any) -> QuerySet[WalkRequest]:
    """Return the requests of which somebody sees what is in the open. What is sealed, no query reads."""
    if user.has_perm(SEE_EVERY_WALK):
        return WalkRequest.objects.all()
    own = Q(borough__in=boroughs_run_by(user).values("pk"))
    if user.has_perm(WALK_WALKS):
        own |= Q(officer=user.pk)
    return WalkRequest.objects.filter(own)


def is_of_a_charity(user: Any) -> bool:
    """Whether somebody works for a partner charity: they see its people, whatever else they may do."""
    return bool(user.is_authenticated and not user.is_superuser and user.has_perm(FOLLOW_INTERESTS))


def phases_seen_by(user: Any, permission: str = SEE_INTERESTS) -> QuerySet[Phase]:
    """Return the phases of the events that somebody runs; of a charity's staff: none."""
    rows = Phase.objects.none() if is_of_a_charity(user) else Phase.objects.all()
    return _of_events(rows, "event_id", user, permission)


def interests_seen_by(user: Any, permission: str = SEE_INTERESTS) -> QuerySet[Interest]:
    """Return who expressed interest in those phases, and has not been forgotten."""
    rows = Interest.objects.none() if is_of_a_charity(user) else Interest.objects.filter(erased_at=None)
    return _of_events(rows, "phase__event_id", user, permission)


def pairs_seen_by(user: Any, permission: str = SEE_INTERESTS) -> QuerySet[Pair]:
    """Return the pairs of those phases."""
    rows = Pair.objects.none() if is_of_a_charity(user) else Pair.objects.filter(erased_at=None)
    return _of_events(rows, "phase__event_id", user, permission)


def interests_followed_by(user: Any) -> QuerySet[Interest]:
    """Return whose state and attendance somebody follows: a charity's staff its people, an officer her own mentors."""
    rows = Interest.objects.filter(erased_at=None)
    if is_of_a_charity(user):
        return rows.filter(charity__in=user.charities.values("pk"))
    if user.has_perm(BE_PAIRED):
        return rows.filter(pk__in=Pair.objects.filter(senior=user.pk, ended_at=None).values("interest_id"))
    return rows.none()


def pairs_marked_by(user: Any) -> QuerySet[Pair]:
    """Return the pairs of which somebody says who came: staff, the officer herself, and the mentor's charity."""
    rows = Pair.objects.filter(erased_at=None, ended_at=None)
    run = pairs_seen_by(user, CHANGE_INTERESTS).values("pk")
    own = Q(senior=user.pk) if user.has_perm(BE_PAIRED) and not is_of_a_charity(user) else Q(pk__in=[])
    theirs = Q(interest__charity__in=user.charities.values("pk")) if is_of_a_charity(user) else Q(pk__in=[])
    return rows.filter(Q(pk__in=run) | own | theirs)


def _of_events(rows: QuerySet[Any], path: str, user: Any, permission: str) -> QuerySet[Any]:
    if not user.has_perm(permission):
        return rows.none()
    if user.has_perm(SEE_EVERY_EVENT):
        return rows
    return rows.filter(**{f"{path}__in": Event.objects.filter(officers=user.pk).values("pk")})
