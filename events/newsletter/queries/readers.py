"""Who reads the newsletter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from events.newsletter.models.subscription import Subscription
from events.newsletter.rules import LIVE, SubscriptionState, Topic
from events.outbox.models import Suppression
from events.outbox.rules import MARKETING, Scope


def live_subscription(email_key: str) -> Subscription | None:
    """Return the subscription of an address that has not ended."""
    return Subscription.objects.filter(email_key=email_key, state__in=LIVE).first()


def reader_of(key: UUID) -> Subscription | None:
    """Return the subscription that a link names.

    Where that has ended and its reader has come back since, the one of now: an old mail's goodbye is meant for it too.
    """
    named = Subscription.objects.filter(key=key).first()
    if named is None or named.state != SubscriptionState.ENDED:
        return named
    later = Subscription.objects.filter(digest=named.digest, state=SubscriptionState.CONFIRMED)
    return later.first() or named


def wants_no_news(subscription: Subscription) -> bool:
    """Whether the address has unsubscribed from all our news, by a link in another mail."""
    return Suppression.objects.filter(email_key=subscription.email_key, scope=Scope.NEWS).exists()


def audience_of(*, topics: Sequence[str], until: datetime) -> QuerySet[Subscription]:
    """Return who gets an issue about these topics (none: about all) and had confirmed at a moment."""
    readers = Subscription.objects.filter(state=SubscriptionState.CONFIRMED, confirmed_at__lte=until)
    if topics:
        # A list as JSON writes it: the same text on both databases, and topics need no escaping.
        readers = readers.alias(wanted=Cast("topics", TextField()))
        wanted = Q()
        for topic in topics:
            wanted |= Q(wanted__contains=f'"{topic}"')
        readers = readers.filter(wanted)
    return readers


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSize:
    """How many an issue goes to, and how many of them must not be written to."""

    people: int
    suppressed: int

    @property
    def reachable(self) -> int:
        """Return how many would get it now."""
        return self.people - self.suppressed


def size_of(*, topics: Sequence[str], until: datetime) -> AudienceSize:
    """Count who would get an issue, in one statement."""
    refused = Exists(Suppression.objects.filter(email_key=OuterRef("email_key"), scope__in=MARKETING))
    counts = (
        audience_of(topics=topics, until=until)
        .order_by()
        .annotate(refused=refused)
        .aggregate(people=Count("pk"), suppressed=Count("pk", filter=Q(refused=True)))
    )
    return AudienceSize(people=counts["people"], suppressed=counts["suppressed"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many subscriptions there are, by state, by topic and by language of those that are confirmed."""

    by_state: dict[str, int]
    by_topic: dict[str, int]
    by_language: dict[str, int]


def subscription_counts() -> Counted:
    """Count the subscriptions, in two statements."""
    rows = Subscription.objects.order_by()
    states = dict(rows.values_list("state").annotate(n=Count("pk")))
    confirmed = rows.filter(state=SubscriptionState.CONFIRMED)
    by_topic = dict.fromkeys((topic.value for topic in Topic), 0)
    by_language: dict[str, int] = {}
    for topics, language, n in confirmed.values_list("topics", "language").annotate(n=Count("pk")):
        by_language[language] = by_language.get(language, 0) + n
        for topic in topics:
            by_topic[topic] = by_topic.get(topic, 0) + n
    return Counted(by_state=states, by_topic=by_topic, by_language=by_language)


def subscribers() -> QuerySet[Subscription]:
    """Return the subscriptions with their addresses, the latest first; what has ended names nobody."""
    return Subscription.objects.select_related("consent").order_by("-pk")
