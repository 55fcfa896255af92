"""The end of a subscription: at once, and with the address."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet

from events.newsletter.models.sending import IssueSending
from events.newsletter.models.subscription import Subscription
from events.newsletter.rules import LIVE, SubscriptionState
from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState

log = structlog.get_logger(__name__)

ENDED = "The subscription has ended."


@transaction.atomic
def leave(*, key: UUID, issue: int, now: datetime) -> bool:
    """End a subscription by any link that it was ever sent; return whether it was still there.

    Where that one has ended already and its reader has come back since, the later one ends. `issue`: the sending that
    the link came with, for its figures; 0 for none.
    """
    named = Subscription.objects.filter(key=key)
    later = Subscription.objects.filter(digest__in=named.values("digest"))
    return bool(_end(named, issue=issue, now=now) or _end(later, issue=issue, now=now))


def end_subscriptions(rows: QuerySet[Subscription], *, issue: int, now: datetime) -> int:
    """End these subscriptions; return how many were still there."""
    with transaction.atomic():
        return _end(rows, issue=issue, now=now)


def _end(rows: QuerySet[Subscription], *, issue: int, now: datetime) -> int:
    ids = list(rows.filter(state__in=LIVE).values_list("pk", flat=True))
    if not ids:
        return 0
    known = issue if issue and IssueSending.objects.filter(pk=issue).exists() else None
    ended = Subscription.objects.filter(pk__in=ids, state__in=LIVE).update(
        state=SubscriptionState.ENDED, ended_at=now, ended_by_issue=known, email="", email_key=""
    )
    blank_mails(subscription_ids=ids, now=now)
    if ended:
        log.info("subscription.ended", subscriptions=ended)
    return ended


def blank_mails(*, subscription_ids: list[int], now: datetime) -> None:
    """Take the address out of the mails of subscriptions. What a worker holds follows with the next purge."""
    mails = Message.objects.filter(subscription_id__in=subscription_ids)
    mails.filter(state__in=(MessageState.QUEUED, MessageState.HELD)).update(
        state=MessageState.SKIPPED, reason=ENDED, settled_at=now
    )
    mails.exclude(state__in=UNSETTLED).exclude(to_email="").update(to_email="")
