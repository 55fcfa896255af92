"""Asking for a walk, a step at a time. Works without script and survives a reload: answers are in a draft that only
this browser's cookie opens.
"""

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from events.consent.rules import clean_source
from events.walks.drafts import COOKIE, Draft, keep_draft, new_draft, read_draft
from events.walks.forms import DAY_PART_LABELS, SAFE_TIME_LABELS, STEPS, WAY_LABELS, BoroughStep, CheckStep, StepForm
from events.walks.models import Borough
from events.walks.rules import DRAFT_KEPT, DayPart, SafeTime, Way
from events.walks.sealing import can_seal
from events.walks.services import Application, ask_for_walk
from events.walks.tokens import appointment_token
from events.walks.views.leaving import of_the_journey, set_cookie
from portal.ratelimit import over_limit

# How many requests one network address may send within ten minutes: a women's centre shares one.
TRIES, WINDOW_SECONDS = 20, 600
NAMES = list(STEPS)
SENT = "sent"


@of_the_journey
@require_safe
def start_view(request: HttpRequest) -> HttpResponse:
    """Lead to the first step, with the poster's borough and source in its address. Nothing is stored by looking."""
    response = _see_other("registration:walk-step", NAMES[0])
    if request.GET:
        response["Location"] += f"?{request.GET.urlencode()}"
    return response


@csrf_exempt  # the draft's cookie is SameSite, so another site's form comes without it; and no page here may run out
@of_the_journey
@require_http_methods(["GET", "HEAD", "POST"])
def step_view(request: HttpRequest, step: str) -> HttpResponse:
    """Show one step; POST keeps its answers and leads on (303), or shows what to mend (422)."""
    if step not in STEPS:
        return render(request, "events/walks/unknown.html", status=404)
    now = timezone.now()
    if not can_seal():
        return render(request, "events/walks/not_now.html", status=503)
    draft = _draft_of(request)
    if draft is not None and SENT in draft.answers:
        if request.method == "POST":
            return _sent(draft)  # a double click: the first one has sent it
        draft = None
    if draft is None and step != NAMES[0]:
        return _start_again(request)
    draft = draft or new_draft()
    first_open = next((name for name in NAMES if name not in draft.answers), NAMES[-1])
    if NAMES.index(step) > NAMES.index(first_open):
        return _lead_to(first_open, draft)
    if request.method != "POST":
        chosen = draft.answers.get(step) or {"borough": request.GET.get("borough", "")}
        return _show(request, step, STEPS[step](initial=chosen), draft)
    form = STEPS[step](request.POST)
    if isinstance(form, CheckStep) and form.is_robot:
        return _lead_to(NAMES[0], draft)
    if not form.is_valid():
        return _show(request, step, form, draft, status=422)
    if step == NAMES[-1]:
        return _send(request, draft, now)
    if "from" not in draft.answers:
        source = {"source": clean_source(request.GET.get("from", "")), "submission": uuid.uuid4().hex}
        draft = keep_draft(draft, step="from", answers=source, now=now)
    draft = keep_draft(draft, step=step, answers=form.answers, now=now)
    return _lead_to("check" if "check" in request.GET else _after(step, draft), draft)


def _send(request: HttpRequest, draft: Draft, now: datetime) -> HttpResponse:
    borough = BoroughStep.borough_of(draft.answers["borough"])
    if borough is None:  # it stopped taking requests while she wrote
        return _lead_to(NAMES[0], draft)
    # After the check: a slip in a form costs nobody in the same centre a try.
    if over_limit(request, action="ask-for-walk", limit=TRIES, seconds=WINDOW_SECONDS):
        return render(request, "events/walks/too_many.html", status=429)
    walk = ask_for_walk(application=application_of(draft.answers, borough, get_language() or "en"), now=now)
    # The answers are gone; where they led to stays for the rest of the day, sealed like them, for a second click.
    kept = keep_draft(Draft(draft.key, draft.secret), step=SENT, answers={"token": appointment_token(walk)}, now=now)
    response = _sent(kept)
    response.delete_cookie(COOKIE)
    return response


