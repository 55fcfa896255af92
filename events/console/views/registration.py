"""One person: who it is, where they stand, what was sent and will be, and what staff can do for them."""

from typing import Any

from django import forms
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
from events.console.queries import registrations_seen_by
from events.console.queries.people import history_of, invites_of, messages_of, suppressions_of, timeline
from events.console.rules import CHANGE_REGISTRATIONS, CHANGE_SUPPRESSIONS, SEE_EVERY_EVENT, SEE_MESSAGES
from events.console.words import place_in_words
from events.outbox.rules import Scope
from events.outbox.services import lift_suppression
from events.registration.models import Registration
from events.registration.rules import LIVE_STATES, CancelledBy, RegistrationState
from events.registration.services import (
    cancel_registration,
    change_address,
    mark_attended,
    resend_problems,
    send_again_to,
)
from events.schedule.models import Event
from events.schedule.queries import access_in_words
from events.schedule.rules import PoolKind
from portal.addresses import email_key


class AddressForm(forms.Form):
    """The right address for somebody whose mail bounces."""

    email = forms.EmailField(
        label="The right address",
        max_length=254,
        help_text="They get their confirmation and calendar entry there. Links sent to the old address stop working.",
    )


class RegistrationView(generic.InspectView):
    """A person's page; opening it is written to the audit log."""

    any_permission_required = ["view"]
    template_name = "events/console/registration.html"
    header_icon = "group"

    def get_object(self, queryset: QuerySet[Registration] | None = None) -> Registration:
        """Return the person, if they belong to an event of whoever asks."""
        people = registrations_seen_by(self.request.user).select_related("event", "pool", "consent")
        return get_object_or_404(people, pk=self.pk)

    def get_page_title(self) -> str:
        """Name whose page it is."""
        return self.object.name or "Deleted person"

    def get_page_subtitle(self) -> str:
        """Name the event."""
        return str(self.object.event)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Lead back to the event and its people."""
        event: Event = self.object.event
        people = f"{reverse('registrations:index')}?event={event.pk}"
        return [
            *self.breadcrumbs_items,
            {"url": people, "label": "Registrations"},
            {"url": "", "label": self.get_page_title(), "sublabel": str(event)},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, and record who looked."""
        note(request, "registration_seen", about=self.object, events=[self.object.event_id])
        return super().get(request, *args, **kwargs)

    def get_fields_context(self) -> list[Any]:
        """The template says what there is to say."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the timeline and what can be done."""
        context = super().get_context_data(**kwargs)
        person: Registration = self.object
        now = timezone.now()
        user = self.request.user
        may_change = user.has_perm(CHANGE_REGISTRATIONS) and person.erased_at is None
        is_live = person.state in LIVE_STATES
        is_over = person.event.over_at is not None and person.event.over_at <= now
        has_begun = person.event.first_starts_at is not None and person.event.first_starts_at <= now
        if user.has_perm(SEE_MESSAGES):
            mails = messages_of(person)
            problems = resend_problems(messages=mails, now=now)
            context["timeline"] = timeline(mails, problems)
        context |= {
            "stands": place_in_words(state=person.state, ended_by=person.ended_by),
            "history": history_of(person),
            "invites": invites_of(person, now=now),
            "suppressions": suppressions_of(person),
            "may_lift_all": user.has_perms([CHANGE_SUPPRESSIONS, SEE_EVERY_EVENT]),
            "may_lift": may_change and person.pool.kind != PoolKind.HOSTS,
            "relies_on": access_in_words(person.event.access, facts=person.relies_on),
            "may_change": may_change,
            "can_remove": may_change and is_live and not is_over,
            "can_correct": may_change and is_live and not is_over,
            "can_mark": may_change and person.state == RegistrationState.CONFIRMED and has_begun,
            "address_form": AddressForm(),
        }
        return context


def _person(request: HttpRequest, pk: int) -> Registration:
    mine = registrations_seen_by(request.user, CHANGE_REGISTRATIONS).select_related("event", "pool")
    return get_object_or_404(mine, pk=pk)


