"""Writing a broadcast and changing it. The second button shows who would get it, and saves nothing."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.broadcasts import services
from events.broadcasts.forms import BroadcastForm
from events.broadcasts.models import Broadcast
from events.broadcasts.rules import Step, allows
from events.console.queries import events_seen_by
from events.console.rules import CHANGE_REGISTRATIONS
from events.console.views.broadcasts.showing import ADD, WRITE, looked_at, page_of, with_broadcast


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(ADD, raise_exception=True)
def new_view(request: HttpRequest, event_id: int) -> HttpResponse:
    """Write one. The second button shows who would get it, and saves nothing."""
    mine = events_seen_by(request.user, CHANGE_REGISTRATIONS).prefetch_related("sessions", "pools")
    event = get_object_or_404(mine, pk=event_id)
    broadcast = Broadcast(event=event)
    if request.method != "POST":
        return _form(request, broadcast, BroadcastForm(event=event, initial=BroadcastForm.initial_of(broadcast)))
    form = BroadcastForm(request.POST, event=event)
    if not form.is_valid() or "look" in request.POST:
        return _form(request, broadcast, form)
    made = services.create_broadcast(event_id=event.pk, **form.words, by=request.user, now=timezone.now())
    messages.success(request, "Written down. Nothing has been sent: look at the mails below, and send one to yourself.")
    return redirect("broadcasts:show", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@with_broadcast(WRITE)
def edit_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Change one that has not begun; what was scheduled is a draft again."""
    if not allows(Step.CHANGE, broadcast.state):
        messages.error(request, "Its words are fixed: it has begun.")
        return redirect("broadcasts:show", broadcast.pk)
    if request.method != "POST":
        form = BroadcastForm(event=broadcast.event, initial=BroadcastForm.initial_of(broadcast))
        return _form(request, broadcast, form)
    form = BroadcastForm(request.POST, event=broadcast.event, initial=BroadcastForm.initial_of(broadcast))
    if not form.is_valid() or "look" in request.POST:
        return _form(request, broadcast, form)
    try:
        services.change_broadcast(
            broadcast_id=broadcast.pk,
            version=form.cleaned_data["version"] or 0,
            **form.words,
            by=request.user,
            now=timezone.now(),
        )
    except (services.Crossed, services.StepRefused) as refused:
        form.add_error(None, str(refused))
        return _form(request, broadcast, form, status=409)
    messages.success(request, "Changed. It is a draft: schedule it or send it when it is right.")
    return redirect("broadcasts:show", broadcast.pk)


def _form(request: HttpRequest, broadcast: Broadcast, form: BroadcastForm, status: int = 200) -> HttpResponse:
    event, now = broadcast.event, timezone.now()
    shown: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        words = form.words
        broadcast.purpose, broadcast.subject, broadcast.text = words["purpose"], words["subject"], words["text"]
        broadcast.audience = form.audience.as_data()
        shown = looked_at(request, broadcast, now)
    elif form.is_bound and status == 200:
        status = 422
    title = "Change the broadcast" if broadcast.pk else "Write a broadcast"
    context = page_of(title, event=event, at=broadcast if broadcast.pk else None) | shown
    context |= {"form": form, "broadcast": broadcast}
    return render(request, "events/broadcasts/form.html", context, status=status)
