"""The form that somebody asks for the newsletter with."""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.consent.rules import clean_source
from events.newsletter.forms import SubscribeForm
from events.newsletter.services import subscribing
from portal.models import SiteSettings
from portal.ratelimit import over_limit

if TYPE_CHECKING:
    from events.newsletter.models.pages import NewsletterPage

SENT = "sent"
TRIES, WINDOW_SECONDS = 20, 600


def empty_form(request: HttpRequest) -> SubscribeForm:
    """Return the form as somebody finds it."""
    # No topic is chosen for anybody: a box that was ticked before is no consent.
    initial = {"source": clean_source(request.GET.get("from", ""))}
    return SubscribeForm(consent_text=_consent_text(request), initial=initial)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter_view(request: HttpRequest, page: "NewsletterPage") -> HttpResponse:
    """Show the form; on POST write to the address and lead on (303), or show what to mend (422)."""
    if request.method != "POST":
        return _show(request, page)
    text = _consent_text(request)
    form = SubscribeForm(request.POST, consent_text=text)
    if form.is_robot:
        return _done(request)
    if not form.is_valid():
        form.ask_once()
        return _show(request, page, form, status=422)
    # After the check: a slip in a form costs nobody in the same school a try.
    if over_limit(request, action="newsletter", limit=TRIES, seconds=WINDOW_SECONDS):
        return render(request, "portal/too_many.html", status=429)
    data = form.cleaned_data
    wish = subscribing.Wish(
        email=data["email"],
        topics=tuple(data["topics"]),
        language=get_language() or settings.LANGUAGE_CODE,
        consent_text=text,
        submission=data["submission"],
        source=data["source"],
    )
    started = time.monotonic()
    subscribing.subscribe(wish=wish, now=timezone.now())
    # A known address is less work than a new one: without a floor the time would tell (law 6).
    time.sleep(max(0.0, started + settings.REGISTRATION_FLOOR - time.monotonic()))
    return _done(request)


def _consent_text(request: HttpRequest) -> str:
    return SiteSettings.for_request(request).newsletter_consent_in(get_language() or "")


def _show(
    request: HttpRequest, page: "NewsletterPage", form: SubscribeForm | None = None, status: int = 200
) -> HttpResponse:
    if request.method != "POST" and SENT in request.GET:
        return render(request, "events/newsletter/asked.html", {"page": page})
    context = page.get_context(request)
    if form is not None:
        context["form"] = form
    return TemplateResponse(request, page.get_template(request), context, status=status)


def _done(request: HttpRequest) -> HttpResponse:
    response = redirect(f"{request.path}?{SENT}=1")
    response.status_code = 303  # "see other": the next request is a GET, and a reload repeats that one
    return response
