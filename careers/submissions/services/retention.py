"""Deleting stories whose time is over: data, files, letters' addresses and the drafts made from them."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from careers.pages.models import StoryPage
from careers.submissions.models import Preview, StorySubmission
from careers.submissions.queries import granted, pages_with_words
from careers.submissions.rules import KEPT_AFTER_THE_END, UNANSWERED, StoryState, What
from careers.submissions.services.pictures import remove_image, remove_picture
from portal.outgoing import forget_letters

log = structlog.get_logger(__name__)

# A letter on the wire keeps its address until it has settled: looked at again for so long.
SETTLED_WITHIN = timedelta(days=7)


def purge_stories(*, now: datetime, dry_run: bool) -> int:
    """Delete what stories hold once their time is over; return how many (with `dry_run`: would be).

    Declined or not moved on: `RETENTION` after the last step. Ended consents: a week later, so that the last letter
    still leads somewhere. Running it twice, or on a restored backup, is safe.
    """
    due = _due(now)
    if dry_run:
        return len(due)
    for story in due:
        with transaction.atomic():
            _erase(story, now)
    lately = StorySubmission.objects.filter(erased_at__gte=now - SETTLED_WITHIN)
    forget_letters([story.about for story in lately], now=now)
    if due:
        log.info("personal_data.erased", stories=len(due))
    return len(due)


def _due(now: datetime) -> list[StorySubmission]:
    long_ago, a_week_ago = now - settings.RETENTION, now - KEPT_AFTER_THE_END
    idle = Q(state__in=[*UNANSWERED, StoryState.DECLINED, StoryState.CLOSED], changed_at__lte=long_ago)
    ended = Q(state=StoryState.CLOSED, changed_at__lte=a_week_ago)
    stories = list(StorySubmission.objects.filter(idle | ended, erased_at=None).select_related("image"))
    may_use = granted([story.pk for story in stories], today=timezone.localdate(now))
    words = pages_with_words(stories)
    live = set(StoryPage.objects.live().filter(pk__in=set().union(*words.values())).values_list("pk", flat=True))
    return [
        story
        for story in stories
        if (story.changed_at <= long_ago or not any(what is What.QUOTE for what, _ in may_use[story.pk]))
        # A page of hers on the site: a new version waits for her answer, and the old one stands.
        and not words[story.pk] & live
    ]


def _erase(story: StorySubmission, now: datetime) -> None:
    for page in StoryPage.objects.filter(submission=story, live=False):
        page.delete()
    if story.image is not None:
        remove_image(story)
    remove_picture(story)
    Preview.objects.filter(submission=story).update(wishes="")
    StorySubmission.objects.filter(pk=story.pk).update(
        name="", email="", story="", picture="", picture_alt="", note="", fingerprint="", erased_at=now
    )
    forget_letters([story.about], now=now)
