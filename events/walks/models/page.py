"""The page that says what Walk & Talk is. Its form and the boroughs' pages are views of their own."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from portal.blocks import BodyBlock
from portal.models import BasePage


class WalkPage(BasePage):
    """What a walk is, who can ask, what happens, and what it is not."""

    body = StreamField(BodyBlock(), blank=True)
    exit_address = models.URLField(
        "where “Leave this page” leads",
        default="https://www.bbc.co.uk/weather",
        help_text="A page that anybody might have open: the weather, a search engine.",
    )

    template = "events/walks/walk_page.html"
    max_count_per_parent = 1
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
        FieldPanel("exit_address"),
    ]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep it out of every cache, and show a neutral page to a browser that was left in a hurry."""
        # Imported here: views stand on models, and a Wagtail page is both (ADR 4).
        from events.walks.views.places import walk_page_view  # noqa: PLC0415

        return walk_page_view(request, self)
