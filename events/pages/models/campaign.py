"""A campaign: one week or theme with its events and stories."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.blocks import PageChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page

from events.pages import queries
from portal.blocks import BodyBlock
from portal.models import BasePage


class CampaignPage(BasePage):
    """The week's page: an introduction, the events between two dates, and chosen stories."""

    first_date = models.DateField("first day")
    last_date = models.DateField("last day")
    body = StreamField(BodyBlock(), blank=True)
    # By name: careers and events know nothing of each other (DESIGN, direction of imports).
    stories = StreamField([("story", PageChooserBlock(page_type="careers.StoryPage"))], blank=True)

    template = "events/campaign_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldRowPanel([FieldPanel("first_date"), FieldPanel("last_date")]),
        FieldPanel("body"),
        FieldPanel("stories"),
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the events of the campaign's days."""
        context = super().get_context(request, *args, **kwargs)
        context["days"] = queries.campaign_days(self, now=timezone.now())
        return context
