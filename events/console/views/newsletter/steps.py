"""Each step with an issue: a POST that does it and says what happened, or why it could not be."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from events.broadcasts.forms import ScheduleForm
from events.console.views.broadcasts.showing import said_at
from events.console.views.newsletter.showing import LOOK, SEND, page_of, show, topics_said, with_issue
from events.newsletter import services
from events.newsletter.models import IssuePage, IssueSending
from events.newsletter.queries import figures_of_sendings, sending_of
from events.newsletter.rules import Step, allows
from events.newsletter.services.steps import open_sending

REFUSALS = (services.StepRefused, services.Crossed, services.NotReady, services.NobodyToWriteTo, services.TimeHasPassed)


def _take(request: HttpRequest, at: IssuePage, step: Callable[..., Any], said: str, /, **values: Any) -> HttpResponse:
    """Take a step and say what happened, or why it could not be."""
    try:
        count = step(by=request.user, now=timezone.now(), **values)
        messages.success(request, said.replace("{count}", f"{count or 0:,}"))
    except REFUSALS as refused:
        messages.error(request, str(refused))
    return redirect("newsletter:show", at.pk)


def _sending(page: IssuePage) -> IssueSending:
    return get_object_or_404(IssueSending, key=page.translation_key)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@require_POST
@with_issue(LOOK)
def test_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Send the latest draft to the editor's own address, and to no other."""
    address = getattr(request.user, "email", "")
    if not address:
        messages.error(request, "Your account has no email address. Add one under your name, Account, then try again.")
        return redirect("newsletter:show", page.pk)
    return _take(request, page, services.send_test, f"On its way to {address}.", page=page, to_email=address)


@require_POST
@with_issue(SEND)
def schedule_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Give it a time."""
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return show(request, page, form=form, status=422)
    send_at, version = form.cleaned_data["send_at"], form.cleaned_data["version"]
    said = f"Scheduled for {said_at(send_at)}. What is published by then is sent."
    return _take(request, page, services.schedule, said, page=page, send_at=send_at, version=version)


@require_POST
@with_issue(SEND)
def take_back_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Take its time away."""
    said = "It has no time any more. Nothing is sent."
    return _take(request, page, services.take_back, said, sending_id=_sending(page).pk)


@require_http_methods(["GET", "HEAD", "POST"])
@with_issue(SEND)
def start_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Ask, with how many people it goes to, and start on POST."""
    now = timezone.now()
    if request.method == "POST":
        said = "Started: {count} people. The mails leave by themselves, and you can hold or stop them here."
        seen = {"version": _number(request, "version"), "revision": _number(request, "revision")}
        return _take(request, page, services.start, said, sending_id=open_sending(page, now=now).pk, **seen)
    sending = sending_of(page.translation_key) or IssueSending(key=page.translation_key, title=page.title)
    try:
        if not allows(Step.START, sending.state):
            raise services.StepRefused("This issue has begun to leave. Its page says how far it got.")
        pages, size = services.ready_to_send(sending, now=now)
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return redirect("newsletter:show", page.pk)
    context = page_of("Send it now", at=page) | {
        "page": page,
        "sending": sending,
        "revision": pages[0].live_revision_id,
        "languages": [edition.locale.get_display_name() for edition in pages],
        "size": size,
        "topics_said": topics_said(pages[0].topics),
    }
    return render(request, "events/newsletter/console/start.html", context)


@require_POST
@with_issue(SEND)
def hold_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Hold it half way."""
    said = "Held. What has not left waits until you resume or stop it."
    return _take(request, page, services.hold, said, sending_id=_sending(page).pk)


@require_POST
@with_issue(SEND)
def resume_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Go on."""
    return _take(request, page, services.resume, "It goes on.", sending_id=_sending(page).pk)


@require_http_methods(["GET", "HEAD", "POST"])
@with_issue(SEND)
def stop_view(request: HttpRequest, page: IssuePage) -> HttpResponse:
    """Ask, and end it on POST: it cannot be taken up again."""
    sending = _sending(page)
    if request.method == "POST":
        said = "Stopped. Who has not got it will not get it."
        return _take(request, page, services.stop, said, sending_id=sending.pk)
    if not allows(Step.STOP, sending.state):
        messages.error(request, "There is nothing to stop.")
        return redirect("newsletter:show", page.pk)
    context = page_of("Stop it", at=page) | {"page": page, "figures": figures_of_sendings([sending])[sending.pk]}
    return render(request, "events/newsletter/console/stop.html", context)
