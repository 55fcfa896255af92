"""The address where people register: for a programme by expression of interest it asks for that instead."""

import time
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from events.consent.rules import clean_source
from events.programmes.forms import UNDER_18, InterestForm
from events.programmes.models import Charity, Invitation, Phase
from events.programmes.queries.phases import charity_of_code, invitation_of_token, phase_of_event
from events.programmes.rules import carried_over
from events.programmes.services import Application, PhaseNotOpenError, express_interest
from events.registration.queries import sessions_in_words
from events.registration.views.registering import register_for
from events.schedule.models import Event
from events.schedule.queries import availability_of, find_event
from events.schedule.rules import Availability
from portal.models import SiteSettings
from portal.ratelimit import over_limit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the registration form of an event, or the expression of interest."""
    event = find_event(slug)
    if event is None:
        raise Http404
    now = timezone.now()
    if not event.by_interest or availability_of(event, now=now) is not Availability.INTEREST:
        return register_for(request, event)
    phase = phase_of_event(event.pk)
    if phase is None:  # its page has been published, its questions not yet
        raise Http404
    return _ask(request, event, phase, None, now)


@csrf_exempt  # the token in the address is the authority, and with `no-referrer` browsers send `Origin: null`
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again_view(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody of the phase before the form with what she answered then."""
    invitation = invitation_of_token(token)
    now = timezone.now()
    if invitation is None:
        response = render(request, "events/programmes/unknown.html", {"one_language": True}, status=404)
    else:
        event = find_event(invitation.phase.event.slug)
        if event is None or availability_of(event, now=now) is not Availability.INTEREST:
            response = register_for(request, event or invitation.phase.event)
        else:
            response = _ask(request, event, invitation.phase, invitation, now)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def sent_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what happens next: the same words whether the address was known or not (DESIGN law 6)."""
    event = find_event(slug)
    if event is None or not event.by_interest:
        raise Http404
    return render(request, "events/programmes/sent.html", {"event": event})


def _ask(
    request: HttpRequest, event: Event, phase: Phase, invitation: Invitation | None, now: datetime
) -> HttpResponse:
    earlier = invitation.earlier if invitation else None
    language = get_language() or "en"
    questions = phase.questions_in(language)
    named = request.POST.get("source", "") if request.method == "POST" else request.GET.get("from", "")
    # Who came by a charity's link in the phase before comes by it again.
    charity = earlier.charity if earlier else charity_of_code(clean_source(named))
    consent_text = _consent(request, charity)
    initial = {"source": clean_source(named)}
    if earlier is not None:
        initial |= {"name": earlier.name, "access_needs": earlier.access_needs}
    form = InterestForm(
        request.POST if request.method == "POST" else None,
        questions=questions,
        consent_text=consent_text,
        carried=carried_over(questions=questions, answers=earlier.answers) if earlier else None,
        knows_address=earlier is not None,
        initial=initial,
    )
    if request.method != "POST":
        return _form(request, event, phase, form, invitation, charity)
    if form.is_robot:
        return _sent(event)
    if over_limit(request, action="register", limit=settings.REGISTRATIONS_PER_ADDRESS_OF_NETWORK, seconds=600):
        return render(request, "portal/too_many.html", status=429)
    if not form.is_valid():
        if earlier is None:
            form.ask_once()
        return _form(request, event, phase, form, invitation, charity, status=422)
    application = Application(
        name=form.cleaned_data["name"],
        email=earlier.email if earlier else form.cleaned_data["email"],
        access_needs=form.cleaned_data["access_needs"],
        answers=form.answers(),
        consent_text=consent_text,
        submission=form.cleaned_data["submission"],
        is_under_18=form.cleaned_data["age"] == UNDER_18,
        charity_id=charity.pk if charity else None,
        earlier_id=earlier.pk if earlier else None,
        language=language,
        source=form.cleaned_data["source"],
    )
    started = time.monotonic()
    try:
        express_interest(phase_id=phase.pk, application=application, now=now)
    except PhaseNotOpenError:
        return register_for(request, event)
    # A known address is less work than a new one: without a floor the time would tell (law 6).
    time.sleep(max(0.0, started + settings.REGISTRATION_FLOOR - time.monotonic()))
    return _sent(event)


def _consent(request: HttpRequest, charity: Charity | None) -> str:
    """Return what she agrees to. Whoever else sees something of her is named in it."""
    text = SiteSettings.for_request(request).consent_in(get_language() or "")
    if charity is None:
        return text
    shared = gettext("{charity} sees my name, where my request stands and which sessions I came to.")
    return f"{text} {shared.format(charity=charity)}"


def _form(
    request: HttpRequest,
    event: Event,
    phase: Phase,
    form: InterestForm,
    invitation: Invitation | None,
    charity: Charity | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "event": event,
        "phase": phase,
        "form": form,
        "invitation": invitation,
        "charity": charity,
        "may_be_found": status == 200 and invitation is None,
        "sessions": sessions_in_words(event, now=timezone.now()),
    }
    return render(request, "events/programmes/form.html", context, status=status)


def _sent(event: Event) -> HttpResponse:
    response = redirect(reverse("registration:interest-sent", args=[event.slug]))
    response.status_code = 303  # "see other": the next request is a GET, and a reload repeats that one
    return response
