"""The short address on a poster: counts a scan and leads on."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.posters.queries import site_of, target_of
from events.posters.rules import is_scan
from events.posters.services import count_scan
from portal.ratelimit import over_limit

# More than a crowd behind one network address scans; a program that counts itself up ends here.
MOST_A_MINUTE = 30


@never_cache
@require_safe
def poster_view(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to what the poster is for. A code that is mistyped leads to the events, where its reader finds a way."""
    site = site_of(code)
    if site is None:
        return redirect("wagtail_serve", "events/")
    counts = is_scan(
        method=request.method or "",
        agent=request.headers.get("User-Agent", ""),
        purpose=request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")),
    )
    if counts and not over_limit(request, action="poster", limit=MOST_A_MINUTE, seconds=60):
        count_scan(site_id=site.pk, now=timezone.now())
    return HttpResponseRedirect(target_of(site))
