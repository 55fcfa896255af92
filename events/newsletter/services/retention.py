"""What of the newsletter is forgotten, and when."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from events.newsletter.models.sending import IssueEdition
from events.newsletter.models.subscription import Subscription
from events.newsletter.queries import without_unpublished
from events.newsletter.rules import CONFIRM_WITHIN, PROOF_KEPT, SubscriptionState
from events.newsletter.services.leaving import blank_mails
from events.outbox.models import Message
from events.outbox.rules import IN_HAND

log = structlog.get_logger(__name__)

CHUNK = 500


def purge_subscriptions(*, now: datetime, dry_run: bool) -> int:
    """Delete what nobody confirmed within a week and what ended two years ago; return how many (would be).

    Addresses of mails that a worker held when their subscription ended go now. Running it twice, or on a restored
    backup, is safe.
    """
    due = _due(now)
    if dry_run:
        return due.count()
    deleted = 0
    while ids := list(due.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            blank_mails(subscription_ids=ids, now=now)
            Subscription.objects.filter(pk__in=ids).delete()
            deleted += len(ids)
    late = Message.objects.filter(subscription__state=SubscriptionState.ENDED).exclude(to_email="")
    if ids := list(late.order_by().values_list("subscription_id", flat=True).distinct()):
        blank_mails(subscription_ids=ids, now=now)
    _forget_withdrawn_pages()
    if deleted:
        log.info("personal_data.erased", subscriptions=deleted)
    return deleted


def _forget_withdrawn_pages() -> None:
    """Take out of what was kept of issues what stood on pages that are off the site: somebody may have withdrawn it."""
    editions = list(IssueEdition.objects.order_by("pk"))
    for edition, content in zip(editions, without_unpublished([e.content for e in editions]), strict=True):
        if content != edition.content:
            edition.content = content
            edition.save(update_fields=["content"])


def _due(now: datetime) -> QuerySet[Subscription]:
    unconfirmed = Q(state=SubscriptionState.PENDING, asked_at__lte=now - CONFIRM_WITHIN)
    proven = Q(state=SubscriptionState.ENDED, ended_at__lte=now - PROOF_KEPT)
    in_hand = Exists(Message.objects.filter(subscription=OuterRef("pk"), state__in=IN_HAND))
    return Subscription.objects.filter(unconfirmed | proven).exclude(in_hand)
