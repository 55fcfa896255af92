"""Another address for the same place: by the confirmation page's code when mail bounces, or from the manage page."""

import time
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.registration.forms import CorrectionForm, NewAddressForm
from events.registration.models import Registration
from events.registration.rules import LIVE_STATES
from events.registration.services import change_address, correct_address
from events.registration.tokens import Purpose, token_of
from events.registration.views.managing import with_registration
from portal.ratelimit import over_limit

# Eight characters hold 40 bits; at so many tries an hour nobody guesses one that is in use.
TRIES, WINDOW = 10, 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct_view(request: HttpRequest) -> HttpResponse:
    """Correct an address to which mail bounces. The answer is the same whether the code was right (law 6)."""
    if request.method != "POST":
        return render(request, "events/registration/correct.html", {"form": CorrectionForm()})
    if over_limit(request, action="correct", limit=TRIES, seconds=WINDOW):
        return render(request, "portal/too_many.html", status=429)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        form.ask_once()
        return render(request, "events/registration/correct.html", {"form": form}, status=422)
    started = time.monotonic()
    correct_address(code=form.cleaned_data["code"], email=form.cleaned_data["email"], now=timezone.now())
    # A right code is more work than a wrong one: without a floor the time would tell.
    time.sleep(max(0.0, started + settings.REGISTRATION_FLOOR - time.monotonic()))
    return _see_other("registration:corrected")


@never_cache
@require_safe
def corrected_view(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "events/registration/corrected.html", {"one_language": False})


@require_http_methods(["GET", "HEAD", "POST"])
@with_registration(Purpose.MANAGE)
def address_view(request: HttpRequest, registration: Registration, now: datetime) -> HttpResponse:
    """Ask for another address, and move the registration there on POST."""
    token = token_of(registration, Purpose.MANAGE)
    ends_at = registration.event.over_at
    if registration.state not in LIVE_STATES or (ends_at is not None and ends_at <= now):
        return redirect("registration:manage", token)
    context = {"form": NewAddressForm(), "registration": registration, "event": registration.event, "token": token}
    if request.method != "POST":
        return render(request, "events/registration/address.html", context)
    if over_limit(request, action=f"address:{registration.pk}", limit=5, seconds=WINDOW):
        return render(request, "portal/too_many.html", status=429)
    form = NewAddressForm(request.POST)
    if not form.is_valid():
        form.ask_once()
        return render(request, "events/registration/address.html", context | {"form": form}, status=422)
    change_address(registration_id=registration.pk, email=form.cleaned_data["email"], now=now)
    return _see_other("registration:corrected")


def _see_other(view: str) -> HttpResponse:
    response = redirect(view)
    response.status_code = 303
    return response
