"""A table of contents for Django, and for nobody else: import models from their feature."""

from events.broadcasts.models import Broadcast
from events.consent.models import ConsentWording
from events.invites.models import InboundMail, Invite, InviteRevision
from events.newsletter.models import IssueEdition, IssuePage, IssueSending, NewsletterPage, Subscription
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
from events.registration.models import MailWording, Registration
from events.schedule.models import Event, SeatPool, Session, SessionVersion
from events.walks.models import (
    Borough,
    BoroughReport,
    BoroughReportTheme,
    MeetingPoint,
    WalkDraft,
    WalkEntry,
    WalkOffer,
    WalkOfficer,
    WalkOutcome,
    WalkPage,
    WalkRequest,
    WalkSlot,
)

__all__ = [
    "Borough",
    "BoroughReport",
    "BoroughReportTheme",
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
    "IssueEdition",
    "IssuePage",
    "IssueSending",
    "MailRoute",
    "MailWording",
    "MeetingPoint",
    "Message",
    "NewsletterPage",
    "Partner",
    "Registration",
    "SeatPool",
    "Session",
    "SessionVersion",
    "Speaker",
    "StrangerMailCount",
    "Subscription",
    "Suppression",
    "WalkDraft",
    "WalkEntry",
    "WalkOffer",
    "WalkOfficer",
    "WalkOutcome",
    "WalkPage",
    "WalkRequest",
    "WalkSlot",
    "WorkerProcess",
]
