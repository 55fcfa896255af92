"""Making a draft page from a story: in the CMS for editors, and nowhere else until its teller has said yes."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import slugify
from wagtail.images import get_image_model

from careers.pages.models import StoryIndexPage, StoryPage
from careers.submissions.models import StorySubmission
from careers.submissions.queries import granted
from careers.submissions.rules import OVER, StoryState, What, Where
from careers.submissions.services.working import DRAFTED, audited
from portal.found.text import cut


class CannotDraftError(Exception):
    """Raised where no page can be made; the text says what to do."""


@transaction.atomic
def draft_story_page(*, story_id: int, by: Any, now: datetime) -> StoryPage:
    """Return an unpublished page with the story's words, credited as far as she consents; a second call returns it.

    By name only where her name may stand on the site, with the picture only where it may be shown there.
    """
    story = StorySubmission.objects.select_for_update().get(pk=story_id)
    made = StoryPage.objects.filter(submission=story).order_by("pk").first()
    if made is not None:
        return made
    may_use = granted([story.pk], today=timezone.localdate(now))[story.pk]
    if story.erased_at is not None or story.state in OVER:
        raise CannotDraftError("This story is over: no page is made from it.")
    if (What.QUOTE, Where.SITE) not in may_use:
        raise CannotDraftError("She does not agree to her words on the site: no page is made from them.")
    index = (
        StoryIndexPage.objects.filter(locale__language_code=story.language).first() or StoryIndexPage.objects.first()
    )
    if index is None:
        raise CannotDraftError("There is no list of stories. Make one below the careers page first.")
    page = _page(story, named=(What.NAME, Where.SITE) in may_use)
    if story.picture and (What.FACE, Where.SITE) in may_use:
        page.image, page.image_alt = _image_of(story), story.picture_alt
    index.add_child(instance=page)
    page.save_revision(user=by)
    StorySubmission.objects.filter(pk=story.pk).update(
        state=StoryState.DRAFTED, changed_at=now, image=page.image, assigned_to=story.assigned_to or by
    )
    audited(1, story.pk, DRAFTED, by)
    return page


def _page(story: StorySubmission, *, named: bool) -> StoryPage:
    paragraphs = [part.strip() for part in story.story.split("\n\n") if part.strip()]
    text = format_html_join("", "<p>{}</p>", ((" ".join(part.split()),) for part in paragraphs))
    return StoryPage(
        title=f"A reader’s story, {story.pk}",
        slug=slugify(f"readers-story-{story.pk}"),
        role=cut(story.name, 120) if named else "A reader",
        introduction=cut(paragraphs[0], 280),
        consent_reference=f"Reader stories, story {story.pk}",
        body=[("paragraph", text)],
        submission=story,
        live=False,
    )


def _image_of(story: StorySubmission) -> Any:
    if story.image is not None:
        return story.image
    with story.picture.open("rb") as file:
        content = ContentFile(file.read(), name=f"reader-{story.key.hex}.jpg")
    # No name in the library: everybody who uses the CMS sees it.
    return get_image_model().objects.create(
        title=f"Picture of story {story.pk}", description=story.picture_alt, file=content
    )
