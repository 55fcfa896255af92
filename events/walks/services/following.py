"""What the fate of a mail to her means: one that bounces for good, her officer must hear of."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from events.outbox.messages import register_follower
from events.outbox.models import DeliveryReceipt, Message
from events.outbox.rules import Delivery
from events.walks.models import WalkRequest
from events.walks.services.notifying import notify, notify_team


def follow_messages(messages: Sequence[Message], now: datetime) -> None:
    """Note whose mail bounces for good. Twice is the same as once."""
    # Hers have no address in their row; those to staff have one.
    hers = [m for m in messages if m.walk_id is not None and not m.to_email and m.delivery == Delivery.BOUNCED]
    if not hers:
        return
    permanent = DeliveryReceipt.objects.filter(message__in=hers, is_permanent=True).values_list("message__walk_id")
    for (walk_id,) in permanent.distinct().order_by():
        note_bounce(walk_id=walk_id, now=now)


@transaction.atomic
def note_bounce(*, walk_id: int, now: datetime) -> bool:
    """Note that mail to her does not arrive, and tell who has the request; return whether that is new."""
    if not WalkRequest.objects.filter(pk=walk_id, undelivered_at=None).update(undelivered_at=now):
        return False
    walk = WalkRequest.objects.select_related("borough", "officer").get(pk=walk_id)
    if walk.officer is not None:
        notify(walk=walk, cause="bounced", people=[walk.officer], now=now)
    else:
        notify_team(walk=walk, cause="bounced", now=now)
    return True


register_follower(follow_messages)
