"""A campaign: one week or theme with its events and stories."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.blocks import PageChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

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

    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    kind_in_words = gettext_lazy("Campaign")
    template = "events/campaign_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldRowPanel([FieldPanel("first_date"), FieldPanel("last_date")]),
        FieldPanel("body"),
        FieldPanel("stories"),
        InlinePanel("campaign_partners", heading="Partners", label="Partner"),
    ]

    def partners_in_order(self) -> Iterable["CampaignPagePartner"]:
        """Return the partners in the editor's order, in one statement."""
        return self.campaign_partners.select_related("partner")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the events of the campaign's days, and the stories."""
        context = super().get_context(request, *args, **kwargs)
        context["programme"] = queries.campaign_programme(self, now=timezone.now())
        context["stories"] = queries.stories_of(self)
        return context


class CampaignPagePartner(Orderable):
    """A partner of a campaign, in the editor's order."""

    page = ParentalKey(CampaignPage, on_delete=models.CASCADE, related_name="campaign_partners")
    partner = models.ForeignKey("events.Partner", on_delete=models.CASCADE, related_name="+")
    panels: ClassVar[list[Any]] = [FieldPanel("partner")]
