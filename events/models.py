"""A table of contents for Django, and for nobody else: import models from their feature."""

from events.broadcasts.models import Broadcast
from events.invites.models import InboundMail, Invite, InviteRevision
from events.outbox.models import (
    DeliveryReceipt,
    MailRoute,
    Message,
    StrangerMailCount,
    Suppression,
    WorkerProcess,
)
from events.pages.models import (
    CampaignPage,
    CampaignPagePartner,
    EventIndexPage,
    EventPage,
    EventPagePartner,
    EventPageSession,
    EventPageSpeaker,
    Partner,
    Speaker,
)
from events.registration.models import ConsentWording, MailWording, Registration
from events.schedule.models import Event, SeatPool, Session, SessionVersion

__all__ = [
    "Broadcast",
    "CampaignPage",
    "CampaignPagePartner",
    "ConsentWording",
    "DeliveryReceipt",
    "Event",
    "EventIndexPage",
    "EventPage",
    "EventPagePartner",
    "EventPageSession",
    "EventPageSpeaker",
    "InboundMail",
    "Invite",
    "InviteRevision",
    "MailRoute",
    "MailWording",
    "Message",
    "Partner",
    "Registration",
    "SeatPool",
    "Session",
    "SessionVersion",
    "Speaker",
    "StrangerMailCount",
    "Suppression",
    "WorkerProcess",
]
