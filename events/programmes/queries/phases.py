"""Reading phases, and who came by which link."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from events.programmes.models import Charity, Interest, Invitation, Pair, PairSession, Phase
from events.programmes.rules import ENDED_STATES, LINK_LIFE_AFTER_END, InterestState
from events.programmes.tokens import Purpose, read_token
from events.schedule.models import Event
from events.schedule.rules import EventStatus

OFF = (EventStatus.CANCELLED, EventStatus.WITHDRAWN)


def people_interested(key: UUID) -> int:
    """Return how many people of a page's event have not withdrawn and were not declined."""
    return Interest.objects.filter(phase__event__key=key, erased_at=None).exclude(state__in=ENDED_STATES).count()


def phase_is_taken(*, programme: str, number: int, key: UUID) -> bool:
    """Whether another page's event is that phase of a programme."""
    return Phase.objects.filter(programme__name=programme, number=number).exclude(event__key=key).exists()


def phase_of_event(event_id: int) -> Phase | None:
    """Return the phase of an event."""
    return Phase.objects.select_related("programme").filter(event_id=event_id).first()


def charity_of_code(code: str) -> Charity | None:
    """Return the charity whose link somebody followed."""
    return Charity.objects.select_related("partner").filter(code=code).first() if code else None


def interest_of_token(token: str, *, purpose: Purpose, now: datetime) -> Interest | None:
    """Return whose link it is; None for a forged, revoked or expired one, all alike."""
    read = read_token(token, purpose)
    if read is None:
        return None
    rows = Interest.objects.select_related("phase__event", "phase__programme", "charity__partner").filter(
        key=read[0], token_version=read[1], erased_at=None
    )
    interest = rows.prefetch_related("phase__event__sessions").first()
    if interest is None:
        return None
    ends_at = end_of(interest.phase)
    return None if ends_at is not None and ends_at + LINK_LIFE_AFTER_END <= now else interest


def invitation_of_token(token: str) -> Invitation | None:
    """Return who is asked again; None for a link that is not ours or was revoked."""
    read = read_token(token, Purpose.AGAIN)
    if read is None:
        return None
    rows = Invitation.objects.select_related("earlier", "phase__programme", "phase__event")
    return rows.filter(key=read[0], earlier__token_version=read[1], earlier__erased_at=None).first()


def end_of(phase: Phase) -> datetime | None:
    """Return when a phase is over: with its last session, of the programme or of a pair; None: it has no date."""
    last = PairSession.objects.filter(pair__phase=phase, cancelled_at=None).aggregate(last=Max("ends_at"))["last"]
    own = phase.event.over_at
    if own is None:
        return None
    return max(own, last) if last is not None else own


def takes_place(phase: Phase, *, now: datetime) -> bool:
    """Whether a phase goes on or will: it has not been called off and is not over."""
    ends_at = end_of(phase)
    return phase.event.status not in OFF and (ends_at is None or ends_at > now)


def still_on(event: Event) -> Q:
    """Return which sessions, of pairs or for everybody, take place: of a programme that is off, what had begun."""
    on = Q(cancelled_at=None)
    return on & Q(starts_at__lte=event.status_at) if event.status in OFF else on


def alumni_to_invite(phase: Phase) -> list[Interest]:
    """Return who completed the phase before, has not been asked and is not there already."""
    rows = Interest.objects.filter(
        phase__programme=phase.programme_id,
        phase__number=phase.number - 1,
        state=InterestState.COMPLETED,
        erased_at=None,
    )
    there = Interest.objects.filter(phase=phase, erased_at=None).values("email_key")
    asked = Invitation.objects.filter(phase=phase).values("earlier_id")
    return list(rows.exclude(Q(email_key__in=there) | Q(pk__in=asked)).order_by("pk"))


def pairs_of_leavers() -> list[Pair]:
    """Return the pairs that meet and whose officer's account is closed."""
    rows = Pair.objects.filter(ended_at=None, completed_at=None, erased_at=None, senior__is_active=False)
    return list(rows.order_by("pk"))
