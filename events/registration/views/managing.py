"""What somebody does by the link in their mails. Every broken link gets the same plain page."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from events.invites.services import note_seen
from events.registration.forms import DetailsForm
from events.registration.models import Registration
from events.registration.queries import calendar_of, registration_of_token, sessions_in_words, takes_part_online
from events.registration.rules import LIVE_STATES, CancelledBy, RegistrationState
from events.registration.services import cancel_registration, change_details, note_joined, send_again
from events.registration.tokens import Purpose, registration_links, token_of
from events.schedule.rules import EventStatus
from portal.ratelimit import over_limit
from portal.when import describe_when

# The join page is reached from calendars that people share: what only the manage page may hold.
PERSONAL = {"token", "registration", "manage_url", "cancel_url", "ics_url", "feed_url"}

TokenView = Callable[[HttpRequest, Registration, datetime], HttpResponse]


def with_registration(purpose: Purpose) -> Callable[[TokenView], Callable[..., HttpResponse]]:
    """Read a token of this purpose; the page is never cached, and its address is not passed on to other sites.

    No CSRF check: nothing here acts on a cookie. The authority is the token in the address, which another site does
    not know; and with `no-referrer` browsers send `Origin: null` with our own forms, which the check would refuse.
    """

    def decorate(view: TokenView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, token: str) -> HttpResponse:
            now = timezone.now()
            registration = registration_of_token(token, purpose=purpose, now=now)
            if registration is None:
                response = render(request, "events/registration/invalid_link.html", {"one_language": True}, status=404)
            else:
                response = view(request, registration, now)
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return csrf_exempt(never_cache(wrapped))

    return decorate


def _back(registration: Registration, said: str) -> HttpResponse:
    response = redirect("registration:manage", token_of(registration, Purpose.MANAGE))
    response.status_code = 303
    response["Location"] += f"?{said}" if said else ""
    return response


@require_safe
@with_registration(Purpose.MANAGE)
def manage_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """Show what somebody registered for and what they can do about it."""
    initial = {name: getattr(registration, name) for name in ("name", "access_needs", "relies_on")}
    form = DetailsForm(initial=initial, access=registration.event.access)
    return _manage(request, registration, now, form)


@require_POST
@with_registration(Purpose.MANAGE)
def details_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """Change name and answers."""
    form = DetailsForm(request.POST, access=registration.event.access)
    if not form.is_valid():
        return _manage(request, registration, now, form, status=422)
    change_details(registration_id=registration.pk, **form.cleaned_data)
    return _back(registration, "changed")


@require_POST
@with_registration(Purpose.MANAGE)
def resend_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """Send the confirmation again."""
    if over_limit(request, action=f"resend:{registration.pk}", limit=5, seconds=3600):
        return render(request, "portal/too_many.html", status=429)
    send_again(registration_id=registration.pk, now=now)
    return _back(registration, "sent")


@with_registration(Purpose.MANAGE)
def cancel_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """Ask, and cancel on POST only: mail scanners follow every link (DESIGN law 5)."""
    if request.method == "POST":
        done = cancel_registration(registration_id=registration.pk, by=CancelledBy.ATTENDEE, now=now)
        return _back(registration, "cancelled" if done or registration.state not in LIVE_STATES else "")
    ends_at = registration.event.over_at
    if registration.state not in LIVE_STATES or (ends_at is not None and ends_at <= now):
        return _back(registration, "")
    return render(request, "events/registration/cancel.html", _context(registration, now))


@require_safe
@with_registration(Purpose.JOIN)
def join_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """Lead somebody who has a place to the broadcast; nobody else ever sees its address."""
    context = {name: value for name, value in _context(registration, now).items() if name not in PERSONAL}
    may_join = (
        registration.state == RegistrationState.CONFIRMED
        and _is_online(registration)
        and registration.event.status == EventStatus.PUBLISHED
    )
    spoken = registration.event.in_language(get_language() or "")
    current = next((s for s in spoken.live_sessions if s.ends_at > now), None)
    context |= {"may_join": may_join, "current": current if may_join else None}
    if may_join and current is not None:
        context["when"] = describe_when(current.starts_at, current.ends_at, current.time_zone)
        context["is_live"] = current.starts_at <= now
        if context["is_live"]:
            note_joined(registration_id=registration.pk, now=now)
    return render(request, "events/registration/join.html", context)


def _is_online(registration: Registration) -> bool:
    event, pool = registration.event, registration.pool.kind
    return any(takes_part_online(pool, event.kind, place=session.place) for session in event.live_sessions)


def _manage(
    request: HttpRequest, registration: Registration, now: datetime, form: DetailsForm, status: int = 200
) -> HttpResponse:
    context = _context(registration, now) | {"form": form, "said": next(iter(request.GET), "")}
    return render(request, "events/registration/manage.html", context, status=status)


def _context(registration: Registration, now: datetime) -> dict[str, object]:
    event = registration.event.in_language(get_language() or "")
    calendar = calendar_of(registration)
    note_seen(invite_ids=calendar.unseen, now=now)
    return {
        "registration": registration,
        "event": event,
        "token": token_of(registration, Purpose.MANAGE),
        **registration_links(registration),
        "sessions": sessions_in_words(event, now=now, pool_kind=registration.pool.kind, links=calendar.links),
        "is_live": registration.state in LIVE_STATES,
        "is_waiting": registration.state == RegistrationState.WAITING,
        "is_confirmed": registration.state == RegistrationState.CONFIRMED,
        "is_online": _is_online(registration),
        "event_is_on": event.status == EventStatus.PUBLISHED,
        "may_change": event.status in {EventStatus.PUBLISHED, EventStatus.POSTPONED},
        "is_over": event.over_at is not None and event.over_at <= now,
        "has_calendar": bool(calendar.entries),
    }
