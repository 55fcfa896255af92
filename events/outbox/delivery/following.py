"""Telling the features above how far their messages got: in the worker, so that a storm of reports stays cheap."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import F

from events.outbox.messages import registered_followers
from events.outbox.models import Message

BATCH = 500


def follow_up(*, now: datetime) -> int:
    """Tell the followers what was reported since they were last told; return how many messages.

    What follows and the mark that it has been told share a transaction: a crash leaves both undone.
    """
    waiting = Message.objects.filter(delivery__gt=F("followed"))
    messages = list(waiting.order_by("id")[:BATCH])
    if not messages:
        return 0
    by_delivery: dict[int, list[int]] = defaultdict(list)
    for message in messages:
        by_delivery[message.delivery].append(message.pk)
    with transaction.atomic():
        for follower in registered_followers():
            follower(messages, now)
        for delivery, ids in by_delivery.items():
            # As far as was told here, and no further: another report may have come meanwhile.
            Message.objects.filter(pk__in=ids, followed__lt=delivery).update(followed=delivery)
    return len(messages)
