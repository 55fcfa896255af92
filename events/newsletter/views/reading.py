"""The pages behind the links in mails: to confirm, to change what comes, and to end it. Looking changes nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.newsletter import services
from events.newsletter.forms import TOPICS, PreferencesForm
from events.newsletter.models.subscription import Subscription
from events.newsletter.queries import reader_of, wants_no_news
from events.newsletter.rules import CONFIRM_WITHIN, SubscriptionState, Topic
from events.newsletter.tokens import ReaderLink, read_confirm_token, read_reader_token, reader_token

# RFC 8058, section 3.1: what a mail program posts, without cookies; it must not be redirected.
ONE_CLICK = ("List-Unsubscribe", "One-Click")
SAVED, RENEWED = "saved", "renewed"
PENDING, CONFIRMED = SubscriptionState.PENDING, SubscriptionState.CONFIRMED

View = Callable[[HttpRequest, str], HttpResponse]


def by_link(view: View) -> View:
    """Guard a page whose authority is the token in its address: kept by nobody, told to nobody (ADR 10)."""

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return guarded


@by_link
def confirm_view(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once more, for scanners follow links; the button confirms."""
    link = read_confirm_token(token)
    if link is None:
        return _unknown(request)
    if request.method == "POST":
        services.confirm(key=link.key, now=timezone.now())
        return _see(request.path)
    reader = Subscription.objects.filter(key=link.key).first()
    if reader is not None and reader.state == CONFIRMED:
        is_current = link.version == reader.token_version
        preferences = reader_token(key=reader.key, version=reader.token_version) if is_current else ""
        return render(request, "events/newsletter/confirmed.html", {"preferences": preferences})
    if reader is None or reader.state != PENDING or reader.asked_at <= timezone.now() - CONFIRM_WITHIN:
        return render(request, "events/newsletter/too_late.html", status=410)
    return render(request, "events/newsletter/confirm.html", {"topics": _in_words(reader.topics)})


@by_link
def preferences_view(request: HttpRequest, token: str) -> HttpResponse:
    """Show what comes and change it; a link of an older version only says goodbye."""
    link = read_reader_token(token)
    if link is None:
        return _unknown(request)
    reader = reader_of(link.key)
    if reader is None or reader.state != CONFIRMED or (reader.key, reader.token_version) != (link.key, link.version):
        return _goodbye(request, token, reader, is_renewed=RENEWED in request.GET)
    if request.method == "POST" and "renew" in request.POST:
        services.renew_links(key=link.key, version=link.version, now=timezone.now())
        return _see(f"{request.path}?{RENEWED}=1")
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        initial={"topics": reader.topics, "language": reader.language},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.change_preferences(
            key=link.key, version=link.version, topics=tuple(data["topics"]), language=data["language"]
        )
        with override(data["language"]):
            return _see(f"{reverse('registration:newsletter-preferences', args=[token])}?{SAVED}=1")
    context = {
        "form": form,
        "token": token,
        "is_saved": SAVED in request.GET and request.method != "POST",
        "wants_no_news": wants_no_news(reader),
    }
    return render(request, "events/newsletter/preferences.html", context, status=422 if form.errors else 200)


@by_link
def unsubscribe_view(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button; POST ends the subscription, by hand or by a mail program's own button."""
    link = read_reader_token(token)
    if link is None:
        return _unknown(request)
    if request.method != "POST":
        return _goodbye(request, token, reader_of(link.key))
    services.leave(key=link.key, issue=link.issue, now=timezone.now())
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        return HttpResponse(status=200, content_type="text/plain")
    return _see(request.path)


def _goodbye(
    request: HttpRequest, token: str, reader: Subscription | None, *, is_renewed: bool = False
) -> HttpResponse:
    """Show that it has ended, or the button that ends it."""
    if request.method == "POST":
        return _see(reverse("registration:newsletter-unsubscribe", args=[token]))
    is_live = reader is not None and reader.state == CONFIRMED
    is_old = _is_old(read_reader_token(token), reader)
    context: dict[str, Any] = {"token": token, "is_live": is_live, "is_old": is_old, "is_renewed": is_renewed}
    return render(request, "events/newsletter/goodbye.html", context)


def _is_old(link: ReaderLink | None, reader: Subscription | None) -> bool:
    return reader is not None and link is not None and (link.key, link.version) != (reader.key, reader.token_version)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "events/newsletter/unknown.html", status=404)


def _see(address: str) -> HttpResponse:
    response = redirect(address)
    response.status_code = 303
    return response


def _in_words(topics: list[str]) -> list[str]:
    return [str(TOPICS[Topic(topic)]) for topic in topics if topic in set(Topic)]
