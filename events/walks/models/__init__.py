"""Areas and their teams, requests, times, calendar entries and reports."""

from events.walks.models.areas import Borough, MeetingPoint, WalkOfficer
from events.walks.models.entries import WalkEntry
from events.walks.models.page import WalkPage
from events.walks.models.reports import BoroughReport, BoroughReportTheme, PosterTally, WalkOutcome
from events.walks.models.requests import WalkDraft, WalkRequest
from events.walks.models.slots import WalkOffer, WalkSlot

__all__ = [
    "Borough",
    "BoroughReport",
    "BoroughReportTheme",
    "MeetingPoint",
    "PosterTally",
    "WalkDraft",
    "WalkEntry",
    "WalkOffer",
    "WalkOfficer",
    "WalkOutcome",
    "WalkPage",
    "WalkRequest",
    "WalkSlot",
]
