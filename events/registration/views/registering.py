"""The registration form and the page that confirms that it was sent."""

import time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from events.consent.rules import clean_source
from events.registration.forms import CorrectionForm, RegistrationForm
from events.registration.queries import sessions_in_words
from events.registration.services import EventNotOpenError, register
from events.registration.services.readdressing import registration_of_code, repair_code
from events.registration.services.registering import OPEN, Application
from events.schedule.models import Event
from events.schedule.queries import availability_of, find_event
from events.schedule.rules import Availability
from portal.models import SiteSettings
from portal.ratelimit import over_limit

SENT_COOKIE = "registered"
# Seconds: a bounce may take some minutes to come back, and the page is then worth another look.
COOKIE_LIFE = 3600


def register_for(request: HttpRequest, event: Event) -> HttpResponse:
    """Show the form; on POST register and lead on (303), or show what to mend (422).

    The address itself is that of `events.programmes.views.asking`: some events are for those who express interest.
    """
    now = timezone.now()
    availability = availability_of(event, now=now)
    if availability not in OPEN:
        return _closed(request, event, availability)
    consent_text = SiteSettings.for_request(request).consent_in(get_language() or "")
    if request.method != "POST":
        form = RegistrationForm(
            pools=event.pools_in_order,
            access=event.access,
            consent_text=consent_text,
            initial={"source": clean_source(request.GET.get("from", ""))},
        )
        return _form(request, event, availability, form)
    form = RegistrationForm(request.POST, pools=event.pools_in_order, access=event.access, consent_text=consent_text)
    if form.is_robot:
        return _done(event, "", "")
    if over_limit(request, action="register", limit=settings.REGISTRATIONS_PER_ADDRESS_OF_NETWORK, seconds=600):
        return render(request, "portal/too_many.html", status=429)
    if not form.is_valid():
        form.ask_once()
        return _form(request, event, availability, form, status=422)
    application = Application(
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        access_needs=form.cleaned_data["access_needs"],
        consent_text=consent_text,
        submission=form.cleaned_data["submission"],
        relies_on=tuple(form.cleaned_data.get("relies_on", ())),
        language=get_language() or "en",
        source=form.cleaned_data["source"],
    )
    started = time.monotonic()
    try:
        register(event_id=event.pk, pool_id=form.chosen_pool().pk, application=application, now=now)
    except EventNotOpenError as refused:
        return _closed(request, event, refused.availability)
    # A known address is less work than a new one: without a floor the time would tell (law 6).
    time.sleep(max(0.0, started + settings.REGISTRATION_FLOOR - time.monotonic()))
    return _done(event, repair_code(application.submission), application.email)


@never_cache
@require_safe
def done_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what happens next: the same words whether the address was known, confirmed or is waiting (DESIGN law 6)."""
    event = find_event(slug)
    if event is None:
        raise Http404
    sessions = sessions_in_words(event, now=timezone.now())
    # The address as it was typed, from a signed cookie of an hour: in a link it would end up in logs.
    sent = request.get_signed_cookie(SENT_COOKIE, default="", salt=slug, max_age=COOKIE_LIFE)
    code, _, email = (sent or "").partition(" ")
    # Only the form that made a registration has its code: whoever typed somebody else's address sees no bounce.
    bounced = bool(code) and registration_of_code(code) is not None
    context = {"event": event, "email": email, "sessions": sessions, "code": code, "bounced": bounced}
    if bounced:
        context["form"] = CorrectionForm(initial={"code": code, "email": email})
    return render(request, "events/registration/done.html", context)


def _form(
    request: HttpRequest, event: Event, availability: Availability, form: RegistrationForm, status: int = 200
) -> HttpResponse:
    context = {
        "event": event,
        "form": form,
        "is_full": availability is Availability.WAITING_LIST,
        "may_be_found": status == 200,
        "sessions": sessions_in_words(event, now=timezone.now()),
    }
    return render(request, "events/registration/form.html", context, status=status)


def _closed(request: HttpRequest, event: Event, availability: Availability) -> HttpResponse:
    """A refused POST is 422 like any other; a GET is a page that says why and what else there is."""
    context = {
        "event": event,
        "availability": availability.value,
        "sessions": sessions_in_words(event, now=timezone.now()),
    }
    return render(request, "events/registration/closed.html", context, status=422 if request.method == "POST" else 200)


def _done(event: Event, code: str, email: str) -> HttpResponse:
    response = redirect(reverse("registration:done", args=[event.slug]))
    response.status_code = 303  # "see other": the next request is a GET, and a reload repeats that one
    if email:
        response.set_signed_cookie(
            SENT_COOKIE,
            f"{code} {email}",
            salt=event.slug,
            max_age=COOKIE_LIFE,
            path=response.url,
            httponly=True,
            samesite="Lax",
            secure=settings.HTTPS,
        )
    return response
