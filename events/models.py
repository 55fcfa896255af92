"""A table of contents for Django, and for nobody else: import models from their feature."""

from events.invites.models import Invite, InviteRevision
from events.outbox.models import Message, StrangerMailCount, Suppression, WorkerProcess
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
from events.registration.models import ConsentWording, Registration
from events.schedule.models import Event, SeatPool, Session, SessionVersion

__all__ = [
    "CampaignPage",
    "CampaignPagePartner",
    "ConsentWording",
    "Event",
    "EventIndexPage",
    "EventPage",
    "EventPagePartner",
    "EventPageSession",
    "EventPageSpeaker",
    "Invite",
    "InviteRevision",
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