def _sent(draft: Draft) -> HttpResponse:
    response = _see_other("registration:appointment", draft.answers[SENT]["token"])
    response["Location"] += "?sent"
    return response


def application_of(answers: dict[str, Any], borough: Borough, language: str) -> Application:
    """Return what all steps together ask for."""
    worries, contact = answers["worries"], answers["contact"]
    way = Way(contact["way"])
    return Application(
        borough_id=borough.pk,
        area=answers["route"]["area"],
        day_parts=tuple(answers["days"]["day_parts"]),
        worries=worries["worries"],
        needs=worries["needs"],
        wants_woman=worries["wants_woman"],
        brings_somebody=worries["brings_somebody"],
        name=contact["name"],
        way=way,
        address=contact["email"] if way is Way.EMAIL else contact["phone"],
        safe_time=SafeTime(contact["safe_time"]),
        safe_time_words=contact["safe_time_words"],
        is_discreet=contact["is_discreet"],
        language=language,
        source=answers.get("from", {}).get("source", ""),
        submission=uuid.UUID(answers["from"]["submission"]),
    )


def _show(request: HttpRequest, step: str, form: StepForm, draft: Draft, status: int = 200) -> HttpResponse:
    position = NAMES.index(step)
    context = {
        "form": form,
        "step": step,
        "number": position + 1,
        "count": len(NAMES),
        "before": NAMES[position - 1] if position else "",
        "checks": "check" in request.GET,
        "again": "again" in request.GET,
        "summary": _summary(draft.answers) if step == NAMES[-1] else (),
    }
    return render(request, f"events/walks/steps/{step}.html", context, status=status)


def _summary(answers: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return what she answered, to be read again: the step, a heading's name, and the words."""
    worries, contact = answers["worries"], answers["contact"]
    borough = BoroughStep.borough_of(answers["borough"])
    return [
        ("borough", "borough", borough.name if borough else ""),
        ("route", "route", answers["route"]["area"]),
        ("days", "days", [DAY_PART_LABELS[DayPart(part)] for part in answers["days"]["day_parts"]]),
        ("worries", "worries", worries["worries"]),
        ("worries", "woman", worries["wants_woman"]),
        ("worries", "somebody", worries["brings_somebody"]),
        ("worries", "needs", worries["needs"]),
        ("contact", "name", contact["name"]),
        ("contact", "way", [WAY_LABELS[Way(contact["way"])], contact["email"] or contact["phone"]]),
        ("contact", "time", contact["safe_time_words"] or SAFE_TIME_LABELS[SafeTime(contact["safe_time"])]),
        ("contact", "discreet", contact["is_discreet"]),
    ]


def _after(step: str, draft: Draft) -> str:
    following = NAMES[NAMES.index(step) + 1 :]
    return next((name for name in following if name not in draft.answers), NAMES[-1])


def _draft_of(request: HttpRequest) -> Draft | None:
    return read_draft(request.COOKIES.get(COOKIE, ""), now=timezone.now())


def _start_again(request: HttpRequest) -> HttpResponse:
    """A form left open for more than a day, or a browser that keeps no cookies: nothing was sent."""
    if request.method == "POST":
        return render(request, "events/walks/start_again.html", status=410)
    response = _see_other("registration:walk-step", NAMES[0])
    response["Location"] += "?again"
    return response


def _lead_to(step: str, draft: Draft) -> HttpResponse:
    response = _see_other("registration:walk-step", step)
    set_cookie(response, COOKIE, draft.cookie, lasts=DRAFT_KEPT)
    return response


def _see_other(name: str, *args: str) -> HttpResponse:
    response = redirect(name, *args)
    response.status_code = 303
    return response
