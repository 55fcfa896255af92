"""Each step with a person: a POST that does it and says what happened, or why it could not be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from events.console.audit import note
from events.console.queries.ownership import interests_seen_by, phases_seen_by
from events.console.rules import CHANGE_INTERESTS
from events.console.views.mentoring.forms import DecisionForm
from events.console.views.mentoring.frame import with_row
from events.console.views.mentoring.showing import show_interest
from events.programmes import services
from events.programmes.models import Interest, Phase
from events.programmes.rules import PAIRED_WORDS, Paired

MOVED_ON = "It had moved on: look at where it stands now."


@require_POST
@with_row(interests_seen_by, CHANGE_INTERESTS)
def review_view(request: HttpRequest, interest: Interest) -> HttpResponse:
    """Say that somebody looks at it."""
    if services.take_into_review(interest_id=interest.pk, by=request.user, now=timezone.now()):
        note(request, "interest_decided", about=interest, step="in_review")
        messages.success(request, "In review. Colleagues see that you look at it.")
    else:
        messages.error(request, MOVED_ON)
    return redirect("mentoring:interest", interest.pk)


@require_POST
@with_row(interests_seen_by, CHANGE_INTERESTS)
def decide_view(request: HttpRequest, interest: Interest) -> HttpResponse:
    """Accept or decline, with a reason for colleagues."""
    form = DecisionForm(request.POST)
    accept = "accept" in request.POST
    if not form.is_valid():
        return show_interest(request, interest, form, status=422)
    done = services.decide(
        interest_id=interest.pk,
        accept=accept,
        reason=form.cleaned_data["reason"],
        by=request.user,
        now=timezone.now(),
    )
    if done:
        note(request, "interest_decided", about=interest, step="accepted" if accept else "declined")
        messages.success(request, "Accepted. She hears of it by email." if accept else "Declined. She hears of it.")
    else:
        messages.error(request, MOVED_ON)
    return redirect("mentoring:interest", interest.pk)


@require_POST
@with_row(interests_seen_by, CHANGE_INTERESTS)
def pair_view(request: HttpRequest, interest: Interest) -> HttpResponse:
    """Pair her with the officer who was chosen."""
    chosen = request.POST.get("senior", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        messages.error(request, "Choose a senior officer.")
        return redirect("mentoring:interest", interest.pk)
    answer = services.pair_up(interest_id=interest.pk, senior_id=int(chosen), now=timezone.now())
    if answer is Paired.PAIRED:
        note(request, "interest_decided", about=interest, step="paired")
        messages.success(request, PAIRED_WORDS[answer])
    else:
        messages.error(request, PAIRED_WORDS[answer])
    return redirect("mentoring:interest", interest.pk)


@require_POST
@with_row(phases_seen_by, CHANGE_INTERESTS)
def invite_view(request: HttpRequest, phase: Phase) -> HttpResponse:
    """Ask everybody who completed the phase before, with one click."""
    number = services.invite_alumni(phase_id=phase.pk, by=request.user, now=timezone.now())
    if number is None:
        messages.error(request, "Nobody can express interest in this phase now.")
    else:
        note(request, "alumni_invited", about=phase.event, people=number)
        people = "1 person is" if number == 1 else f"{number} people are"
        messages.success(request, f"{people} asked by email.")
    return redirect("mentoring:phase", phase.pk)
