"""What happens when a consent ends: by its last day, or because she says so. Running it twice changes nothing more."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from careers.submissions.messages import ENDED, ENDS, STAFF_ENDED, STAFF_ENDS
from careers.submissions.models import Consent, StorySubmission
from careers.submissions.queries import ending_between, granted, without_consent
from careers.submissions.rules import OVER, REMINDED_BEFORE, StoryState, What, Where
from careers.submissions.services.pictures import remove_image, remove_picture
from portal.branding import site_branding
from portal.outgoing import Letter, post_letters

log = structlog.get_logger(__name__)

# A worker that stood still for so long still writes to those whose consent ended meanwhile.
LATE = timedelta(days=30)


@transaction.atomic
def withdraw(*, story_id: int, consent_ids: Collection[int], now: datetime) -> int:
    """End consents of one story at once, with everything that follows; return how many stood until now."""
    ids = list(Consent.objects.filter(submission_id=story_id, pk__in=consent_ids).values_list("pk", flat=True))
    ended = Consent.objects.filter(pk__in=ids, withdrawn_at=None).update(withdrawn_at=now)
    if ended:
        log.info("story.consents_withdrawn", story=story_id, consents=ended)
        story = StorySubmission.objects.get(pk=story_id)
        _tell_of_end(story, now, cause=f"withdrawn:{'-'.join(map(str, sorted(ids)))}")
        end_consents(now=now)
    return ended


def end_consents(*, now: datetime) -> int:
    """Take off the site what there is no consent for; return how many pages that were."""
    today = timezone.localdate(now)
    for story, last in _ended_lately(today):
        with transaction.atomic():
            _tell_of_end(story, now, cause=f"{last:%Y-%m-%d}")
    found = without_consent(today=today)
    for story, page in found:
        with transaction.atomic():
            _take_off(story, page, now)
    _let_go(today, now)
    return len({page.pk for _, page in found})


def remind_of_ends(*, now: datetime) -> int:
    """Write once to teller and team before consents end; return how many endings were in sight."""
    today = timezone.localdate(now)
    ends = {
        (consent.submission, consent.until_date)
        for consent in ending_between(today, today + REMINDED_BEFORE)
        if consent.submission.state not in OVER
    }
    team = site_branding().contact_email
    for story, last in sorted(ends, key=lambda end: (end[0].pk, end[1])):
        letters = [
            Letter(kind=kind, to_email=to, about=story.about, dedupe_key=f"{kind}:{story.pk}:{last:%Y-%m-%d}")
            for kind, to in ((ENDS, story.email), (STAFF_ENDS, team))
        ]
        with transaction.atomic():
            post_letters(letters, now=now)
    return len(ends)


def _ended_lately(today: date) -> Iterable[tuple[StorySubmission, date]]:
    ended = ending_between(today - LATE, today - timedelta(days=1))
    return sorted({(c.submission, c.until_date) for c in ended}, key=lambda end: (end[0].pk, end[1]))


def _tell_of_end(story: StorySubmission, now: datetime, *, cause: str) -> None:
    team = site_branding().contact_email
    post_letters(
        [
            Letter(kind=kind, to_email=to, about=story.about, dedupe_key=f"{kind}:{story.pk}:{cause}")
            for kind, to in ((ENDED, story.email), (STAFF_ENDED, team))
        ],
        now=now,
    )


def _take_off(story: StorySubmission, page: Page, now: datetime) -> None:
    page.unpublish()
    log.info("story.page_taken_off", story=story.pk, page=page.pk)
    team = site_branding().contact_email
    editor = _last_editor(page)
    if editor and editor.casefold() != team.casefold():
        told = Letter(
            kind=STAFF_ENDED,
            to_email=editor,
            about=f"{story.about}/{page.pk}",
            dedupe_key=f"{STAFF_ENDED}:{story.pk}:page:{page.pk}:{now:%Y-%m-%d}",
        )
        post_letters([told], now=now)


def _last_editor(page: Page) -> str:
    revision = page.get_latest_revision()
    user = revision.user if revision is not None and revision.user is not None else page.owner
    return user.email if user is not None and user.is_active else ""


def _let_go(today: date, now: datetime) -> None:
    """Remove pictures whose consents are over, and close stories of which no word may be used anywhere."""
    stories = list(StorySubmission.objects.filter(erased_at=None).select_related("image"))
    may_use = granted([story.pk for story in stories], today=today)
    for story in stories:
        uses = may_use[story.pk]
        if story.image is not None and (What.FACE, Where.SITE) not in uses:
            remove_image(story)
        if story.picture and not any(what is What.FACE for what, _ in uses):
            remove_picture(story)
        if story.state not in OVER and not any(what is What.QUOTE for what, _ in uses):
            StorySubmission.objects.filter(pk=story.pk).exclude(state__in=OVER).update(
                state=StoryState.CLOSED, changed_at=now
            )
