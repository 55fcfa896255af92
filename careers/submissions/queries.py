"""Reading stories, and finding what uses them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex, Site

from careers.submissions.models import Consent, Preview, StorySubmission
from careers.submissions.rules import (
    OVER,
    Answer,
    StoryState,
    What,
    Where,
    content_digest,
    in_force,
    page_problems,
    parts_said,
    says_name,
)
from careers.submissions.tokens import read_token
from portal.rules import Problem


def story_of_token(token: str) -> StorySubmission | None:
    """Return the story that a teller's link leads to, while there is anything left of it."""
    read = read_token(token)
    if read is None:
        return None
    key, version = read
    return StorySubmission.objects.filter(key=key, token_version=version, erased_at=None).first()


def granted(story_ids: Iterable[int], *, today: date) -> dict[int, frozenset[tuple[What, Where]]]:
    """Return what may be used of each story today; one statement."""
    grants = defaultdict(list)
    for consent in Consent.objects.filter(submission_id__in=story_ids):
        grants[consent.submission_id].append(consent.grant)
    return defaultdict(frozenset, {pk: in_force(found, today=today) for pk, found in grants.items()})


def digest_of(page: Page) -> str:
    """Return the digest of what a reader sees of a page as it stands in this object."""
    return content_digest(page.serializable_data())


def pages_with_words(stories: Iterable[StorySubmission]) -> dict[int, set[int]]:
    """Return the pages that hold the words of each story, published or not.

    By the reference index; and, since the worker brings that up to date a moment later, by the pages' own row and by
    what tellers were asked about.
    """
    keys = [story.pk for story in stories]
    found = _referring(StorySubmission, keys)
    told: Any = StorySubmission._meta.get_field("pages")
    for page, story in told.related_model.objects.filter(submission_id__in=keys).values_list("pk", "submission_id"):
        found[story].add(page)
    asked = Preview.objects.filter(submission_id__in=keys).values_list("page_id", "submission_id")
    unknown = {(page, story) for page, story in asked if page not in found[story]}
    for held in Page.objects.filter(pk__in={page for page, _ in unknown}).specific():
        named, _ = _references_of(held)
        for page, story in unknown:
            if page == held.pk and story in named:
                found[story].add(page)
    return found


def pages_with_picture(stories: Iterable[StorySubmission]) -> dict[int, set[int]]:
    """Return the pages that show the picture of each story, published or not; one statement."""
    by_image = {story.image_id: story.pk for story in stories if story.image_id is not None}
    found = _referring(get_image_model(), by_image)
    return defaultdict(set, {by_image[image]: pages for image, pages in found.items()})


def _referring(model: Any, keys: Iterable[int]) -> dict[int, set[int]]:
    pages = ContentType.objects.get_for_model(Page, for_concrete_model=False)
    target = ContentType.objects.get_for_model(model, for_concrete_model=False)
    rows = ReferenceIndex.objects.filter(
        to_content_type=target, to_object_id__in=[str(key) for key in keys], base_content_type=pages
    )
    found = defaultdict(set)
    for key, page in rows.values_list("to_object_id", "object_id"):
        found[int(key)].add(int(page))
    return found


def site_roots() -> set[int]:
    """Return the pages that sites stand on: taken off, they would take everything else along."""
    return set(Site.objects.values_list("root_page_id", flat=True))


def problems_of_page(page: Page, *, today: date) -> list[Problem]:
    """Return what readers' stories say against publishing a page as it stands in this object."""
    stories, used = _used_by(page)
    if not stories:
        return []
    asked = Preview.objects.filter(submission_id__in=stories, page_id=page.pk, digest=digest_of(page))
    answers = dict(asked.values_list("submission_id", "answer"))
    return _problems(stories, used, answers, today)


def problems_before_asking(page: Page, *, today: date) -> list[Problem]:
    """Return what there is no consent for on a page: nobody is asked to approve that."""
    stories, used = _used_by(page)
    return _problems(stories, used, dict.fromkeys(stories, Answer.APPROVED.value), today)


def _problems(
    stories: dict[int, StorySubmission], used: dict[int, set[What]], answers: dict[int, str], today: date
) -> list[Problem]:
    may_use = granted(stories, today=today)
    return [
        problem
        for pk in stories
        for problem in page_problems(
            number=pk,
            uses=used[pk],
            granted=may_use[pk],
            is_approved=answers.get(pk) == Answer.APPROVED,
            is_asked=pk in answers,
        )
    ]


