"""What a mail that comes in may change, and must not."""

from events.invites.models import Invite, InviteRevision
from events.outbox.models import Message
from events.registration.models import Registration
from events.schedule.models import Event, SeatPool


def on_decline(event, choice):
    Event.objects.filter(pk=event.pk).update(on_decline=choice)


def invite_of(registration):
    return Invite.objects.get(registration=registration)


def mails(kind):
    return list(Message.objects.filter(kind=kind).order_by("id"))


def everything():
    """Return what a hostile mail must leave alone."""
    return (
        list(Invite.objects.order_by("pk").values()),
        list(Registration.objects.order_by("pk").values()),
        list(SeatPool.objects.order_by("pk").values()),
        list(Message.objects.order_by("pk").values()),
        list(InviteRevision.objects.order_by("pk").values()),
    )
