"""Showing the teller what is to be published, and taking her answer. What she approves is what may be published."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from careers.submissions.messages import PREVIEW, PUBLISHED
from careers.submissions.models import Preview, StorySubmission
from careers.submissions.queries import digest_of, granted, names_story, problems_before_asking
from careers.submissions.rules import OVER, Answer, StoryState, What, Where
from careers.submissions.services.working import PREVIEWED, audited
from portal.outgoing import Letter, post_letters

log = structlog.get_logger(__name__)


class CannotPreviewError(Exception):
    """Raised where there is nothing that she could be asked about; the text says what to do."""


@transaction.atomic
def send_preview(*, story_id: int, page_id: int, by: Any, now: datetime) -> Preview:
    """Freeze the latest draft of a page for the teller, and ask her; the same version again is the same preview."""
    story = StorySubmission.objects.select_for_update().get(pk=story_id)
    page = Page.objects.get(pk=page_id).specific
    if story.erased_at is not None or story.state in OVER:
        raise CannotPreviewError("This story is over: nobody is asked about it.")
    revision = page.get_latest_revision() or page.save_revision(user=by)
    draft = revision.as_object()
    if not names_story(draft, story):
        raise CannotPreviewError("That page does not hold this story.")
    problems = problems_before_asking(draft, today=timezone.localdate(now))
    if problems:
        raise CannotPreviewError(" ".join(problem.message for problem in problems))
    preview, made = Preview.objects.get_or_create(
        page=page,
        digest=digest_of(draft),
        defaults={"submission": story, "revision": revision, "sent_at": now, "sent_by": by},
    )
    if preview.answer == Answer.CHANGES:
        raise CannotPreviewError(
            "She asked for changes to this very version. Change the page, save it, then ask again."
        )
    if preview.answer == Answer.APPROVED:
        raise CannotPreviewError("She has approved this version: it can be published.")
    if made:
        _move(story.pk, StoryState.PREVIEW_SENT, now)
        asked = Letter(kind=PREVIEW, to_email=story.email, about=story.about, dedupe_key=f"{PREVIEW}:{preview.pk}")
        post_letters([asked], now=now)
        audited(1, story.pk, PREVIEWED, by)
    return preview


@transaction.atomic
def answer_preview(*, story_id: int, preview_id: int, answer: Answer, wishes: str, now: datetime) -> bool:
    """Take the teller's answer; return whether it was still open. Only the latest version of a page can be answered."""
    story = StorySubmission.objects.select_for_update().get(pk=story_id)
    preview = Preview.objects.filter(pk=preview_id, submission=story, answer=Answer.NONE).first()
    if preview is None or story.state in OVER or not is_latest(preview):
        return False
    may_use = granted([story.pk], today=timezone.localdate(now))[story.pk]
    if answer is Answer.APPROVED and (What.QUOTE, Where.SITE) not in may_use:
        return False
    Preview.objects.filter(pk=preview.pk).update(
        answer=answer, answered_at=now, wishes=wishes if answer is Answer.CHANGES else ""
    )
    _move(story.pk, StoryState.APPROVED if answer is Answer.APPROVED else StoryState.DRAFTED, now)
    log.info("story.answered", story=story.pk, preview=preview.pk, answer=answer.value)
    return True


def is_latest(preview: Preview) -> bool:
    """Whether no later version of the page was sent."""
    return not Preview.objects.filter(page_id=preview.page_id, pk__gt=preview.pk).exists()


@transaction.atomic
def note_published(*, page: Page, now: datetime) -> None:
    """Note that a story is on the site, and tell its teller once; pages without a story pass by."""
    approved = Preview.objects.filter(page_id=page.pk, answer=Answer.APPROVED, digest=digest_of(page))
    for preview in approved.select_related("submission"):
        story = preview.submission
        if story.erased_at is None and story.state not in OVER:
            _move(story.pk, StoryState.PUBLISHED, now)
            told = Letter(
                kind=PUBLISHED,
                to_email=story.email,
                about=story.about,
                dedupe_key=f"{PUBLISHED}:{story.pk}:{page.pk}",
            )
            post_letters([told], now=now)


def _move(story_id: int, to: StoryState, now: datetime) -> None:
    StorySubmission.objects.filter(pk=story_id).update(state=to, changed_at=now)
