"""The site's own pages around Wagtail's: theme, robots, errors."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.admin.views.account import LoginView

from portal.branding import theme_css, theme_version
from portal.models import SiteSettings
from portal.page_cache.middleware import for_everybody
from portal.ratelimit import over_limit


@for_everybody
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The colours of the site settings as custom properties: a file of ours, since the CSP allows no inline style."""
    chosen = SiteSettings.for_request(request)
    is_named = request.GET.get("v") == theme_version(chosen)
    caching = "public, max-age=31536000, immutable" if is_named else "public, no-cache"
    return HttpResponse(theme_css(chosen), content_type="text/css", headers={"Cache-Control": caching})


@for_everybody
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of staff pages and personal links."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /registrations/", "Disallow: /demo/"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def staff_log_in(request: HttpRequest) -> HttpResponse:
    """Wagtail's log-in, with an end to guessing: ten tries in ten minutes from one network address."""
    if request.method == "POST" and over_limit(request, action="log-in", limit=10, seconds=600):
        return render(request, "portal/too_many.html", status=429)
    return LoginView.as_view()(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that nothing could be made of."""
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that is not there, with ways on."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own mistake. Needs no database: that may be what is broken."""
    return HttpResponse(_STATIC_ERROR, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was left open too long, or sent from elsewhere: what was typed is still in the browser's form."""
    return render(request, "portal/csrf_failure.html", status=403)


_STATIC_ERROR = (settings.BASE_DIR / "templates" / "500.html").read_text()
