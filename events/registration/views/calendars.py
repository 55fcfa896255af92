"""Calendar files and feeds: public ones per event and for all events, personal ones per registration."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from events.invites.builder import Entry, build_feed, build_publication
from events.invites.services import note_seen
from events.registration.models import Registration
from events.registration.queries import calendar_of
from events.registration.tokens import Purpose
from events.registration.views.managing import with_registration
from events.schedule.queries import find_event, public_entries, public_feed_events
from portal.branding import site_branding

# A subscriber's calendar keeps what it was never told was cancelled: cancelled entries stay in the feed so long.
KEPT_IN_FEED = timedelta(days=30)


@require_safe
def event_ics_view(request: HttpRequest, slug: str) -> HttpResponse:
    """One event as a file: PUBLISH, no attendee (calendar policy, row 17)."""
    event = find_event(slug)
    entries = public_entries([event]) if event else []
    if not entries:
        raise Http404
    return calendar_response(
        request, build_publication(entries=entries), last_changed(entries), "public, max-age=900", f"{slug}.ics"
    )


@require_safe
def feed_view(request: HttpRequest) -> HttpResponse:
    """Every event, to subscribe to (calendar policy, row 19)."""
    events = list(public_feed_events(since=timezone.now() - KEPT_IN_FEED))
    entries = public_entries(event.in_language(get_language() or "") for event in events)
    brand = site_branding()
    body = build_feed(
        # Translators: the name of the calendar with every event, as in "Metropolitan Police outreach: events".
        name=gettext("{organisation}: events").format(organisation=brand.organisation),
        url=settings.BASE_URL + reverse("registration:public-feed"),
        entries=entries,
    )
    return calendar_response(request, body, last_changed(entries), "public, max-age=900")


@require_safe
@with_registration(Purpose.CALENDAR)
def own_ics_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """One registration as a file: the invite's own UIDs, so that it merges with the mail (calendar policy, row 18)."""
    calendar = calendar_of(registration)
    entries = [entry for entry in calendar.entries if not entry.cancelled]
    if not entries:
        raise Http404
    note_seen(invite_ids=calendar.unseen, now=now)
    return calendar_response(request, build_publication(entries=entries), None, "private, no-store", "event.ics")


@require_safe
@with_registration(Purpose.CALENDAR)
def own_feed_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """One registration to subscribe to, for programmes of many sessions (calendar policy, rows 20 and 21)."""
    calendar = calendar_of(registration)
    entries = calendar.entries
    note_seen(invite_ids=calendar.unseen, now=now)
    url = settings.BASE_URL + request.path
    title = registration.event.in_language(registration.language).title
    body = build_feed(name=title, url=url, entries=entries)
    return calendar_response(request, body, last_changed(entries), "private, max-age=900")


def last_changed(entries: Sequence[Entry]) -> datetime | None:
    """Return when any of the entries last changed."""
    return max((entry.stamp for entry in entries), default=None)


def calendar_response(
    request: HttpRequest, body: bytes, changed: datetime | None, caching: str, filename: str = ""
) -> HttpResponse:
    """Answer with a strong ETag over the bytes; 304 when the client has them."""
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    last_modified = int(changed.timestamp()) if changed else None
    headers = {"ETag": etag, "Cache-Control": caching}
    if last_modified is not None:
        headers["Last-Modified"] = http_date(last_modified)
    response = get_conditional_response(request, etag=etag, last_modified=last_modified)
    if not isinstance(response, HttpResponseNotModified):
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    for name, value in headers.items():
        response.headers[name] = value
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
