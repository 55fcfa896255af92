"""Who calls an issue spam wants no more of it: the subscription ends."""

from collections.abc import Sequence
from datetime import datetime

from events.newsletter.models.subscription import Subscription
from events.newsletter.rules import ISSUE_KIND
from events.newsletter.services.leaving import end_subscriptions
from events.outbox.messages import register_follower
from events.outbox.models import Message
from events.outbox.rules import Delivery


def end_after_complaints(messages: Sequence[Message], now: datetime) -> None:
    """End the subscriptions of those who reported an issue as spam."""
    for message in messages:
        if message.kind == ISSUE_KIND and message.delivery == Delivery.COMPLAINED and message.subscription_id:
            rows = Subscription.objects.filter(pk=message.subscription_id)
            end_subscriptions(rows, issue=message.issue_sending_id or 0, now=now)


register_follower(end_after_complaints)
