"""Addresses that are not written to: seen by who sees every event, for an address belongs to none."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import register_permission_policy

from events.console.audit import note
from events.console.queries import suppressions_seen_by
from events.console.rules import CHANGE_SUPPRESSIONS, SEE_EVERY_EVENT, SEE_SUPPRESSIONS, masked
from events.console.views.filters import SuppressionFilterSet
from events.console.views.lists import ConsoleList, ConsoleViewSet, LookOnlyPolicy, MomentColumn
from events.outbox.models import Suppression
from events.outbox.rules import Scope
from events.outbox.services import lift_suppression, suppress
from portal.addresses import email_key

register_permission_policy(Suppression, LookOnlyPolicy(Suppression, SEE_SUPPRESSIONS, SEE_EVERY_EVENT))

LOOK, CHANGE = [SEE_SUPPRESSIONS, SEE_EVERY_EVENT], [CHANGE_SUPPRESSIONS, SEE_EVERY_EVENT]


class LookUpForm(forms.Form):
    """One address, whole: nobody pages through other people's."""

    email = forms.EmailField(label="Address", max_length=254, help_text="The whole address: there is no other search.")


class SuppressForm(LookUpForm):
    """An address that is not to be written to."""

    scope = forms.ChoiceField(label="Do not send", choices=Suppression.SCOPES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why", max_length=200, help_text="For colleagues, for example: asked for it by phone on 3 March."
    )


class LiftForm(forms.Form):
    """Why an address is written to again."""

    reason = forms.CharField(label="Why", max_length=200, help_text="Kept in the audit log. Name nobody.")


class SuppressionList(ConsoleList):
    """All of them, the addresses masked: whoever knows one can look it up."""

    page_title = "Suppressed addresses"
    audit_action = "suppressions_listed"

    def seen_by(self, user: Any) -> QuerySet[Suppression]:
        """Return all, for who sees every event."""
        return suppressions_seen_by(user)

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Lead to looking up and adding."""
        buttons = [HeaderButton("Look an address up", url=reverse("suppressions:look-up"), icon_name="search")]
        if self.request.user.has_perm(CHANGE_SUPPRESSIONS):
            buttons.append(HeaderButton("Add an address", url=reverse("suppressions:new"), icon_name="plus"))
        return buttons


@require_http_methods(["GET", "POST"])
@permission_required(LOOK, raise_exception=True)
def look_up_view(request: HttpRequest) -> HttpResponse:
    """Look one address up. By POST, so that it stands in no log of addresses that were opened."""
    form = LookUpForm(request.POST if request.method == "POST" else None)
    found: list[Suppression] | None = None
    if request.method == "POST" and form.is_valid():
        key = email_key(form.cleaned_data["email"])
        found = list(suppressions_seen_by(request.user).filter(email_key=key).order_by("pk"))
        note(request, "suppression_sought", found=len(found))
    context = {"form": form, "found": found, "may_change": request.user.has_perms(CHANGE)}
    return render(
        request,
        "events/console/suppression_look_up.html",
        page("Look an address up") | context,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def new_view(request: HttpRequest) -> HttpResponse:
    """Promise not to write to an address."""
    form = SuppressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        key, scope = email_key(said["email"]), Scope(said["scope"])
        if suppress(email_key=key, scope=scope, reason=said["reason"], now=timezone.now()):
            note(request, "suppression_added", scope=scope.value)
            messages.success(request, "Added. What waits to be sent to it is checked again before it leaves.")
        else:
            messages.warning(request, "It was suppressed before.")
        return redirect("suppressions:index")
    context = {"form": form, "action": "Add the address", "back": reverse("suppressions:index")}
    return render(
        request, "events/console/form.html", page("Add an address") | context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def lift_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to an address again, for a reason."""
    row = get_object_or_404(suppressions_seen_by(request.user, CHANGE_SUPPRESSIONS), pk=pk)
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        scope = Scope(row.scope)
        note(request, "suppression_lifted", about=row, scope=scope.value, why=form.cleaned_data["reason"])
        lift_suppression(email_key=row.email_key, scope=scope)
        messages.success(request, "Lifted. Mail to this address leaves again.")
        return redirect("suppressions:index")
    words = f"{masked(row.email_key)}: {row.get_scope_display()} is not sent. {row.reason}"
    context = {"form": form, "words": words, "action": "Lift it", "back": reverse("suppressions:index")}
    return render(
        request,
        "events/console/form.html",
        page("Write to an address again") | context,
        status=422 if form.errors else 200,
    )


def page(title: str) -> dict[str, Any]:
    """Return what the console's page template asks for."""
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "header_title": title,
        "header_icon": "cross",
        "breadcrumbs_items": [
            *home,
            {"url": reverse("suppressions:index"), "label": "Suppressed addresses"},
            {"url": "", "label": title},
        ],
    }


class SuppressionViewSet(ConsoleViewSet):
    """Addresses that are not written to."""

    model = Suppression
    name = "suppressions"
    icon = "cross"
    menu_label = "Suppressed addresses"
    menu_order = 70
    index_view_class = SuppressionList
    filterset_class = SuppressionFilterSet
    ordering = "-pk"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns."""
        return [
            TitleColumn("address", label="Address", accessor=lambda row: masked(row.email_key), get_url=_lift_url),
            StatusTagColumn("scope", label="Not sent", accessor="get_scope_display", sort_key="scope"),
            Column("reason", label="Why"),
            MomentColumn("created_at", label="Since", sort_key="created_at"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add looking up, adding and lifting."""
        return [
            *super().get_urlpatterns(),
            path("look-up/", look_up_view, name="look-up"),
            path("new/", new_view, name="new"),
            path("lift/<int:pk>/", lift_view, name="lift"),
        ]


def _lift_url(row: Suppression) -> str:
    return reverse("suppressions:lift", args=[row.pk])
