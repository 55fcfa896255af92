"""What staff and operators ask of the whole: do the figures agree?"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Q
from django.utils import timezone

from events.console.queries.programme_invariants import broken_programmes
from events.invites.models import Invite, InviteRevision
from events.outbox.models import Message
from events.outbox.rules import IN_HAND
from events.registration.models import Registration
from events.registration.rules import HOLDING_STATES, LIVE_STATES, RegistrationState
from events.schedule.models import SeatPool, Session
from events.schedule.rules import EventStatus
from events.walks.models import WalkRequest, WalkSlot
from events.walks.rules import WalkState


def broken_invariants(*, now: datetime | None = None) -> Iterator[str]:
    """Yield a sentence for every breach of what must always hold. Constraints hold most of it; this proves the rest."""
    now = now or timezone.now()
    pools = SeatPool.objects.annotate(held=Count("registrations", filter=Q(registrations__state__in=HOLDING_STATES)))
    for pool in pools.exclude(holding=F("held")):
        yield f"Pool {pool.pk} says that {pool.holding} places are held; {pool.held} registrations hold one."
    for full in SeatPool.objects.filter(capacity__isnull=False, holding__gt=F("capacity")):
        yield f"Pool {full.pk} holds {full.holding} places of {full.capacity}."
    free = Q(capacity__isnull=True) | Q(holding__lt=F("capacity"))
    settled = Q(event__status=EventStatus.PUBLISHED, event__version=F("event__settled_version"))
    coming = Q(event__last_ends_at__gt=now)
    with_waiting = SeatPool.objects.filter(registrations__state=RegistrationState.WAITING)
    for idle in with_waiting.filter(free, settled, coming).distinct():
        yield f"Pool {idle.pk} has a free place, and somebody waits for one."
    strangers = Registration.objects.exclude(pool__event=F("event"))
    for registration in strangers:
        yield f"Registration {registration.pk} holds a place in another event's pool."
    doubles = (
        Registration.objects.filter(state__in=LIVE_STATES, erased_at=None)
        .values("event_id", "email_key")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    for double in doubles:
        yield f"Event {double['event_id']} has {double['n']} live registrations of one address."
    revisions = Invite.objects.annotate(n=Count("revisions")).exclude(n=F("sequence") + 1)
    for invite in revisions:
        yield f"Invite {invite.pk} is at SEQUENCE {invite.sequence} and has {invite.n} revisions."
    latest = InviteRevision.objects.filter(sequence=F("invite__sequence")).exclude(method=F("invite__method"))
    for revision in latest.select_related("invite"):
        yield f"Invite {revision.invite_id} says {revision.invite.method}; its last revision says {revision.method}."
    left = Registration.objects.filter(
        state=RegistrationState.CANCELLED,
        invites__method="REQUEST",
        invites__session__cancelled_at=None,
        erased_at=None,
    ).exclude(invites__session__ends_at__lte=F("ended_at"))
    for registration in left.distinct():
        yield f"Registration {registration.pk} was cancelled and its calendar entry was not."
    for session in Session.objects.annotate(n=Count("versions")).exclude(n=F("version") + 1).filter(cancelled_at=None):
        yield f"Session {session.pk} is at version {session.version} and has {session.n} versions."
    for message in Message.objects.filter(state__in=IN_HAND, claimed_by=None):
        yield f"Message {message.pk} is in hand and belongs to nobody."
    yield from _broken_walks()
    yield from broken_programmes()


def _broken_walks() -> Iterator[str]:
    """Who was told a time has it: the slot is the place of a walk."""
    booked = WalkRequest.objects.filter(state=WalkState.BOOKED)
    for walk in booked.filter(slot__isnull=True):
        yield f"Walk {walk.pk} has a chosen time, and somebody else has it."
    for slot in WalkSlot.objects.filter(walk__isnull=False).exclude(
        walk__state__in=[WalkState.BOOKED, WalkState.CLOSED]
    ):
        yield f"Slot {slot.pk} is held by walk {slot.walk_id}, which has chosen none."
    for slot in WalkSlot.objects.filter(walk__in=booked).exclude(officer=F("walk__officer")):
        yield f"Slot {slot.pk} belongs to an officer who does not have walk {slot.walk_id}."
