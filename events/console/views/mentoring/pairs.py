"""One pair: its sessions, who came, and its end."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from events.console.audit import note
from events.console.queries.ownership import pairs_seen_by
from events.console.rules import CHANGE_INTERESTS, SEE_INTERESTS
from events.console.views.mentoring.forms import SessionForm
from events.console.views.mentoring.frame import page_of, with_row
from events.programmes import services
from events.programmes.models import Pair, PairSession
from events.programmes.queries.meetings import meetings_of, with_meetings
from events.programmes.rules import TIMES_WORDS, Times, may_complete


@require_safe
@with_row(pairs_seen_by, SEE_INTERESTS)
def pair_view(request: HttpRequest, pair: Pair) -> HttpResponse:
    """Show a pair, and record who looked."""
    note(request, "pair_seen", about=pair)
    return _show(request, pair, SessionForm(zone=pair.phase.event.time_zone))


@require_POST
@with_row(pairs_seen_by, CHANGE_INTERESTS)
def session_view(request: HttpRequest, pair: Pair) -> HttpResponse:
    """Set a new session."""
    form = SessionForm(request.POST, zone=pair.phase.event.time_zone)
    if not form.is_valid():
        return _show(request, pair, form, status=422)
    answer = services.set_session(pair_id=pair.pk, **form.values, now=timezone.now())
    if answer not in {Times.SET, Times.UNCHANGED}:
        form.add_error("date", TIMES_WORDS[answer])
        return _show(request, pair, form, status=422)
    note(request, "pair_changed", about=pair, step="session_set")
    messages.success(request, TIMES_WORDS[answer])
    return redirect("mentoring:pair", pair.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@with_row(pairs_seen_by, CHANGE_INTERESTS)
def move_view(request: HttpRequest, pair: Pair, session_id: int) -> HttpResponse:
    """Move a session: the same entry in both calendars, updated."""
    session = get_object_or_404(PairSession, pk=session_id, pair=pair, cancelled_at=None)
    zone = pair.phase.event.time_zone
    if request.method != "POST":
        return _move(request, pair, session, SessionForm(zone=zone, initial=SessionForm.initial_of(session)))
    form = SessionForm(request.POST, zone=zone)
    if not form.is_valid():
        return _move(request, pair, session, form, status=422)
    answer = services.set_session(pair_id=pair.pk, session_id=session.pk, **form.values, now=timezone.now())
    if answer not in {Times.SET, Times.UNCHANGED}:
        form.add_error("date", TIMES_WORDS[answer])
        return _move(request, pair, session, form, status=422)
    note(request, "pair_changed", about=pair, step="session_moved")
    messages.success(request, TIMES_WORDS[answer])
    return redirect("mentoring:pair", pair.pk)


@require_POST
@with_row(pairs_seen_by, CHANGE_INTERESTS)
def off_view(request: HttpRequest, pair: Pair, session_id: int) -> HttpResponse:
    """Call a session off."""
    if not pair.sessions.filter(pk=session_id).exists():
        raise Http404
    if services.call_off_session(pair_id=pair.pk, session_id=session_id, now=timezone.now()):
        note(request, "pair_changed", about=pair, step="session_off")
        messages.success(request, "Called off. Both are told, and it is taken out of their calendars.")
    else:
        messages.error(request, "It has begun, or was off already.")
    return redirect("mentoring:pair", pair.pk)


@require_POST
@with_row(pairs_seen_by, CHANGE_INTERESTS)
def complete_view(request: HttpRequest, pair: Pair) -> HttpResponse:
    """Say that the pair has done what it set out to."""
    if services.complete_pair(pair_id=pair.pk, now=timezone.now()):
        note(request, "pair_changed", about=pair, step="completed")
        messages.success(request, "Completed. She can be asked again for the next phase.")
    else:
        messages.error(request, "A pair is complete when it has met and has no session of its own to come.")
    return redirect("mentoring:pair", pair.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@with_row(pairs_seen_by, CHANGE_INTERESTS)
def end_view(request: HttpRequest, pair: Pair) -> HttpResponse:
    """Ask, and part the two on POST."""
    if request.method != "POST":
        trail = (str(pair), reverse("mentoring:pair", args=[pair.pk]))
        return render(request, "events/programmes/console/end.html", page_of("Part this pair", trail) | {"pair": pair})
    if services.end_pair(pair_id=pair.pk, now=timezone.now()):
        note(request, "pair_changed", about=pair, step="ended")
        messages.success(request, "They are no longer a pair. Both are told, and she waits for another officer.")
    else:
        messages.error(request, "They were no pair any more, or have completed the phase.")
    return redirect("mentoring:phase", pair.phase_id)


def _show(request: HttpRequest, pair: Pair, form: SessionForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    pair = with_meetings(Pair.objects.filter(pk=pair.pk)).get()
    meetings = meetings_of(pair, now=now)
    own = [meeting for meeting in meetings if meeting.is_own]
    held = sum(meeting.has_begun for meeting in own)
    meets = pair.ended_at is None and pair.completed_at is None
    may_change = request.user.has_perm(CHANGE_INTERESTS)
    trail = (str(pair.phase), reverse("mentoring:phase", args=[pair.phase_id]))
    context = page_of(f"{pair.interest.name} and {_name(pair)}", trail) | {
        "pair": pair,
        "meetings": meetings,
        "form": form,
        "zone": pair.phase.event.time_zone,
        "meets": meets,
        "may_change": may_change,
        "may_complete": may_change and meets and may_complete(held=held, to_come=len(own) - held),
    }
    return render(request, "events/programmes/console/pair.html", context, status=status)


def _move(request: HttpRequest, pair: Pair, session: PairSession, form: SessionForm, status: int = 200) -> HttpResponse:
    trail = (str(pair), reverse("mentoring:pair", args=[pair.pk]))
    context = page_of("Move a session", trail) | {"pair": pair, "session": session, "form": form}
    return render(request, "events/programmes/console/move.html", context, status=status)


def _name(pair: Pair) -> str:
    return (pair.senior.get_full_name() or pair.senior.get_username()) if pair.senior else "nobody"
