"""Taking stories in, working on them, asking their tellers, and ending what may not be shown any more."""

from careers.submissions.services.consenting import end_consents, remind_of_ends, withdraw
from careers.submissions.services.drafting import draft_story_page
from careers.submissions.services.previewing import answer_preview, note_published, send_preview
from careers.submissions.services.receiving import Tale, take_story
from careers.submissions.services.retention import purge_stories
from careers.submissions.services.working import close_story, decline_story, note_story, take_in_hand

__all__ = [
    "Tale",
    "answer_preview",
    "close_story",
    "decline_story",
    "draft_story_page",
    "end_consents",
    "note_published",
    "note_story",
    "purge_stories",
    "remind_of_ends",
    "send_preview",
    "take_in_hand",
    "take_story",
    "withdraw",
]
