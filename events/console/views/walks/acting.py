"""What is done with a request: each a POST, with its result in words. A second click changes nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from events.console.audit import note
from events.console.queries import walks_held_by, walks_run_by
from events.console.queries.walks import leaves_in_words
from events.console.views.walks.forms import RecordForm
from events.console.views.walks.showing import CANNOT_OPEN_HERE, page_of, seen_mark, show, with_walk
from events.walks.forms import SAFE_TIME_LABELS
from events.walks.models import WalkOffer
from events.walks.rules import Choice, Outcome, SafeTime, Way
from events.walks.sealing import NotTakenInError, can_open
from events.walks.services import (
    REASONS,
    Allocation,
    KeyMovedOnError,
    Offering,
    allocate,
    ask_for_other_time,
    choose_time,
    give_back,
    offer_times,
    open_request,
    record_outcome,
    withdraw_request,
)
from events.walks.tokens import appointment_url
from portal.sealing import CannotOpenError

ALLOCATED = {
    Allocation.GIVEN: "Given. The officer has a mail with its number.",
    Allocation.UNCHANGED: "That officer has it already.",
    Allocation.NOT_OPEN: "It is closed. Nothing was changed.",
    Allocation.NOT_IN_TEAM: "Choose an officer of the borough’s team.",
    Allocation.NOT_A_WOMAN: "She asks to walk with a woman. Choose a woman of the team.",
}
OFFERED = {
    Offering.OFFERED: "Offered. The times are on her page.",
    Offering.NOT_YOURS: "It is not with you any more. Nothing was offered.",
    Offering.WRONG_NUMBER: "Choose two or three times, each once.",
    Offering.NOT_FREE: "One of these times is taken, taken back, or less than a day after she hears. Choose another.",
    Offering.WRONG_PLACE: "Choose a meeting point of the borough for each time.",
    Offering.HAS_BEGUN: "The walk has begun. Record what came of it.",
    Offering.WEEK_FULL: "The borough has all the walks of one of these weeks. Choose another week.",
}
CHOSEN = {
    Choice.BOOKED: "The time is hers. Your calendar gets an entry.",
    Choice.UNCHANGED: "That time was hers already.",
    Choice.TAKEN: "That time has gone to somebody else. Your next free one is offered in its place.",
    Choice.WEEK_FULL: "The borough has all the walks of that week. Your next free time is offered in its place.",
    Choice.TOO_LATE: "That time has begun. Choose another.",
    Choice.NOT_OFFERED: "That time is not offered any more. Choose another.",
}
CHANGED_MEANWHILE = "It has changed since you opened the page. Nothing was done: look at it as it is now."
KEY_MOVED_ON = (
    "The key was changed and the boxes are not sealed again yet. Record it without a note now, or ask the "
    "administrators to run “manage.py walk_keys reseal” and then record it with the note."
)
NO_PUBLIC_KEY = "This process holds no public key, so a note cannot be sealed. Record it without a note."


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _back(request: HttpRequest, walk: Any, said: str, *, done: bool) -> HttpResponse:
    (messages.success if done else messages.warning)(request, said)
    return redirect("walks:show", walk.pk)


def _has_changed(request: HttpRequest, walk: Any) -> bool:
    return request.POST.get("seen") != seen_mark(walk)


@require_POST
@with_walk(walks_run_by)
def allocate_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Give it to an officer."""
    officer_id = _number(request.POST.get("officer", ""))
    if officer_id == walk.officer_id:
        return _back(request, walk, ALLOCATED[Allocation.UNCHANGED], done=False)
    if _has_changed(request, walk):
        return _back(request, walk, CHANGED_MEANWHILE, done=False)
    result = allocate(walk_id=walk.pk, officer_id=officer_id, by=request.user, now=timezone.now())
    done = result is Allocation.GIVEN
    if done:
        note(request, "walk_allocated", about=walk, officer=officer_id)
    return _back(request, walk, ALLOCATED[result], done=done)


