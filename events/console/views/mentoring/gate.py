"""A partner charity's staff see their own people in the CMS, and no other page of it. Deny by default.

And one page of Wagtail's own a senior officer does not see.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from events.console.queries.ownership import is_of_a_charity
from events.console.rules import BE_PAIRED, SEE_INTERESTS

PEOPLE = "mentoring:people"
# Theirs, and what any log-in needs: going in and out, a password, the words and icons of the frame.
OPEN = {
    PEOPLE,
    "mentoring:attendance",
    "wagtailadmin_account",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_sprite",
}
FRONT = "wagtailadmin_home"
# Wagtail shows there every entry about a sort of row of which somebody has any permission, and being paired is one.
HISTORY = {"wagtailadmin_reports:site_history", "wagtailadmin_reports:site_history_results"}


def kept_to_their_people(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 to a charity's staff for whatever is not theirs; the front page leads to their people."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in OPEN and is_of_a_charity(request.user):
            if name == FRONT:
                return redirect(PEOPLE)
            raise Http404
        if name in HISTORY and request.user.has_perm(BE_PAIRED) and not request.user.has_perm(SEE_INTERESTS):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


def leave_only_their_people(request: HttpRequest, items: list[Any]) -> None:
    """Take everything else out of their menu."""
    if is_of_a_charity(request.user):
        items[:] = [item for item in items if item.name == "mentoring"]
