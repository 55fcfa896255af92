"""Events for pages that know nothing of events: the home page is the portal's."""

from django import template
from django.utils import timezone

from events.pages.queries import EventView, upcoming_events

register = template.Library()


@register.simple_tag
def next_events(limit: int) -> list[EventView]:
    """Return the next events: `{% next_events 3 as events %}`."""
    return upcoming_events(limit=limit, now=timezone.now())
