"""Pages about working here: the careers front page and the stories, told by role."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.blocks import BodyBlock
from portal.models import BasePage


class CareersPage(BasePage):
    """The way in: why, who and what next."""

    body = StreamField(BodyBlock(), blank=True)

    template = "careers/careers_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["careers.StoryIndexPage", "portal.ContentPage"]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
    ]


class StoryIndexPage(BasePage):
    """All stories, newest first."""

    template = "careers/story_index_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = ["careers.StoryPage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, *BasePage.introduction_panels]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the published stories."""
        context = super().get_context(request, *args, **kwargs)
        context["stories"] = (
            StoryPage.objects.child_of(self)
            .live()
            .select_related("image")
            .prefetch_related("image__renditions")
            .order_by("-first_published_at")
        )
        return context


class StoryPage(BasePage):
    """One person's story, told by role: no real person's name (content brief)."""

    role = models.CharField(max_length=120, help_text="For example: Mounted Branch constable.")
    team = models.CharField(max_length=120, blank=True)
    pull_quote = models.TextField("one sentence in the person's voice", max_length=300, blank=True)
    is_illustrative = models.BooleanField(
        "illustrative story",
        default=False,
        help_text="Tick when the story is put together from several people's experience. The page says so.",
    )
    body = StreamField(BodyBlock(), blank=True)

    template = "careers/story_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.StoryIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("role"),
        FieldPanel("team"),
        FieldPanel("pull_quote"),
        *BasePage.introduction_panels,
        FieldPanel("is_illustrative"),
        FieldPanel("body"),
    ]
