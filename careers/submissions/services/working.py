"""What staff do with a story in the queue. Each step is in the audit log, which names rows and never people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log as audit

from careers.submissions.models import StorySubmission
from careers.submissions.rules import OVER, StoryState

SEEN, PICTURE_SEEN = "careers.story_seen", "careers.story_picture_seen"
TAKEN, NOTED, DECLINED = "careers.story_taken", "careers.story_noted", "careers.story_declined"
CLOSED, DRAFTED, PREVIEWED = "careers.story_closed", "careers.story_drafted", "careers.story_previewed"
ACTIONS = {
    SEEN: ("Look at a reader’s story", "Looked at"),
    PICTURE_SEEN: ("Look at a reader’s picture", "Looked at the picture"),
    TAKEN: ("Take a reader’s story", "Taken"),
    NOTED: ("Note on a reader’s story", "Note changed"),
    DECLINED: ("Decline a reader’s story", "Declined"),
    CLOSED: ("Close a reader’s story", "Closed"),
    DRAFTED: ("Make a draft page of a reader’s story", "Drafted"),
    PREVIEWED: ("Send a preview to a teller", "Preview sent"),
}


@transaction.atomic
def take_in_hand(*, story_id: int, by: Any, now: datetime) -> bool:
    """Make somebody responsible; return whether anything changed."""
    open_ones = StorySubmission.objects.filter(pk=story_id).exclude(state__in=OVER)
    changed = open_ones.exclude(assigned_to=by).update(assigned_to=by)
    open_ones.filter(state=StoryState.NEW).update(state=StoryState.IN_HAND, changed_at=now)
    return audited(changed, story_id, TAKEN, by)


@transaction.atomic
def note_story(*, story_id: int, note: str, by: Any) -> bool:
    """Keep a note; return whether it is another than before. Nothing is added to what was erased."""
    kept = StorySubmission.objects.filter(pk=story_id, erased_at=None).exclude(note=note).update(note=note)
    return audited(kept, story_id, NOTED, by)


@transaction.atomic
def decline_story(*, story_id: int, by: Any, now: datetime) -> bool:
    """Say that it is not published; return whether it still was open. It is deleted after the retention period."""
    states = [state for state in StoryState if state not in OVER and state is not StoryState.PUBLISHED]
    changed = _move(story_id, states, StoryState.DECLINED, now)
    return audited(changed, story_id, DECLINED, by)


@transaction.atomic
def close_story(*, story_id: int, by: Any, now: datetime) -> bool:
    """End the work on a story that is not on the site; return whether it was open."""
    changed = _move(story_id, [state for state in StoryState if state not in OVER], StoryState.CLOSED, now)
    return audited(changed, story_id, CLOSED, by)


def _move(story_id: int, states: Sequence[StoryState], to: StoryState, now: datetime) -> int:
    return StorySubmission.objects.filter(pk=story_id, state__in=states).update(state=to, changed_at=now)


def audited(changed: int, story_id: int, action: str, by: Any) -> bool:
    """Write what was done to the audit log, if anything was."""
    if changed:
        audit(instance=StorySubmission.objects.get(pk=story_id), action=action, user=by)
    return bool(changed)