def _used_by(page: Page) -> tuple[dict[int, StorySubmission], dict[int, set[What]]]:
    """Return the stories that a page uses, and what of each."""
    named, images = _references_of(page)
    if not named and not images:
        return {}, {}
    found = StorySubmission.objects.filter(Q(pk__in=named) | Q(image_id__in=images))
    stories = {story.pk: story for story in found}
    text = _words_of(page) if stories else ""
    return stories, {pk: _uses(story, named, images, text) for pk, story in stories.items()}


def names_story(page: Page, story: StorySubmission) -> bool:
    """Whether a page, as it stands in this object, holds a story's words."""
    return story.pk in _references_of(page)[0]


def _references_of(page: Page) -> tuple[set[int], set[int]]:
    """Return the ids of the stories that a page names and of the pictures that it shows.

    Asked of the object and not of the index: what is to be published is not yet what is there.
    """
    story_kind = ContentType.objects.get_for_model(StorySubmission).pk
    image_kind = ContentType.objects.get_for_model(get_image_model()).pk
    references = list(ReferenceIndex._extract_references_from_object(page))
    named = {int(pk) for kind, pk, *_ in references if kind == story_kind}
    images = {int(pk) for kind, pk, *_ in references if kind == image_kind}
    return named, images


def _uses(story: StorySubmission, named: set[int], images: set[int], text: str) -> set[What]:
    uses = set()
    if story.pk in named:
        uses.add(What.QUOTE)
        if says_name(story.name, text):
            uses.add(What.NAME)
    if story.image_id in images:
        uses.add(What.FACE)
    return uses


def _words_of(page: Page) -> str:
    data = page.serializable_data()
    return " ".join(str(data.get(name) or "") for name in ("title", "role", "pull_quote", "introduction", "body"))


def parts_of_name_on(page: Page, story: StorySubmission, *, today: date) -> list[str]:
    """Return the parts of a teller's name that a page says, where she has not agreed to be named on the site."""
    may_be_named = (What.NAME, Where.SITE) in granted([story.pk], today=today)[story.pk]
    return [] if may_be_named else parts_said(story.name, _words_of(page))


def without_consent(*, today: date) -> list[tuple[StorySubmission, Page]]:
    """Return the published pages that show what there is no consent for any more, each with its story.

    The pages that sites stand on are left out where a picture is all: without the picture they stay.
    """
    stories = list(StorySubmission.objects.filter(erased_at=None).exclude(state=StoryState.NEW))
    may_use = granted([story.pk for story in stories], today=today)
    words, pictures = pages_with_words(stories), pages_with_picture(stories)
    roots = site_roots()
    pages = _live_pages(set().union(*words.values(), *pictures.values()))
    found = []
    for story in stories:
        over = {what for what in What if (what, Where.SITE) not in may_use[story.pk]}
        meant = set()
        if What.QUOTE in over:
            meant |= words[story.pk]
        if What.FACE in over:
            meant |= pictures[story.pk] - roots
        if What.NAME in over:
            meant |= {pk for pk in words[story.pk] if pk in pages and says_name(story.name, _words_of(pages[pk]))}
        found += [(story, pages[pk]) for pk in sorted(meant) if pk in pages]
    return found


def _live_pages(ids: Iterable[int]) -> dict[int, Page]:
    return {page.pk: page for page in Page.objects.live().filter(pk__in=ids).specific()}


def ended_pages() -> list[tuple[StorySubmission, Page]]:
    """Return the pages off the site whose story is over: the words in them wait for an editor to delete them."""
    over = {story.pk: story for story in StorySubmission.objects.filter(state__in=OVER)}
    words = pages_with_words(over.values()) if over else {}
    drafts = {page.pk: page for page in Page.objects.filter(live=False, pk__in=set().union(*words.values()))}
    return [(over[story], drafts[pk]) for story, pages in words.items() for pk in sorted(pages) if pk in drafts]


def ending_between(first: date, last: date) -> QuerySet[Consent]:
    """Return the consents whose last day lies in these days and that stand until then."""
    rows = Consent.objects.filter(withdrawn_at=None, until_date__gte=first, until_date__lte=last)
    return rows.filter(submission__erased_at=None).select_related("submission")
