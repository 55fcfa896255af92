"""The list of events: what is coming, by kind and date, and what was."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from events.pages import queries
from events.pages.forms import EventFilterForm
from portal.models import BasePage


class EventIndexPage(BasePage):
    """All events, soonest first."""

    template = "events/event_index_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["events.EventPage"]
    max_count_per_parent = 1  # an event's address has no list in it: two of a name would be one
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the events that the visitor's filter leaves."""
        context = super().get_context(request, *args, **kwargs)
        form = EventFilterForm(request.GET)
        context["filter_form"] = form
        context["listing"] = queries.event_listing(self, chosen=form.chosen(), now=timezone.now())
        context["list_page"] = context["listing"].page
        return context
