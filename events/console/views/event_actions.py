"""What staff do with an event: call it off, send a changed time again, add speakers, choose who runs it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages
from wagtail.admin.views import generic

from events.console.audit import note
from events.console.queries import events_seen_by
from events.console.rules import ASSIGN_OFFICERS, CHANGE_REGISTRATIONS, SEE_FIGURES, SEE_REGISTRATIONS
from events.console.services import call_off, called_off, choose_officers
from events.pages.models import EventPage
from events.registration.services import hold_for_host, tell_old_holders
from events.registration.services.forecasting import forecast
from events.schedule.models import Event
from events.schedule.rules import EventStatus

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class CallOffForm(forms.Form):
    """What the people of an event are told."""

    message = forms.CharField(
        label="What to tell people",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Goes into the mail and onto the page, for example why, and what happens next.",
    )


class HostForm(forms.Form):
    """A speaker or host whose calendar is to hold the event."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="Email", max_length=254)


class OfficersForm(forms.Form):
    """Who runs an event: of those whose work it is to see people."""

    officers = forms.ModelMultipleChoiceField(
        queryset=get_user_model().objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who runs this event",
        help_text="They see who comes and what was sent. Whoever sees every event needs no tick.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["officers"]
        field.queryset = possible_officers()
        field.label_from_instance = lambda user: user.get_full_name() or user.get_username()


def possible_officers() -> QuerySet[Any]:
    """Return the colleagues who may run an event."""
    users: Any = get_user_model().objects
    return users.with_perm(SEE_REGISTRATIONS, backend=MODEL_BACKEND).order_by("first_name", "username")


def page_of(event: Event) -> EventPage | None:
    """Return the page that decides an event: the one in the site's first language."""
    pages = EventPage.objects.filter(translation_key=event.key, alias_of=None)
    return pages.filter(locale__language_code=settings.LANGUAGE_CODE, live=True).first()


def _event(request: HttpRequest, pk: int, permission: str) -> Event:
    return get_object_or_404(events_seen_by(request.user, permission), pk=pk)


def _back(event: Event) -> HttpResponse:
    return redirect("event-desk:inspect", event.pk)


def _call_off(request: HttpRequest, pk: int, *, postponed: bool) -> HttpResponse:
    event = _event(request, pk, SEE_FIGURES)
    page = page_of(event)
    if page is None or not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if page.permissions_for_user(request.user).page_locked():
        messages.error(request, "The event’s page is locked. Unlock it first, or ask whoever has locked it.")
        return _back(event)
    allowed = (EventStatus.PUBLISHED,) if postponed else (EventStatus.PUBLISHED, EventStatus.POSTPONED)
    if event.status not in allowed or not event.is_to_come(timezone.now()):
        messages.warning(request, "Nothing to do: the event is off already, or over.")
        return _back(event)
    form = CallOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        call_off(page_id=page.pk, postponed=postponed, message=form.cleaned_data["message"], by=request.user)
        note(request, "called_off", about=event, postponed=postponed)
        done = "postponed" if postponed else "cancelled"
        messages.success(request, f"The event is {done}. Mails leave after five quiet minutes.")
        return _back(event)
    spec = called_off(page, postponed=postponed, message="").spec()
    title = "Postpone the event" if postponed else "Cancel the event"
    context = page_context(event, title) | {
        "form": form,
        "forecast": forecast(spec=spec, now=timezone.now()),
        "postponed": postponed,
    }
    return render(request, "events/console/call_off.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required(SEE_FIGURES, raise_exception=True)
def cancel_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what cancelling sends; on POST publish the page as cancelled."""
    return _call_off(request, pk, postponed=False)


@require_http_methods(["GET", "POST"])
@permission_required(SEE_FIGURES, raise_exception=True)
def postpone_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what postponing sends; on POST publish the page as postponed."""
    return _call_off(request, pk, postponed=True)


@require_POST
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def old_holders_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the current time again to those who hold an older one, and to nobody else."""
    event = _event(request, pk, CHANGE_REGISTRATIONS)
    told = tell_old_holders(event_id=event.pk, now=timezone.now())
    if told:
        note(request, "old_holders_told", about=event, rows=told)
        people = "1 person gets" if told == 1 else f"{told:,} people get"
        messages.success(request, f"{people} the time again.")
    else:
        messages.warning(
            request,
            "Nothing to send: nobody holds an old time, or they were sent it within the hour or are about to be.",
        )
    return _back(event)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def host_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the event into a speaker's or host's calendar."""
    event = _event(request, pk, CHANGE_REGISTRATIONS)
    form = HostForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        host = hold_for_host(event_id=event.pk, name=said["name"], email=said["email"], now=timezone.now())
        if host is None:
            messages.error(request, "Not added: the event is off or over, or the address is registered for it already.")
        else:
            note(request, "host_added", about=event, registration=host.pk)
            messages.success(request, "Added. The calendar entry is on its way.")
        return _back(event)
    words = "They get the sessions into their calendar and hear of every change. No visitor’s place is taken."
    context = {"form": form, "words": words, "action": "Add", "back": reverse("event-desk:inspect", args=[event.pk])}
    return render(
        request,
        "events/console/form.html",
        page_context(event, "Add a speaker or host") | context,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@permission_required([SEE_FIGURES, ASSIGN_OFFICERS], raise_exception=True)
def officers_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose who runs an event."""
    event = _event(request, pk, SEE_FIGURES)
    form = OfficersForm(
        request.POST if request.method == "POST" else None,
        initial={"officers": list(event.officers.values_list("pk", flat=True))},
    )
    if request.method == "POST" and form.is_valid():
        chosen = [user.pk for user in form.cleaned_data["officers"]]
        added, removed = choose_officers(event_id=event.pk, officer_ids=chosen)
        if added or removed:
            note(request, "officers_chosen", about=event, added=added, removed=removed)
            messages.success(request, "Changed. They see the event from now on." if added else "Changed.")
        return _back(event)
    context = {"form": form, "action": "Choose", "back": reverse("event-desk:inspect", args=[event.pk])}
    return render(
        request,
        "events/console/form.html",
        page_context(event, "Who runs it") | context,
        status=422 if form.errors else 200,
    )


def page_context(event: Event, title: str) -> dict[str, Any]:
    """Return what the console's page template asks for."""
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "event": event,
        "header_title": title,
        "header_icon": "calendar",
        "breadcrumbs_items": [
            *home,
            {"url": reverse("event-desk:inspect", args=[event.pk]), "label": event.title},
            {"url": "", "label": title},
        ],
    }


EVENT_PATHS: dict[str, Callable[..., HttpResponse]] = {
    "cancel": cancel_view,
    "postpone": postpone_view,
    "old-times": old_holders_view,
    "host": host_view,
    "officers": officers_view,
}
