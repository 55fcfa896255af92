"""What the fate of a mail means for a registration: which time its calendar holds, and whether its address is good."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from django.db.models import Q

from events.invites.models import Invite, InviteRevision
from events.outbox.messages import register_follower
from events.outbox.models import DeliveryReceipt, Message
from events.outbox.rules import Delivery
from events.registration.models import Registration

log = structlog.get_logger(__name__)


def follow_messages(messages: Sequence[Message], now: datetime) -> None:
    """Write down how far each invite's latest issue got, and whose address bounces. Twice is the same as once."""
    _note_invites(messages)
    _note_addresses(messages, now)


def _note_invites(messages: Sequence[Message]) -> None:
    reached = {pk: message.delivery for message in messages for pk in message.revisions}
    if not reached:
        return
    by_step: dict[tuple[int, int], list[int]] = defaultdict(list)
    for pk, invite_id, sequence in InviteRevision.objects.filter(pk__in=reached).values_list(
        "pk", "invite_id", "sequence"
    ):
        by_step[reached[pk], sequence].append(invite_id)
    for (delivery, sequence), invites in by_step.items():
        if delivery in {Delivery.ACCEPTED, Delivery.DEFERRED, Delivery.DELIVERED, Delivery.COMPLAINED}:
            _raise_to("accepted_sequence", invites, sequence)
        if delivery in {Delivery.DELIVERED, Delivery.COMPLAINED}:
            _raise_to("delivered_sequence", invites, sequence)


def _raise_to(field: str, invites: Iterable[int], sequence: int) -> None:
    """Never lower: what was told about an older issue may come last."""
    older = Q(**{f"{field}__lt": sequence}) | Q(**{f"{field}__isnull": True})
    Invite.objects.filter(older, pk__in=invites).update(**{field: sequence})


def _note_addresses(messages: Sequence[Message], now: datetime) -> None:
    bounced = [message for message in messages if message.delivery == Delivery.BOUNCED and message.registration_id]
    permanent = set(
        DeliveryReceipt.objects.filter(message__in=bounced, is_permanent=True).values_list("message_id", flat=True)
        if bounced
        else ()
    )
    for message in bounced:
        if message.pk in permanent and message.registration_id is not None:
            # Only while the address is still the one that bounced.
            Registration.objects.filter(
                pk=message.registration_id, email=message.to_email, undelivered_at=None, erased_at=None
            ).update(undelivered_at=now)
    for message in messages:
        if message.registration_id is not None and message.delivery in {Delivery.DELIVERED, Delivery.COMPLAINED}:
            # It can be reached after all.
            Registration.objects.filter(
                pk=message.registration_id, email=message.to_email, undelivered_at__lt=message.delivery_at
            ).update(undelivered_at=None)


register_follower(follow_messages)
