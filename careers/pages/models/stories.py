"""Stories: told by role, each with the person's consent or marked as illustrative."""

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from careers.pages import found, queries
from careers.pages.admin_forms import StoryPageForm
from careers.pages.blocks import CareersBodyBlock, RelatedEventsBlock
from careers.pages.forms import StoryFilterForm
from careers.pages.models.base import CareersBasePage
from careers.pages.rules import missing_for_story
from portal.found.structured import Thing
from portal.found.text import cut
from portal.models import BasePage
from portal.rules import Problem


class StoryIndexPage(CareersBasePage):
    """All stories, newest first; visitors choose by team and theme."""

    usual_next_step = "roleindexpage"
    template = "careers/story_index_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = ["careers.StoryPage"]
    max_count_per_parent = 1
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        *CareersBasePage.next_step_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the stories that the visitor's filter leaves."""
        context = super().get_context(request, *args, **kwargs)
        teams, themes = queries.story_labels(self)
        form = StoryFilterForm(request.GET, teams=teams, themes=themes)
        chosen = form.chosen()
        context["filter_form"] = form
        context["is_filtered"] = bool(chosen["team"] or chosen["theme"])
        context["list_page"] = queries.story_listing(self, chosen=chosen)
        return context


def _boxes(field: str) -> FieldPanel:
    return FieldPanel(field, widget=forms.CheckboxSelectMultiple)


class StoryPage(CareersBasePage):
    """One person's story, told by role: no real person's name (content brief)."""

    role = models.CharField(max_length=120, help_text="For example: Mounted Branch constable.")
    team = models.ForeignKey("careers.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    themes = ParentalManyToManyField("careers.StoryTheme", blank=True, related_name="+")
    pull_quote = models.TextField("one sentence in the person's voice", max_length=300, blank=True)
    is_illustrative = models.BooleanField(
        "illustrative story",
        default=False,
        help_text="Tick when the story is put together from several people's experience. The page says so.",
    )
    consent_reference = models.CharField(
        max_length=120,
        blank=True,
        help_text="Where the person's written consent is kept, for example: file 2026/114. Only editors see it.",
    )
    # By name: the queue of stories stands above the pages. The reference index sees whose words these are.
    submission = models.ForeignKey(
        "careers.StorySubmission",
        verbose_name="reader’s story",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="pages",
    )
    body = StreamField(CareersBodyBlock(), blank=True)
    roles = ParentalManyToManyField(
        "careers.RolePage", blank=True, related_name="+", help_text="The roles that this story is about."
    )
    related_events = StreamField(RelatedEventsBlock(), blank=True)

    read_with = ("team",)
    template = "careers/story_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.StoryIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = StoryPageForm
    override_translatable_fields: ClassVar[list[Any]] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("team"),
        SynchronizedField("consent_reference", overridable=False),
        SynchronizedField("submission", overridable=False),
    ]
    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        index.SearchField("role"),
        index.SearchField("pull_quote"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("role"), FieldRowPanel([FieldPanel("team"), _boxes("themes")]), FieldPanel("pull_quote")],
            heading="Who tells it",
        ),
        MultiFieldPanel([FieldPanel("is_illustrative"), FieldPanel("consent_reference")], heading="Consent"),
        *BasePage.introduction_panels,
        FieldPanel("body"),
        MultiFieldPanel([_boxes("roles"), FieldPanel("related_events")], heading="Where it leads"),
        *CareersBasePage.next_step_panels,
    ]

    kind_in_words = gettext_lazy("Story")
    og_type = "article"

    @property
    def summary(self) -> str:
        """Let the person speak where the page has no introduction."""
        return super().summary or cut(self.pull_quote)

    @property
    def card_line(self) -> str:
        """Return who tells the story."""
        return self.role

    def structured_data(self, request: HttpRequest, *, url: str, image: str) -> list[Thing]:
        """Add the story and its videos."""
        return found.story_data(self, url=url, image=image)

    def missing_for_publication(self) -> list[Problem]:
        """Add what a story needs beyond any other page."""
        return super().missing_for_publication() + missing_for_story(
            role=self.role, is_illustrative=self.is_illustrative, consent_reference=self.consent_reference
        )

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the team in the page's language, and the roles and events that the story leads to."""
        context = super().get_context(request, *args, **kwargs)
        context["team"] = queries.team_of(self)
        context["related"] = queries.related_pages(self)
        return context
