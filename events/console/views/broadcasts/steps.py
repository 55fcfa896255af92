"""Each step with a broadcast: a POST that does it and says what happened, or why it could not be."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages

from events.broadcasts import services
from events.broadcasts.forms import ScheduleForm
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import progress_of_broadcasts
from events.broadcasts.rules import Purpose, Step, allows
from events.console.views.broadcasts.showing import WRITE, audience_said, page_of, said_at, show, with_broadcast

REFUSALS = (services.StepRefused, services.Crossed, services.NotReady, services.NobodyToWriteTo, services.TimeHasPassed)


def _take(
    request: HttpRequest, broadcast: Broadcast, step: Callable[..., Any], said: str, **values: Any
) -> HttpResponse:
    """Take a step and say what happened, or why it could not be."""
    try:
        count = step(broadcast_id=broadcast.pk, by=request.user, now=timezone.now(), **values)
        messages.success(request, said.replace("{count}", f"{count or 0:,}"))
    except REFUSALS as refused:
        messages.error(request, str(refused))
    return redirect("broadcasts:show", broadcast.pk)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@require_POST
@with_broadcast(WRITE)
def test_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Send it to the officer's own address, and to no other."""
    address = getattr(request.user, "email", "")
    if not address:
        messages.error(request, "Your account has no email address. Add one under your name, Account, then try again.")
        return redirect("broadcasts:show", broadcast.pk)
    return _take(request, broadcast, services.send_test, f"On its way to {address}.", to_email=address)


@require_POST
@with_broadcast(WRITE)
def schedule_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Give it a time."""
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return show(request, broadcast, form=form, status=422)
    send_at, version = form.cleaned_data["send_at"], form.cleaned_data["version"]
    said = f"Scheduled for {said_at(send_at)}."
    return _take(request, broadcast, services.schedule, said, send_at=send_at, version=version)


@require_POST
@with_broadcast(WRITE)
def take_back_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Make it a draft again."""
    return _take(request, broadcast, services.take_back, "It is a draft again. Nothing is sent.")


@require_http_methods(["GET", "HEAD", "POST"])
@with_broadcast(WRITE)
def start_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Ask, with how many people it goes to, and start on POST."""
    if request.method == "POST":
        said = "Started: {count} people. The mails leave by themselves, and you can hold or stop them here."
        return _take(request, broadcast, services.start, said, version=_version(request))
    try:
        size = services.ready_to_send(broadcast, now=timezone.now())
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return redirect("broadcasts:show", broadcast.pk)
    context = page_of("Send it now", event=broadcast.event, at=broadcast) | {
        "broadcast": broadcast,
        "size": size,
        "audience_said": audience_said(broadcast),
        "is_news": broadcast.purpose == Purpose.NEWS,
    }
    return render(request, "events/broadcasts/start.html", context)


@require_POST
@with_broadcast(WRITE)
def hold_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Hold it half way."""
    return _take(request, broadcast, services.hold, "Held. What has not left waits until you resume or stop it.")


@require_POST
@with_broadcast(WRITE)
def resume_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Go on."""
    return _take(request, broadcast, services.resume, "It goes on.")


@require_http_methods(["GET", "HEAD", "POST"])
@with_broadcast(WRITE)
def stop_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Ask, and end it on POST: it cannot be taken up again."""
    if request.method == "POST":
        return _take(request, broadcast, services.stop, "Stopped. Who has not got it will not get it.")
    if not allows(Step.STOP, broadcast.state):
        messages.error(request, "There is nothing to stop.")
        return redirect("broadcasts:show", broadcast.pk)
    context = page_of("Stop it", event=broadcast.event, at=broadcast)
    context |= {"broadcast": broadcast, "progress": progress_of_broadcasts([broadcast]).get(broadcast.pk)}
    return render(request, "events/broadcasts/stop.html", context)
