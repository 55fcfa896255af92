"""What somebody sees and does by the link in her mails. Every broken link gets the same plain page."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.programmes.forms import DetailsForm
from events.programmes.models import Interest
from events.programmes.queries.meetings import meetings_of, pair_of
from events.programmes.queries.phases import OFF, interest_of_token
from events.programmes.rules import OPEN_STATES, WITH_PAIR
from events.programmes.services import change_details, withdraw
from events.programmes.tokens import Purpose, token_of

PageView = Callable[[HttpRequest, Interest, datetime], HttpResponse]


def with_interest(purpose: Purpose) -> Callable[[PageView], Callable[..., HttpResponse]]:
    """Read a token of this purpose; the page is never cached, and its address is not passed on to other sites.

    No CSRF check: nothing here acts on a cookie. The authority is the token in the address, which another site does
    not know; and with `no-referrer` browsers send `Origin: null` with our own forms, which the check would refuse.
    """

    def decorate(view: PageView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, token: str) -> HttpResponse:
            now = timezone.now()
            interest = interest_of_token(token, purpose=purpose, now=now)
            if interest is None:
                response = render(request, "events/programmes/unknown.html", {"one_language": True}, status=404)
            else:
                response = view(request, interest, now)
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return csrf_exempt(never_cache(wrapped))

    return decorate


@require_safe
@with_interest(Purpose.PAGE)
def page_view(request: HttpRequest, interest: Interest, now: datetime) -> HttpResponse:
    """Show where she stands and when she meets whom."""
    form = DetailsForm(initial={"name": interest.name, "access_needs": interest.access_needs})
    return _page(request, interest, now, form)


@require_POST
@with_interest(Purpose.PAGE)
def details_view(request: HttpRequest, interest: Interest, now: datetime) -> HttpResponse:
    """Change name and access needs."""
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _page(request, interest, now, form, status=422)
    change_details(interest_id=interest.pk, **form.cleaned_data)
    return _back(interest, "changed")


@require_http_methods(["GET", "HEAD", "POST"])
@with_interest(Purpose.PAGE)
def withdraw_view(request: HttpRequest, interest: Interest, now: datetime) -> HttpResponse:
    """Ask, and withdraw on POST only: mail scanners follow every link (DESIGN law 5)."""
    if request.method == "POST":
        withdraw(interest_id=interest.pk, now=now)
        return _back(interest, "withdrawn")
    if interest.state not in OPEN_STATES:
        return _back(interest, "")
    return render(request, "events/programmes/withdraw.html", _context(interest, now))


@require_safe
@with_interest(Purpose.JOIN)
def join_view(request: HttpRequest, interest: Interest, now: datetime) -> HttpResponse:
    """Lead into the video call of the next session. Calendars are shared: this page shows nothing else of her."""
    context = _context(interest, now)
    coming = [meeting for meeting in context["meetings"] if meeting.link and not meeting.is_over]  # type: ignore[attr-defined]
    return render(
        request,
        "events/programmes/join.html",
        {"event": context["event"], "meeting": coming[0] if coming else None},
    )


def _page(
    request: HttpRequest, interest: Interest, now: datetime, form: DetailsForm, status: int = 200
) -> HttpResponse:
    context = _context(interest, now) | {"form": form, "said": next(iter(request.GET), "")}
    return render(request, "events/programmes/page.html", context, status=status)


def _context(interest: Interest, now: datetime) -> dict[str, object]:
    event = interest.phase.event.in_language(get_language() or "")
    pair = pair_of(interest) if interest.state in WITH_PAIR else None
    meetings = meetings_of(pair, now=now, event=event) if pair else []
    return {
        "interest": interest,
        "event": event,
        "phase": interest.phase,
        "token": token_of(interest),
        "join_token": token_of(interest, Purpose.JOIN),
        "senior": pair.senior if pair else None,
        "meetings": meetings,
        "has_calls": any(meeting.link and not meeting.is_over for meeting in meetings),
        "is_open": interest.state in OPEN_STATES,
        "is_off": event.status in OFF,
    }


def _back(interest: Interest, said: str) -> HttpResponse:
    response = redirect("registration:mentoring", token_of(interest))
    response.status_code = 303
    response["Location"] += f"?{said}" if said else ""
    return response
