"""Her own page, by a signed link: how things stand, the times to choose from, and every way out. Neutral throughout."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.walks.models import WalkRequest
from events.walks.queries import offered_times, walk_of_token
from events.walks.rules import OPEN_STATES, Choice, Outcome, WalkState
from events.walks.services import ask_for_other_time, choose_time, withdraw_request
from events.walks.tokens import appointment_token
from events.walks.views.leaving import of_the_journey
from portal.when import describe_when

WalkView = Callable[[HttpRequest, WalkRequest, datetime], HttpResponse]


def with_walk(view: WalkView) -> Callable[..., HttpResponse]:
    """Read the token. No CSRF check: nothing here acts on a cookie, the authority is the token (ADR 10)."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        walk = walk_of_token(token)
        if walk is None:
            response = render(request, "events/walks/unknown.html", status=404)
        else:
            response = view(request, walk, timezone.now())
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return csrf_exempt(of_the_journey(wrapped))


@with_walk
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_view(request: HttpRequest, walk: WalkRequest, now: datetime) -> HttpResponse:
    """Show how things stand; POST chooses a time. A scanner's GET changes nothing (DESIGN law 5)."""
    if request.method != "POST":
        return _show(request, walk, now)
    chosen = request.POST.get("offer", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        return _show(request, walk, now, error=_("Choose one of the times."), status=422)
    choice = choose_time(walk_id=walk.pk, offer_id=int(chosen), now=now)
    if choice in {Choice.BOOKED, Choice.UNCHANGED}:
        return _back(walk, "chosen")
    fresh = walk_of_token(appointment_token(walk)) or walk
    return _show(request, fresh, now, error=_in_words(choice), status=409)


@with_walk
@require_http_methods(["GET", "HEAD", "POST"])
def other_time_view(request: HttpRequest, walk: WalkRequest, now: datetime) -> HttpResponse:
    """Ask, and take the time off on POST only."""
    if request.method == "POST":
        ask_for_other_time(walk_id=walk.pk, by_her=True, now=now)
        return _back(walk, "other")
    if walk.state not in {WalkState.OFFERED, WalkState.BOOKED}:
        return _back(walk, "")
    return render(request, "events/walks/other_time.html", _context(walk, now))


@with_walk
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_view(request: HttpRequest, walk: WalkRequest, now: datetime) -> HttpResponse:
    """Ask, and close the request on POST only."""
    if request.method == "POST":
        withdraw_request(walk_id=walk.pk, now=now)
        return _back(walk, "withdrawn")
    if not _looks_open(walk):
        return _back(walk, "")
    return render(request, "events/walks/withdraw.html", _context(walk, now))


def _looks_open(walk: WalkRequest) -> bool:
    """Whether her page shows it as open: what was asked twice must not tell that the address is known (law 6)."""
    return walk.state in OPEN_STATES or walk.outcome == Outcome.ASKED_TWICE


def _in_words(choice: Choice) -> str:
    return {
        Choice.TAKEN: _("That time has just gone to somebody else. These are free."),
        Choice.WEEK_FULL: _("No more walks are possible in that week. These are free."),
        Choice.TOO_LATE: _("That time has begun. Choose another."),
        Choice.NOT_OFFERED: _("That time is not offered any more. Choose another."),
    }[choice]


def _back(walk: WalkRequest, said: str) -> HttpResponse:
    response = redirect("registration:appointment", appointment_token(walk))
    response.status_code = 303
    response["Location"] += f"?{said}" if said else ""
    return response


def _show(request: HttpRequest, walk: WalkRequest, now: datetime, error: str = "", status: int = 200) -> HttpResponse:
    context = _context(walk, now) | {"error": error, "said": next(iter(request.GET), "")}
    return render(request, "events/walks/appointment.html", context, status=status)


def _context(walk: WalkRequest, now: datetime) -> dict[str, object]:
    slot = getattr(walk, "slot", None)
    return {
        "walk": walk,
        "token": appointment_token(walk),
        "times": offered_times(walk, now=now) if walk.state in {WalkState.OFFERED, WalkState.BOOKED} else [],
        "when": describe_when(slot.starts_at, slot.ends_at, settings.TIME_ZONE) if slot else "",
        "has_begun": slot is not None and slot.starts_at <= now,
        "is_open": _looks_open(walk),
        "state": WalkState.NEW if walk.outcome == Outcome.ASKED_TWICE else walk.state,
    }
