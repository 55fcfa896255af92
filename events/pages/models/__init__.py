"""What editors write: campaign, index and event pages, speakers and partners."""

from events.pages.models.campaign import CampaignPage, CampaignPagePartner
from events.pages.models.event_page import EventPage
from events.pages.models.event_rows import EventPagePartner, EventPageSession, EventPageSpeaker
from events.pages.models.index import EventIndexPage
from events.pages.models.interest import EventPageQuestion
from events.pages.models.people import Partner, Speaker

__all__ = [
    "CampaignPage",
    "CampaignPagePartner",
    "EventIndexPage",
    "EventPage",
    "EventPagePartner",
    "EventPageQuestion",
    "EventPageSession",
    "EventPageSpeaker",
    "Partner",
    "Speaker",
]
