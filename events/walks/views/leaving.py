"""“Leave this page”: quick, and with nothing left behind the back button.

Leaving is a form of its own on every page of the journey. It deletes the answers given so far, marks the browser for
ten minutes and leads to a page that anybody might have open. While the mark stands, every page of the journey answers
with a neutral one; none of them may be stored by a browser, so that going back asks for it again.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from events.walks.drafts import COOKIE, forget_draft, read_draft
from events.walks.queries import walk_page
from events.walks.rules import AWAY_FOR

AWAY_COOKIE = "away"
WEATHER = "https://www.bbc.co.uk/weather"


def of_the_journey(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view as one that must leave no trace: never stored, not indexed, silent to a browser that was left."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_away(request):
            return away_page(request)
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    return never_cache(wrapped)


def is_away(request: HttpRequest) -> bool:
    """Whether this browser was left in a hurry within the last minutes."""
    return bool(request.COOKIES.get(AWAY_COOKIE))


def exit_address() -> str:
    """Return where leaving leads."""
    page = walk_page()
    return page.exit_address if page is not None else WEATHER


def away_page(request: HttpRequest) -> HttpResponse:
    """Show the page that says nothing."""
    return render(request, "events/walks/away.html", {"exit_address": exit_address()})


def set_cookie(response: HttpResponse, name: str, value: str, *, lasts: timedelta) -> None:
    """Set a cookie that no script reads and no other site sends."""
    response.set_cookie(
        name, value, max_age=lasts, httponly=True, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )


@csrf_exempt  # it only forgets what this browser holds; the public pages are the same for everybody and hold no token
@never_cache
@require_POST
def leave_view(request: HttpRequest) -> HttpResponse:
    """Delete the answers, mark the browser, and lead away."""
    draft = read_draft(request.COOKIES.get(COOKIE, ""), now=timezone.now())
    if draft is not None:
        forget_draft(draft)
    response = redirect("registration:away")
    response.status_code = 303
    response.delete_cookie(COOKIE)
    set_cookie(response, AWAY_COOKIE, "1", lasts=AWAY_FOR)
    return response


@never_cache
@require_safe
def away_view(request: HttpRequest) -> HttpResponse:
    """Lead on to the other site at once.

    By a refresh and not by a redirect: our policy lets no form end on another site (`form-action`), redirects included.
    """
    response = away_page(request)
    response.headers["Refresh"] = f"0; url={exit_address()}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
