"""What the events' pages offer beside themselves."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from events.invites.builder import build_feed
from events.pages.models import CampaignPage
from events.pages.queries import campaign_events
from events.registration.views.calendars import calendar_response, last_changed
from events.schedule.queries import public_entries


@require_safe
def campaign_calendar_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Every event of a campaign, to add at once or to subscribe to (calendar policy, row 19)."""
    page = CampaignPage.objects.live().filter(slug=slug, locale__language_code=get_language()).first()
    if page is None:
        raise Http404
    entries = public_entries(event.in_language(get_language() or "") for event in campaign_events(page))
    url = settings.BASE_URL + reverse("registration:campaign-calendar", args=[slug])
    body = build_feed(name=page.title, url=url, entries=entries)
    return calendar_response(request, body, last_changed(entries), "public, max-age=900", f"{slug}.ics")
