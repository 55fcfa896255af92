"""The site's own pages around Wagtail's: theme, log-in, errors."""

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe
from wagtail.admin.views.account import LoginView

from portal.branding import theme_css, theme_version
from portal.found.moved import moved_to
from portal.found.words import asked_words
from portal.models import SiteSettings
from portal.page_cache.middleware import for_everybody
from portal.ratelimit import over_limit

log = structlog.get_logger(__name__)


@for_everybody
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The colours of the site settings as custom properties: a file of ours, since the CSP allows no inline style."""
    chosen = SiteSettings.for_request(request)
    is_named = request.GET.get("v") == theme_version(chosen)
    caching = "public, max-age=31536000, immutable" if is_named else "public, no-cache"
    return HttpResponse(theme_css(chosen), content_type="text/css", headers={"Cache-Control": caching})


def staff_log_in(request: HttpRequest) -> HttpResponse:
    """Wagtail's log-in, with an end to guessing: ten tries in ten minutes from one network address."""
    if request.method == "POST" and over_limit(request, action="log-in", limit=10, seconds=600):
        return render(request, "portal/too_many.html", status=429)
    return LoginView.as_view()(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that nothing could be made of."""
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that is not there, with ways on; or where it is now, for what stood below a page that has moved."""
    if address := moved_to(request):
        # A form that was open when its page moved is sent on as it is.
        return HttpResponsePermanentRedirect(address, preserve_request=request.method not in {"GET", "HEAD"})
    last = request.path.rstrip("/").rpartition("/")[2]
    return render(request, "404.html", {"query": " ".join(asked_words(last)), "has_search": True}, status=404)


# For when the templates are what is broken.
LAST_WORDS = "<!doctype html><html lang=en><title>Sorry</title><h1>Something went wrong on our side</h1></html>"


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own mistake. Needs no database, and in the end no template: either may be what is broken."""
    try:
        page = get_template("500.html").render()
    except Exception:
        log.exception("error_page.failed")
        page = LAST_WORDS
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was left open too long, or sent from elsewhere: what was typed is still in the browser's form."""
    return render(request, "portal/csrf_failure.html", status=403)
