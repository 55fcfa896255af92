"""Whom a broadcast goes to, and how far it got."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from events.broadcasts.audience_rules import Audience
from events.broadcasts.models import Broadcast
from events.broadcasts.rules import KIND_OF_PURPOSE, OVER, SENT_KINDS, Progress, Purpose, progress_of
from events.outbox.messages import kind_of
from events.outbox.models import Message, Suppression
from events.outbox.rules import SERVICE, Scope
from events.registration.models import Registration
from events.schedule.models import Event
from events.schedule.rules import PoolKind
from portal.addresses import email_key

VISITORS = (PoolKind.ROOM, PoolKind.ONLINE)
TOOK_PART = Q(attended_at__isnull=False) | Q(joined_at__isnull=False)


def people_of(*, event_id: int, audience: Audience) -> QuerySet[Registration]:
    """Return the registrations that an audience means; nobody whose data has been deleted."""
    people = Registration.objects.filter(
        event_id=event_id,
        erased_at=None,
        state__in=audience.states,
        pool__kind__in=audience.pools or VISITORS,
    )
    if audience.relies_on:
        # A list as JSON writes it: the same text on both databases, and facts need no escaping.
        people = people.alias(relied=Cast("relies_on", TextField()))
        wanted = Q()
        for fact in audience.relies_on:
            wanted |= Q(relied__contains=f'"{fact.value}"')
        people = people.filter(wanted)
    if audience.has_needs is not None:
        people = people.exclude(access_needs="") if audience.has_needs else people.filter(access_needs="")
    if audience.attended is not None:
        people = people.filter(TOOK_PART if audience.attended else ~TOOK_PART)
    if audience.bounced is not None:
        people = people.filter(undelivered_at__isnull=not audience.bounced)
    if audience.languages:
        people = people.filter(language__in=audience.languages)
    if audience.sources:
        people = people.filter(source__in=audience.sources)
    return people


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSize:
    """How many an audience is, and how many of them must not be written to for this purpose."""

    people: int
    suppressed: int

    @property
    def reachable(self) -> int:
        """Return how many would get it now."""
        return self.people - self.suppressed


def size_of(*, event_id: int, audience: Audience, purpose: Purpose) -> AudienceSize:
    """Count the people of an audience, in one statement: an address that registered twice is one."""
    kind = kind_of(KIND_OF_PURPOSE[purpose])
    scopes = kind.suppressed_by if kind is not None else SERVICE
    refused = Exists(Suppression.objects.filter(email_key=OuterRef("email_key"), scope__in=scopes))
    counts = (
        people_of(event_id=event_id, audience=audience)
        .order_by()
        .annotate(refused=refused)
        .aggregate(
            people=Count("email_key", distinct=True),
            suppressed=Count("email_key", distinct=True, filter=Q(refused=True)),
        )
    )
    return AudienceSize(people=counts["people"], suppressed=counts["suppressed"])


def sample_of(*, event_id: int, audience: Audience, number: int) -> list[Registration]:
    """Return so many of an audience: the first, somebody whose mail reads differently if there is one, the latest."""
    people = people_of(event_id=event_id, audience=audience).select_related("pool")
    first = people.order_by("pk").first()
    if first is None:
        return []
    differs = ~Q(pool_id=first.pool_id) | ~Q(language=first.language) | ~Q(state=first.state)
    found = [first, *people.filter(differs).order_by("pk")[:1]]
    found += people.exclude(pk__in=[one.pk for one in found]).order_by("-pk")[:number]
    return found[:number]


def progress_of_broadcasts(broadcasts: Iterable[Broadcast]) -> dict[int, Progress]:
    """Return how far each that has begun has got, from one grouped statement."""
    begun = {broadcast.pk: broadcast for broadcast in broadcasts if broadcast.started_at is not None}
    counts: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    rows = (
        Message.objects.filter(broadcast_id__in=list(begun), kind__in=SENT_KINDS)
        .order_by()
        .values_list("broadcast_id", "state", "delivery")
        .annotate(n=Count("pk"))
    )
    for broadcast_id, state, delivery, n in rows:
        counts[broadcast_id][state, delivery] = n
    return {
        pk: progress_of(counts[pk]).of_all(broadcast.recipients, is_over=broadcast.state in OVER)
        for pk, broadcast in begun.items()
    }


def broadcasts_of(event_id: int) -> QuerySet[Broadcast]:
    """Return an event's broadcasts, the latest first."""
    return Broadcast.objects.filter(event_id=event_id).order_by("-pk")


def sources_of(event_id: int, *, most: int) -> list[str]:
    """Return where an event's people came from, the most frequent first."""
    rows = (
        Registration.objects.filter(event_id=event_id, erased_at=None)
        .exclude(source="")
        .order_by()
        .values("source")
        .annotate(n=Count("pk"))
        .order_by("-n", "source")
    )
    return [row["source"] for row in rows[:most]]


def events_with_broadcasts(events: QuerySet[Event]) -> QuerySet[Event]:
    """Return events with how many broadcasts each has, what comes last first."""
    return events.annotate(broadcast_count=Count("broadcasts")).order_by("-first_starts_at", "-pk")


def mail_of_token(key: UUID) -> Message | None:
    """Return the mail that a link to unsubscribe came with."""
    return Message.objects.filter(key=key, kind=KIND_OF_PURPOSE[Purpose.NEWS]).first()


def has_unsubscribed(mail: Message) -> bool:
    """Whether the address that got a mail gets no news any more."""
    return Suppression.objects.filter(email_key=email_key(mail.to_email), scope=Scope.NEWS).exists()