@require_POST
@with_walk(walks_run_by)
def take_back_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Put it back to the team."""
    if walk.officer_id is not None and _has_changed(request, walk):
        return _back(request, walk, CHANGED_MEANWHILE, done=False)
    done = give_back(walk_id=walk.pk, now=timezone.now())
    if done:
        note(request, "walk_taken_back", about=walk, officer=walk.officer_id)
    said = "Taken back. Her time, if she had one, is off in both calendars." if done else "No officer has it."
    return _back(request, walk, said, done=done)


@require_POST
@with_walk(walks_held_by)
@sensitive_variables("opened", "context")
def open_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Show what she told us, in the answer to this POST alone. The service writes the entry of the audit log."""
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        return _back(request, walk, "Choose why you open it. It is written to the audit log.", done=False)
    if not can_open():
        return _back(request, walk, CANNOT_OPEN_HERE, done=False)
    try:
        opened = open_request(walk_id=walk.pk, officer=request.user, reason=reason)
    except CannotOpenError as problem:
        said = f"It cannot be opened. {problem} Ask the administrators which process has the key of this request."
        return _back(request, walk, said, done=False)
    if opened is None:
        return _back(request, walk, "It is closed, or not with you any more. Nothing was opened.", done=False)
    context = page_of("What she told us", at=walk) | {
        "walk": walk,
        "opened": opened,
        "is_by_hand": opened.way != Way.EMAIL,
        "is_text": opened.way == Way.TEXT,
        "safe_time": SAFE_TIME_LABELS[SafeTime(opened.safe_time)],
        "her_page": appointment_url(walk),
    }
    response = render(request, "events/console/walks/opened.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_POST
@with_walk(walks_held_by)
def offer_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Put two or three times on her page."""
    if _has_changed(request, walk):
        return _back(request, walk, CHANGED_MEANWHILE, done=False)
    slots = [_number(slot) for slot in request.POST.getlist("slot")]
    picks = [(slot, _number(request.POST.get(f"place-{slot}", ""))) for slot in slots]
    result = offer_times(walk_id=walk.pk, picks=picks, officer=request.user, now=timezone.now())
    done = result is Offering.OFFERED
    if done:
        note(request, "walk_offered", about=walk, times=len(picks))
    told = ""
    if done:
        by_hand = " Tell her to look there: she gets no mail."
        told = leaves_in_words(walk, now=timezone.now()) if walk.way == Way.EMAIL else by_hand
    return _back(request, walk, OFFERED[result] + told, done=done)


@require_POST
@with_walk(walks_held_by)
def other_times_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Take the times off her page, at her wish or because the officer cannot come."""
    done = ask_for_other_time(walk_id=walk.pk, by_her=False, now=timezone.now())
    if done:
        note(request, "walk_other_times", about=walk)
    said = (
        "The times are off her page and out of both calendars. Offer others."
        if done
        else "There are no times on her page, or the walk has begun."
    )
    return _back(request, walk, said, done=done)


@require_POST
@with_walk(walks_held_by)
def choose_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Choose a time for her, as she said on the phone."""
    if walk.way == Way.EMAIL:
        return _back(request, walk, "She is reached by email and chooses on her page.", done=False)
    offer_id = _number(request.POST.get("offer", ""))
    if not WalkOffer.objects.filter(pk=offer_id, walk=walk).exists():
        return _back(request, walk, "Choose one of the times that are on her page.", done=False)
    result = choose_time(walk_id=walk.pk, offer_id=offer_id, now=timezone.now())
    done = result is Choice.BOOKED
    if done:
        note(request, "walk_chosen_for_her", about=walk)
    return _back(request, walk, CHOSEN[result], done=done)


@require_POST
@with_walk(walks_held_by)
def withdraw_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Close it at her wish."""
    done = withdraw_request(walk_id=walk.pk, now=timezone.now())
    if done:
        note(request, "walk_withdrawn_for_her", about=walk)
    said = (
        "Withdrawn. Her words are deleted in 30 days, the request in 90."
        if done
        else "It is closed already, or the walk has begun: record what came of it."
    )
    return _back(request, walk, said, done=done)


@sensitive_post_parameters("note")
@require_POST
@with_walk(walks_held_by)
def record_view(request: HttpRequest, walk: Any) -> HttpResponse:
    """Record what came of it, and close it."""
    now = timezone.now()
    if walk.is_closed:
        return _back(request, walk, "It is closed already.", done=False)
    form = RecordForm(request.POST, walk=walk, now=now)
    if not form.is_valid():
        return show(request, walk, form=form, status=422)
    said = form.recorded
    try:
        done = record_outcome(walk_id=walk.pk, officer=request.user, now=now, **said)
    except KeyMovedOnError:
        form.add_error("note", KEY_MOVED_ON)
        return show(request, walk, form=form, status=422)
    except NotTakenInError:
        form.add_error("note", NO_PUBLIC_KEY)
        return show(request, walk, form=form, status=422)
    if done:
        outcome: Outcome = said["outcome"]
        note(request, "walk_recorded", about=walk, outcome=outcome.value)
    words = "Recorded, and closed." if done else "It is closed, or not with you any more. Nothing was recorded."
    return _back(request, walk, words, done=done)
