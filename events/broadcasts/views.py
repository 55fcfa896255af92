"""The page that a link to unsubscribe leads to, and what a mail program's own button posts to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.broadcasts.queries import has_unsubscribed, mail_of_token
from events.broadcasts.services import subscribe_again, unsubscribe
from events.broadcasts.tokens import read_unsubscribe_token

# RFC 8058, section 3.1: what a mail program posts, without cookies; it must not be redirected.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@csrf_exempt  # nothing here acts on a cookie: the authority is the token in the address (ADR 10)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_view(request: HttpRequest, token: str) -> HttpResponse:
    """Show how things stand and a button; POST unsubscribes or subscribes again (law 5: scanners follow links)."""
    key = read_unsubscribe_token(token)
    mail = mail_of_token(key) if key is not None else None
    if key is None or mail is None:
        response = render(request, "events/broadcasts/unknown.html", status=404)
    elif request.method == "POST":
        if "subscribe" in request.POST:
            subscribe_again(key=key)
        else:
            unsubscribe(key=key, now=timezone.now())
        response = _answer(request, token)
    else:
        context = {"token": token, "has_unsubscribed": has_unsubscribed(mail), "is_deleted": not mail.to_email}
        response = render(request, "events/broadcasts/unsubscribe.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        return HttpResponse(status=200, content_type="text/plain")
    response = redirect("registration:unsubscribe", token)
    response.status_code = 303
    return response
