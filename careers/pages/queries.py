"""What careers pages show, read with a fixed number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from careers.pages import models
from portal.queries import in_locale

if TYPE_CHECKING:
    from careers.pages.models.base import CareersBasePage

STORIES_A_PAGE = 24
STORIES_ON_FRONT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Where a page leads: a page, the words on the button and the sentence above it."""

    page: Page
    text: str
    reason: str


def _words(kind: str) -> tuple[str, str]:
    """Return the words on the button and the sentence above it, by the kind of page that the step leads to."""
    return {
        "eligibilitypage": (
            _("Could I apply?"),
            _("A few questions, one at a time. Nothing is kept, and you see at once where you stand."),
        ),
        "roleindexpage": (_("See the roles"), _("What each asks of you, what it pays and how you get there.")),
        "storyindexpage": (_("Read the stories"), _("What the work is like, told by the people who do it.")),
        "contactpage": (
            _("Ask a recruiter"),
            _("Not sure about something? A person answers within three working days."),
        ),
    }.get(kind, ("", ""))


def next_step(page: "CareersBasePage") -> NextStep | None:
    """Return where a page leads: the editor's choice, or the usual step of its kind; one statement."""
    if page.next_step_page_id:
        found = in_language([page.next_step_page_id], page.locale_id)
        if found:
            text, reason = _words(found[0].content_type.model)
            return NextStep(
                page=found[0],
                text=page.next_step_text or text or found[0].title,
                reason=page.next_step_reason or reason,
            )
    usual = Page.objects.live().filter(
        content_type__app_label="careers", content_type__model=page.usual_next_step, locale_id=page.locale_id
    )
    target = usual.first()
    if target is None:
        return None
    text, reason = _words(page.usual_next_step)
    return NextStep(page=target, text=page.next_step_text or text, reason=page.next_step_reason or reason)


def in_language(ids: list[int], locale_id: int, *, kind: Any = Page) -> list[Any]:
    """Return the published pages among `ids` in their order, each in the wanted language where there is one."""
    if not ids:
        return []
    keys = Page.objects.filter(pk__in=ids).values("translation_key")
    wanted = Q(pk__in=ids) | Q(translation_key__in=keys, locale_id=locale_id)
    found = {row.pk: row for row in kind.objects.live().select_related("content_type").filter(wanted)}
    own = {row.translation_key: row for row in found.values() if row.locale_id == locale_id}
    originals = [found[pk] for pk in ids if pk in found]
    return [own.get(page.translation_key, page) for page in originals]


def published_stories() -> Any:
    """Return the published stories, newest first, with what a card shows."""
    return (
        models.StoryPage.objects.live()
        .select_related("image", "team")
        .prefetch_related("image__renditions")
        .order_by("-first_published_at", "-pk")
    )


def story_labels(index: "models.StoryIndexPage") -> "tuple[list[models.Team], list[models.StoryTheme]]":
    """Return the teams and themes that published stories have, in the page's language and alphabet."""
    stories = models.StoryPage.objects.child_of(index).live()
    teams = models.Team.objects.filter(pk__in=stories.values("team_id"))
    themes = models.StoryTheme.objects.filter(pk__in=stories.values("themes"))
    return _sorted(in_locale(teams, index.locale_id)), _sorted(in_locale(themes, index.locale_id))


def _sorted(labels: list[Any]) -> list[Any]:
    once = {label.slug: label for label in labels}
    return sorted(once.values(), key=lambda label: label.name.casefold())


def story_listing(index: "models.StoryIndexPage", *, chosen: dict[str, Any]) -> "ListPage[models.StoryPage]":
    """Return one page of the stories that the filter leaves; short names are the same in every language."""
    stories = published_stories().child_of(index)
    if team := chosen["team"]:
        stories = stories.filter(team__slug=team)
    if theme := chosen["theme"]:
        # A subquery, not a join: a theme in two languages must not show a story twice.
        stories = stories.filter(pk__in=models.StoryPage.objects.filter(themes__slug=theme).values("pk"))
    part = Paginator(stories, STORIES_A_PAGE).get_page(chosen["page"])
    with_teams(part, index.locale_id)
    return part


def with_teams(stories: "Iterable[models.StoryPage]", locale_id: int) -> None:
    """Give each story its team in a language, for the cards; at most one statement."""
    told = [story for story in stories if story.team is not None]
    for story, team in zip(told, in_locale([story.team for story in told], locale_id), strict=True):
        story.team = team


def team_of(story: "models.StoryPage") -> "models.Team | None":
    """Return a story's team in the language of the page."""
    return in_locale([story.team], story.locale_id)[0] if story.team is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Where a story leads besides its next step."""

    roles: list[Page]
    events: list[Page]


def related_pages(story: "models.StoryPage") -> Related:
    """Return the roles and events of a story. Events are known by name only: they have title and introduction."""
    roles = [role for role in story.roles.all() if role.live]
    if any(role.locale_id != story.locale_id for role in roles):
        roles = in_language([role.pk for role in roles], story.locale_id, kind=models.RolePage)
    ids = [row["value"] for row in story.related_events.raw_data if row["value"]]
    kind = story.related_events.stream_block.child_blocks["event"].target_model
    return Related(roles=roles, events=in_language(ids, story.locale_id, kind=kind))


def roles_of(index: "models.RoleIndexPage") -> "QuerySet[models.RolePage]":
    """Return the published roles of a list, in the editors' order."""
    return (
        models.RolePage.objects.child_of(index)
        .live()
        .select_related("image")
        .prefetch_related("image__renditions")
        .order_by("path")
    )


def pay_note(role: "models.RolePage") -> str:
    """Return what the list of roles says about pay; one statement."""
    above = models.RoleIndexPage.objects.filter(path=role.path[: -role.steplen])
    return above.values_list("pay_note", flat=True).first() or ""


def stories_about(role: "models.RolePage") -> "list[models.StoryPage]":
    """Return the latest stories of people in a role."""
    about = models.StoryPage.objects.filter(roles__translation_key=role.translation_key).values("pk")
    stories = list(published_stories().filter(pk__in=about, locale_id=role.locale_id)[:STORIES_ON_FRONT])
    with_teams(stories, role.locale_id)
    return stories


def front(page: "models.CareersPage") -> dict[str, Any]:
    """Return what the front page shows: the latest stories, the roles, and the pages below it."""
    stories = list(published_stories().descendant_of(page)[:STORIES_ON_FRONT])
    with_teams(stories, page.locale_id)
    lists = {"storyindexpage": None, "roleindexpage": None}
    children = []
    for child in _children(page):
        kind = child.cached_content_type.model
        if kind in lists:
            lists[kind] = child
        else:
            children.append(child)
    return {
        "stories": stories,
        "roles": models.RolePage.objects.descendant_of(page).live().order_by("path"),
        "story_index": lists["storyindexpage"],
        "role_index": lists["roleindexpage"],
        "children": children,
    }


def _children(page: "models.CareersPage") -> list[Any]:
    """Return the published pages below with their introductions: two statements, however many kinds there are."""
    children = list(page.get_children().live())
    said = [
        kind.objects.child_of(page).order_by().values_list("pk", "introduction")
        for kind in page.allowed_subpage_models()
    ]
    introductions = dict(said[0].union(*said[1:]))
    for child in children:
        child.introduction = introductions.get(child.pk, "")
    return children
