"""What the pages of broadcasts have in common, and those that only show something."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.admin.views import generic
from wagtail.log_actions import log

from events.broadcasts.audience_rules import UnknownAudience, audience_of, in_words
from events.broadcasts.forms import ScheduleForm
from events.broadcasts.models import Broadcast
from events.broadcasts.previews import sample_mails
from events.broadcasts.queries import broadcasts_of, events_with_broadcasts, progress_of_broadcasts, size_of
from events.broadcasts.rules import PURPOSE_LABELS, STATE_LABELS, BroadcastState, Purpose, Step, allows
from events.console.queries import events_seen_by
from events.console.rules import CHANGE_REGISTRATIONS
from events.schedule.models import Event
from portal.wall_clock import describe_date, to_local, zone_label

LOOK = [CHANGE_REGISTRATIONS, "events.view_broadcast"]
WRITE = [CHANGE_REGISTRATIONS, "events.change_broadcast"]
ADD = [CHANGE_REGISTRATIONS, "events.add_broadcast"]
SAMPLES = 3
LATEST_EVENTS = 50

View = Callable[..., HttpResponse]


def with_broadcast(permissions: list[str]) -> Callable[[View], View]:
    """Hand a view its broadcast, if whoever asks runs the event."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
            mine = events_seen_by(request.user, CHANGE_REGISTRATIONS).values("pk")
            rows = Broadcast.objects.select_related("event", "created_by")
            rows = rows.prefetch_related("event__sessions", "event__pools")
            return view(request, get_object_or_404(rows, pk=pk, event__in=mine))

        return permission_required(permissions, raise_exception=True)(wrapped)

    return decorate


def said_at(moment: datetime | None) -> str:
    """Return a moment by the site's clock: "Monday 8 March 2027, 18:00 (London time)"."""
    if moment is None:
        return ""
    zone = settings.TIME_ZONE
    return f"{describe_date(moment, zone)}, {to_local(moment, zone):%H:%M} ({zone_label(zone)})"


def page_of(title: str, *, event: Event | None = None, at: Broadcast | None = None) -> dict[str, Any]:
    trail = [{"url": reverse("broadcasts:index"), "label": "Broadcasts"}]
    if event is not None:
        trail.append({"url": reverse("broadcasts:event", args=[event.pk]), "label": event.title})
    if at is not None:
        trail.append({"url": reverse("broadcasts:show", args=[at.pk]), "label": at.subject})
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "event": event,
        "header_title": title,
        "page_title": title,
        "header_icon": "mail",
        "breadcrumbs_items": [*home, *trail, {"url": "", "label": title}],
    }


def audience_said(broadcast: Broadcast) -> str:
    try:
        return in_words(audience_of(broadcast.audience), languages=dict(settings.LANGUAGES))
    except UnknownAudience:
        return "Not known: choose again"


@require_safe
@permission_required(LOOK, raise_exception=True)
def index_view(request: HttpRequest) -> HttpResponse:
    """List the events whose people somebody may write to."""
    events = events_with_broadcasts(events_seen_by(request.user, CHANGE_REGISTRATIONS))[:LATEST_EVENTS]
    rows = [(event, said_at(event.first_starts_at)) for event in events]
    return render(request, "events/broadcasts/index.html", page_of("Whom to write to") | {"rows": rows})


@require_safe
@permission_required(LOOK, raise_exception=True)
def event_view(request: HttpRequest, event_id: int) -> HttpResponse:
    """List an event's broadcasts, with how far each has got."""
    event = get_object_or_404(events_seen_by(request.user, CHANGE_REGISTRATIONS), pk=event_id)
    found = list(broadcasts_of(event.pk))
    progress = progress_of_broadcasts(found)
    rows = [
        {
            "broadcast": broadcast,
            "state": STATE_LABELS[BroadcastState(broadcast.state)],
            "audience": audience_said(broadcast),
            "when": said_at(broadcast.started_at or broadcast.send_at),
            "progress": progress.get(broadcast.pk),
        }
        for broadcast in found
    ]
    context = {"rows": rows, "may_add": request.user.has_perms(ADD)}
    return render(request, "events/broadcasts/event.html", page_of(f"Broadcasts: {event.title}", event=event) | context)


def looked_at(request: HttpRequest, broadcast: Broadcast, now: datetime) -> dict[str, Any]:
    """Return the audience's size and three mails of it; whose they are is written to the audit log."""
    audience = audience_of(broadcast.audience)
    size = size_of(event_id=broadcast.event_id, audience=audience, purpose=Purpose(broadcast.purpose))
    samples = sample_mails(broadcast, number=SAMPLES, now=now)
    log(
        instance=broadcast if broadcast.pk else broadcast.event,
        action="events.broadcast_shown",
        user=request.user,
        data={"registrations": [mail.registration_id for mail in samples.mails]},
    )
    return {
        "size": size,
        "samples": samples,
        "audience_said": in_words(audience, languages=dict(settings.LANGUAGES)),
    }


@require_safe
@with_broadcast(LOOK)
def show_view(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Show one: whom it goes to, three of its mails, how far it has got, and what can be done."""
    return show(request, broadcast)


def show(
    request: HttpRequest, broadcast: Broadcast, *, form: ScheduleForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    state = BroadcastState(broadcast.state)
    not_begun = allows(Step.START, state)
    context = page_of(broadcast.subject, event=broadcast.event) | {
        "broadcast": broadcast,
        "state": state.value,
        "state_label": STATE_LABELS[state],
        "purpose_label": PURPOSE_LABELS[Purpose(broadcast.purpose)],
        "audience_said": audience_said(broadcast),
        "send_at": said_at(broadcast.send_at),
        "started_at": said_at(broadcast.started_at),
        "ended_at": said_at(broadcast.ended_at),
        "may_write": request.user.has_perms(WRITE),
        "not_begun": not_begun,
        **{f"can_{step.value}": allows(step, state) for step in Step},
    }
    if not_begun:
        initial = ScheduleForm.initial_at(broadcast.send_at) if broadcast.send_at else {}
        context["schedule"] = form or ScheduleForm(initial=initial | {"version": broadcast.version})
        try:
            context |= looked_at(request, broadcast, now)
        except UnknownAudience:
            context["problem"] = "Choose again whom you write to."
    else:
        context["progress"] = progress_of_broadcasts([broadcast]).get(broadcast.pk)
    return render(request, "events/broadcasts/show.html", context, status=status)
