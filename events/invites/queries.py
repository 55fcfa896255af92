"""Who holds what: how far each person's calendar has been told (calendar policy: a registrant's calendar is right)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest

from events.invites.models import Invite, InviteRevision
from events.invites.rules import Holding, Method

NEVER = -1


def held_invites(*, event_id: int, states: Sequence[str], now: datetime) -> QuerySet[Invite]:
    """Return the live invites of an event's coming sessions, each with `holding`, for registrations in these states.

    What somebody holds is the highest SEQUENCE that we have evidence of: delivered, seen on a page or in a feed, or
    answered. Where no provider reports deliveries, what the mail server took counts, unless mail to the address
    bounces: better is not to be known.
    """
    evidence: list[Any] = [F("delivered_sequence"), F("seen_sequence"), F("answer_sequence")]
    if not settings.WEBHOOK_PROVIDERS:
        # Taken by the mail server, and not come back since.
        evidence.append(Case(When(registration__undelivered_at=None, then=F("accepted_sequence"))))
    # Signed, so that "never" is a number below all of them.
    known = Greatest(*(Coalesce(name, NEVER, output_field=IntegerField()) for name in evidence))
    held = InviteRevision.objects.filter(invite=OuterRef("pk"), sequence=OuterRef("evidence"))
    return (
        Invite.objects.filter(
            session__event_id=event_id,
            session__ends_at__gt=now,
            method=Method.REQUEST,
            registration__state__in=states,
        )
        .annotate(evidence=known)
        .annotate(
            held_starts_at=Subquery(held.values("version__starts_at")[:1]),
            held_ends_at=Subquery(held.values("version__ends_at")[:1]),
        )
        .annotate(
            holding=Case(
                When(evidence=NEVER, then=Value(Holding.NOTHING)),
                When(
                    held_starts_at=F("session__starts_at"),
                    held_ends_at=F("session__ends_at"),
                    then=Value(Holding.RIGHT),
                ),
                default=Value(Holding.OLD_TIME),
            )
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingCounts:
    """How many live invites of an event stand how."""

    right: int
    old_time: int
    nothing: int

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.right + self.old_time + self.nothing


def count_holding(*, event_id: int, states: Sequence[str], now: datetime) -> HoldingCounts:
    """Return the figures of one event, in one statement whatever its size."""
    invites = held_invites(event_id=event_id, states=states, now=now)
    return HoldingCounts(
        **invites.aggregate(
            right=Count("pk", filter=Q(holding=Holding.RIGHT)),
            old_time=Count("pk", filter=Q(holding=Holding.OLD_TIME)),
            nothing=Count("pk", filter=Q(holding=Holding.NOTHING)),
        )
    )


def unseen(invites: Iterable[Invite]) -> list[int]:
    """Return which of these live invites their holder has not seen in their latest issue."""
    return [
        invite.pk
        for invite in invites
        if invite.method == Method.REQUEST and (invite.seen_sequence is None or invite.seen_sequence < invite.sequence)
    ]
