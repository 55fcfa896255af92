"""The letters about a story: to her who told it, and to the team. Composed when they leave, from the story's id."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.template.defaultfilters import date as in_words
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, override
from wagtail.models import Page

from careers.submissions.models import Consent, StorySubmission
from careers.submissions.queries import pages_with_words
from careers.submissions.rules import OVER, REMINDED_BEFORE, WHAT_WORDS, WHERE_WORDS, StoryState, What, Where
from careers.submissions.tokens import teller_address
from portal.branding import Branding, site_branding
from portal.mail import render_shared
from portal.outgoing import Composed, LetterKind, NoLongerTrueError, register_letter

LONGEST_GREETING = 60
RECEIVED, PREVIEW, PUBLISHED = "story_received", "story_preview", "story_published"
ENDS, ENDED = "story_consent_ends", "story_consent_ended"
STAFF_ENDS, STAFF_ENDED = "story_staff_ends", "story_staff_ended"
# While a story stands so, its letter is true; the others always are.
TRUE_IN = {
    PREVIEW: (StoryState.PREVIEW_SENT,),
    PUBLISHED: (StoryState.PUBLISHED,),
    ENDS: tuple(state for state in StoryState if state not in OVER),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What composing needs, loaded in a few statements."""

    branding: Branding
    stories: dict[int, StorySubmission]
    consents: dict[int, list[Consent]]
    words: dict[int, list[dict[str, Any]]]
    pages: dict[int, dict[str, Any]]


def prepare(abouts: Sequence[str]) -> Batch:
    """Load the stories with their consents and pages."""
    stories = StorySubmission.objects.in_bulk({number_of(about) for about in abouts})
    consents: dict[int, list[Consent]] = {}
    for consent in Consent.objects.filter(submission_id__in=stories):
        consents.setdefault(consent.submission_id, []).append(consent)
    words = pages_with_words(stories.values())
    named = {page for page in map(page_of, abouts) if page is not None}
    pages = {pk: _in_mail(page) for pk, page in Page.objects.in_bulk(named.union(*words.values())).items()}
    return Batch(
        branding=site_branding(),
        stories=stories,
        consents=consents,
        words={pk: [pages[page] for page in sorted(found) if page in pages] for pk, found in words.items()},
        pages=pages,
    )


def _in_mail(page: Page) -> dict[str, Any]:
    return {
        "title": page.title,
        "live": page.live,
        "url": page.full_url or settings.BASE_URL,
        "edit_url": settings.BASE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }


def number_of(about: str) -> int:
    """Return the id of the story in a letter's `about`."""
    return int(about.rpartition(":")[2].partition("/")[0])


def page_of(about: str) -> int | None:
    """Return the id of the page that a letter is about, if it names one."""
    page = about.partition("/")[2]
    return int(page) if page else None


def compose(kind: str, to_teller: bool, about: str, batch: Batch) -> Composed:
    """Compose any of the letters; what differs between them is in their templates."""
    story = batch.stories.get(number_of(about))
    if story is None or story.erased_at is not None:
        raise NoLongerTrueError("The story has been deleted.")
    if kind in TRUE_IN and story.state not in TRUE_IN[kind]:
        raise NoLongerTrueError("The story has moved on since.")
    with override(story.language if to_teller else settings.LANGUAGE_CODE):
        mail = render_shared(kind, _words(story, to_teller, batch) | {"page": batch.pages.get(page_of(about) or 0)})
        subject, text, html = mail.for_reader({})
    return Composed(
        to_name=story.name if to_teller else "",
        from_name=batch.branding.organisation,
        reply_to=batch.branding.contact_email,
        subject=subject,
        text=text,
        html=html,
    )


def _words(story: StorySubmission, to_teller: bool, batch: Batch) -> dict[str, Any]:
    today = timezone.localdate()
    consents = batch.consents.get(story.pk, [])
    ending = [c for c in consents if c.withdrawn_at is None and today <= c.until_date <= today + REMINDED_BEFORE]
    over = [c for c in consents if c.withdrawn_at is not None or c.until_date < today]
    pages = batch.words.get(story.pk, [])
    return {
        "name": Truncator(story.name).chars(LONGEST_GREETING) if to_teller else "",
        "number": story.pk,
        "brand": batch.branding,
        "language": story.language if to_teller else settings.LANGUAGE_CODE,
        "contact_email": batch.branding.contact_email,
        "teller_url": teller_address(story),
        "pages": pages,
        "live_pages": [page for page in pages if page["live"]],
        "queue_url": settings.BASE_URL + reverse("reader-stories:inspect", args=[story.pk]),
        "ending": [in_full(consent) for consent in ending],
        "ends_on": in_words(min(c.until_date for c in ending), "j F Y") if ending else "",
        "over": [in_full(consent) for consent in over],
        "is_over": story.state in OVER,
        "elsewhere": [in_full(consent) for consent in over if consent.where != Where.SITE],
    }


def in_full(consent: Consent) -> str:
    """Return a consent in the active language."""
    return f"{gettext(WHAT_WORDS[What(consent.what)])} {gettext(WHERE_WORDS[Where(consent.where)])}"


for _name in (RECEIVED, PREVIEW, PUBLISHED, ENDS, ENDED, STAFF_ENDS, STAFF_ENDED):
    _is_hers = _name not in {STAFF_ENDS, STAFF_ENDED}
    register_letter(LetterKind(name=_name, prepare=prepare, compose=partial(compose, _name, _is_hers)))