def _back(person: Registration) -> HttpResponse:
    return redirect("registrations:inspect", person.pk)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and remove somebody on POST: they are told, and the first who waits gets the place."""
    person = _person(request, pk)
    if request.method == "POST":
        if cancel_registration(registration_id=person.pk, by=CancelledBy.STAFF, now=timezone.now()):
            note(request, "registration_removed", about=person, events=[person.event_id])
            messages.success(request, "Removed. The person is being told by email, and the place is free again.")
        else:
            messages.warning(request, "This registration had ended before.")
        return _back(person)
    note(request, "registration_seen", about=person, events=[person.event_id])
    return render(request, "events/console/remove.html", _page(person, "Remove from the event"))


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def address_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a registration to the right address (calendar policy, row 12)."""
    person = _person(request, pk)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if change_address(registration_id=person.pk, email=email, now=timezone.now()):
            note(request, "registration_readdressed", about=person, events=[person.event_id])
            messages.success(request, "Changed. The confirmation is on its way to the new address.")
        elif email_key(email) == person.email_key:
            messages.warning(request, "That is the address we have. Enter another.")
        else:
            messages.warning(request, "Not changed: the new address is registered already, or the event is over.")
        return _back(person)
    note(request, "registration_seen", about=person, events=[person.event_id])
    status = 422 if form.errors else 200
    return render(
        request, "events/console/address.html", _page(person, "Correct the address") | {"form": form}, status=status
    )


@require_POST
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def attended_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick somebody off, or take the tick away."""
    person = _person(request, pk)
    attended = request.POST.get("attended") != "no"
    if mark_attended(registration_ids=[person.pk], attended=attended, now=timezone.now()):
        note(request, "registration_attended", about=person, events=[person.event_id], attended=attended)
        messages.success(request, "Marked as attended." if attended else "The mark is taken away.")
    else:
        messages.warning(request, "Nothing changed: it was so before, they have no place, or the event is to come.")
    return _back(person)


@require_POST
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def again_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the confirmation again: the same calendar entry."""
    person = _person(request, pk)
    if send_again_to(registration_ids=[person.pk], now=timezone.now()):
        note(request, "registration_sent_again", about=person, events=[person.event_id])
        messages.success(request, "The confirmation is on its way again.")
    else:
        messages.warning(request, "Nothing was sent: it went out just now, or there is nothing to confirm any more.")
    return _back(person)


@require_POST
@permission_required(CHANGE_REGISTRATIONS, raise_exception=True)
def lift_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to somebody's address again, because they or the facts say that it is good."""
    person = _person(request, pk)
    scope = request.POST.get("scope", "")
    # A bounce is a fact that an officer can know better; what somebody has asked for is theirs, and the desk's.
    is_theirs = scope in {Scope.OPTIONAL, Scope.NEWS}
    if is_theirs and not request.user.has_perms([CHANGE_SUPPRESSIONS, SEE_EVERY_EVENT]):
        raise PermissionDenied
    if person.pool.kind == PoolKind.HOSTS:  # staff have typed the address: it could be anybody's
        raise PermissionDenied
    known = scope in set(Scope) and person.email_key
    if known and lift_suppression(email_key=person.email_key, scope=Scope(scope)):
        note(request, "suppression_lifted", about=person, events=[person.event_id], scope=scope)
        messages.success(request, "Lifted. Mail to this address leaves again.")
    else:
        messages.warning(request, "It was lifted before.")
    return _back(person)


def _page(person: Registration, title: str) -> dict[str, Any]:
    """Return what the console's page template asks for."""
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "registration": person,
        "header_title": title,
        "header_icon": "group",
        "breadcrumbs_items": [
            *home,
            {"url": reverse("registrations:inspect", args=[person.pk]), "label": person.name or "Deleted person"},
            {"url": "", "label": title, "sublabel": str(person.event)},
        ],
    }


PERSON_PATHS = {
    "remove": remove_view,
    "address": address_view,
    "attended": attended_view,
    "again": again_view,
    "lift": lift_view,
}
