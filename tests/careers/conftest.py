"""Careers pages for tests: a front page, its lists, and stories, roles and figures as somebody publishes them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, Site

from careers.models import (
    CareersPage,
    ContactPage,
    EligibilityPage,
    Figure,
    RoleIndexPage,
    RolePage,
    StoryIndexPage,
    StoryPage,
    StoryTheme,
    Team,
)
from portal.models import HomePage

QUESTIONS = [
    (
        "question",
        {
            "key": "age",
            "text": "How old are you?",
            "hint": "",
            "answers": [
                {"key": "adult", "label": "18 or over", "leads_to": "", "note": ""},
                {"key": "seventeen", "label": "17", "leads_to": "", "note": "You start when you are 18."},
                {"key": "younger", "label": "Younger", "leads_to": "too-young", "note": ""},
            ],
        },
    ),
    (
        "question",
        {
            "key": "work",
            "text": "May you work here without a time limit?",
            "hint": "With a right that does not end.",
            "answers": [
                {"key": "yes", "label": "Yes", "leads_to": "could-apply", "note": ""},
                {"key": "no", "label": "No", "leads_to": "too-young", "note": ""},
            ],
        },
    ),
]


def outcome(key: str, page: Page, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Return an outcome that leads to a page."""
    fields = {
        "key": key,
        "kind": "good",
        "title": f"You are at {key}",
        "text": "<p>What you can do now.</p>",
        "next_text": "Go on",
        "next_page": page,
        "next_address": "",
        "source": "",
        "source_address": "",
    }
    return "outcome", fields | changes


@pytest.fixture
def home(db: None) -> HomePage:
    home = HomePage(title="Home", slug="portal-home")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    return home


@pytest.fixture
def careers(home: HomePage) -> CareersPage:
    page = CareersPage(title="Careers", slug="careers", introduction="Could this be yours?")
    home.add_child(instance=page)
    return page


@pytest.fixture
def story_index(careers: CareersPage) -> StoryIndexPage:
    return careers.add_child(instance=StoryIndexPage(title="Stories", slug="stories"))


@pytest.fixture
def role_index(careers: CareersPage) -> RoleIndexPage:
    return careers.add_child(
        instance=RoleIndexPage(title="Roles", slug="roles", pay_note="Illustrative for this demo.")
    )


@pytest.fixture
def contact(careers: CareersPage) -> ContactPage:
    return careers.add_child(instance=ContactPage(title="Ask a recruiter", slug="contact"))


@pytest.fixture
def check(careers: CareersPage) -> EligibilityPage:
    page = EligibilityPage(
        title="Could I apply?",
        slug="could-i-apply",
        introduction="A few questions.",
        questions=QUESTIONS,
        outcomes=[outcome("could-apply", careers), outcome("too-young", careers, kind="wait")],
    )
    return careers.add_child(instance=page)


@pytest.fixture
def team() -> Callable[[str], Team]:
    def make(name: str) -> Team:
        slug = name.lower().replace(" ", "-")
        return Team.objects.get_or_create(slug=slug, locale=Locale.get_default(), defaults={"name": name})[0]

    return make


@pytest.fixture
def theme() -> Callable[[str], StoryTheme]:
    def make(name: str) -> StoryTheme:
        slug = name.lower().replace(" ", "-")
        return StoryTheme.objects.get_or_create(slug=slug, locale=Locale.get_default(), defaults={"name": name})[0]

    return make


@pytest.fixture
def tell(story_index: StoryIndexPage) -> Callable[..., StoryPage]:
    """Return a teller: `tell("I ride", team=…, themes=[…])` publishes a story."""

    def do(title: str, **changes: Any) -> StoryPage:
        themes, roles = changes.pop("themes", []), changes.pop("roles", [])
        fields: dict[str, Any] = {
            "title": title,
            "role": "Constable",
            "introduction": "She joined late.",
            "is_illustrative": True,
        }
        page = StoryPage(**(fields | changes))
        page.themes, page.roles = themes, roles
        story_index.add_child(instance=page)
        page.save_revision().publish()
        return page

    return do


@pytest.fixture
def add_role(role_index: RoleIndexPage) -> Callable[..., RolePage]:
    def do(title: str, **changes: Any) -> RolePage:
        fields: dict[str, Any] = {
            "title": title,
            "introduction": "You answer calls.",
            "pay": "From £38,000 a year",
            "hours": "40 a week",
            "what_you_do": "<p>You listen.</p>",
            "entry_routes": [("route", {"name": "As an apprentice", "text": "<p>Three years.</p>"})],
        }
        page = RolePage(**(fields | changes))
        role_index.add_child(instance=page)
        page.save_revision().publish()
        return page

    return do


@pytest.fixture
def add_figure(db: None) -> Callable[..., Figure]:
    """Return a maker of figures; `review_in` is the number of days until somebody has to look again."""

    def do(meaning: str = "women work here", *, review_in: int = 300, today: date | None = None) -> Figure:
        today = today or date.today()  # noqa: DTZ011 (a plain day, as an editor types it)
        return Figure.objects.create(
            figure="16,000+",
            meaning=meaning,
            source="Workforce data",
            as_of=today - timedelta(days=400),
            review_by=today + timedelta(days=review_in),
            locale=Locale.get_default(),
        )

    return do


@pytest.fixture
def french(db: None) -> Locale:
    return Locale.objects.get_or_create(language_code="fr")[0]


@pytest.fixture
def picture(db: None) -> Any:
    """Return a small picture of the library."""
    return get_image_model().objects.create(title="A rider", file=get_test_image_file(size=(400, 500)))
