"""My times: an officer gives times, one or a series, and takes free ones back."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from events.console.audit import note
from events.console.queries.walks import own_times
from events.console.rules import WALK_WALKS
from events.console.views.walks.forms import CLOCK_CHANGES, OneTimeForm, SeriesForm
from events.console.views.walks.showing import page_of
from events.walks.models import WalkSlot
from events.walks.rules import LONGEST_SLOT, SHORTEST_SLOT
from events.walks.services import Giving, give_series, give_slot, withdraw_slot
from portal.when import describe_when

REFUSED = {
    Giving.PAST: "That time has begun. Choose a later one.",
    Giving.WRONG_LENGTH: (
        f"Choose a time of {SHORTEST_SLOT.seconds // 60} minutes to {LONGEST_SLOT.seconds // 3600} hours."
    ),
    Giving.OVERLAPS: "It runs into a time that you gave already.",
    Giving.CLOCK_CHANGES: CLOCK_CHANGES,
}
LEFT_OUT = {
    Giving.PAST: "begun already",
    Giving.WRONG_LENGTH: "too short or too long",
    Giving.OVERLAPS: "into a time that you gave already",
    Giving.CLOCK_CHANGES: "the clocks change that night",
}


def _state(slot: Any) -> str:
    if slot.walk is not None:
        return f"chosen by request {slot.walk.number}"
    if slot.offered_to:
        return "offered to one request" if slot.offered_to == 1 else f"offered to {slot.offered_to} requests"
    return "free"


def _show(
    request: HttpRequest, *, one: OneTimeForm | None = None, series: SeriesForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    rows = [
        {
            "slot": slot,
            "when": describe_when(slot.starts_at, slot.ends_at, settings.TIME_ZONE),
            "state": _state(slot),
            "is_mine": slot.walk is not None and slot.walk.officer_id == request.user.pk,
        }
        for slot in own_times(request.user.pk or 0, now=now)
    ]
    context = page_of("My times") | {
        "rows": rows,
        "one": one or OneTimeForm(now=now, prefix="one"),
        "series": series or SeriesForm(now=now, prefix="series"),
    }
    return render(request, "events/console/walks/times.html", context, status=status)


@require_safe
@permission_required(WALK_WALKS, raise_exception=True)
def times_view(request: HttpRequest) -> HttpResponse:
    """List one's own times."""
    return _show(request)


@require_POST
@permission_required(WALK_WALKS, raise_exception=True)
def give_view(request: HttpRequest) -> HttpResponse:
    """Give one time."""
    now = timezone.now()
    form = OneTimeForm(request.POST, now=now, prefix="one")
    if not form.is_valid():
        return _show(request, one=form, status=422)
    starts_at, ends_at = form.cleaned_data["span"]
    result = give_slot(officer=request.user, starts_at=starts_at, ends_at=ends_at, now=now)
    if result is not Giving.GIVEN:
        form.add_error("starts", REFUSED[result])
        return _show(request, one=form, status=422)
    note(request, "walk_slots_given", times=1)
    messages.success(request, "Given. Coordinators see how many free times you have.")
    return redirect("walk-times:index")


@require_POST
@permission_required(WALK_WALKS, raise_exception=True)
def series_view(request: HttpRequest) -> HttpResponse:
    """Give a series, and say of each date that was left out why."""
    now = timezone.now()
    form = SeriesForm(request.POST, now=now, prefix="series")
    if not form.is_valid():
        return _show(request, series=form, status=422)
    results = give_series(officer=request.user, now=now, **form.series)
    counted = Counter(result for _, result in results)
    if counted[Giving.GIVEN]:
        note(request, "walk_slots_given", times=counted[Giving.GIVEN])
    left = [f"{day:%-d %b %Y} ({LEFT_OUT[result]})" for day, result in results if result is not Giving.GIVEN]
    said = f"{counted[Giving.GIVEN]} given."
    if left:
        messages.warning(request, f"{said} Left out: {', '.join(left)}.")
    else:
        messages.success(request, said)
    return redirect("walk-times:index")


@require_POST
@permission_required(WALK_WALKS, raise_exception=True)
def withdraw_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own free time back."""
    if not WalkSlot.objects.filter(pk=pk, officer=request.user.pk).exists():
        raise Http404
    if withdraw_slot(slot_id=pk, officer=request.user, now=timezone.now()):
        note(request, "walk_slot_withdrawn")
        messages.success(request, "Taken back. It is off every page that it was offered on.")
    else:
        messages.warning(
            request, "It is not free: it was taken back before, or a woman has chosen it. Change that at her request."
        )
    return redirect("walk-times:index")
