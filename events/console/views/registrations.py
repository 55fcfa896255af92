"""Lists of people: everybody, the waiting lists in their order, and those whose address bounces."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.permissions import register_permission_policy

from events.console.audit import note
from events.console.exports import CONTENT_TYPES, write_export
from events.console.queries import registrations_seen_by
from events.console.queries.people import undelivered_people, waiting_people
from events.console.rules import CHANGE_REGISTRATIONS, EXPORT_REGISTRATIONS, SEE_REGISTRATIONS
from events.console.views.filters import EventFilterSet, RegistrationFilterSet
from events.console.views.lists import ConsoleList, ConsoleViewSet, LookOnlyPolicy, MomentColumn
from events.console.views.registration import PERSON_PATHS, RegistrationView
from events.console.words import place_in_words
from events.registration.models import Registration
from events.registration.rules import HOLDING_STATES

register_permission_policy(Registration, LookOnlyPolicy(Registration, SEE_REGISTRATIONS))


def _name(person: Registration) -> str:
    return person.name or "deleted"


def _place(person: Registration) -> str:
    return place_in_words(state=person.state, ended_by=person.ended_by)


def _mail(person: Registration) -> str:
    return "bounces" if person.undelivered_at else ""


def _came(person: Registration) -> str:
    if person.attended_at:
        return "attended"
    return "joined online" if person.joined_at else ""


def _title(label: str = "Name") -> TitleColumn:
    return TitleColumn(
        "name",
        label=label,
        accessor=_name,
        url_name="registrations:inspect",
        sort_key="name",
        get_title_id=lambda person: f"registration_{person.pk}_title",
    )


class _PeopleList(ConsoleList):
    related = ("event", "pool")
    audit_action = "registrations_listed"

    def seen_by(self, user: Any) -> QuerySet[Registration]:
        """Return the people of the events that somebody runs."""
        return registrations_seen_by(user)

    def event_ids(self, rows: Iterable[Registration]) -> Iterable[int | None]:
        """Return the events of the people on this page."""
        return (person.event_id for person in rows)


class RegistrationList(_PeopleList):
    """Everybody. Who may, downloads what is shown: filtered and searched, and whole."""

    template_name = "events/console/registrations.html"

    @cached_property
    def show_export_buttons(self) -> bool:
        """Whether this person may take a file of it."""
        return self.request.user.has_perm(EXPORT_REGISTRATIONS)

    @cached_property
    def columns(self) -> list[Any]:
        """Leave the boxes out where nothing can be done with them."""
        may_change = self.request.user.has_perm(CHANGE_REGISTRATIONS)
        boxes = [BulkActionsCheckboxColumn("bulk_actions", obj_type="registration")] if may_change else []
        return [*boxes, *super().columns]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the list, or send it as a file."""
        return self._file(request) if self.is_export else super().get(request, *args, **kwargs)

    def _file(self, request: HttpRequest) -> FileResponse:
        people = self.get_queryset()
        form = request.GET["export"]
        ids = sorted(people.order_by().values_list("event_id", flat=True).distinct())
        file, number = write_export(people, form=form)
        note(request, "registrations_exported", rows=number, events=ids, form=form, narrowed_by=self.narrowed_by())
        name = f"registrations-{timezone.localtime():%Y-%m-%d-%H%M}.{form}"
        response = FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[form])
        response["Cache-Control"] = "no-store, private"
        return response


class WaitingList(_PeopleList):
    """Who waits, in the order in which places go to them."""

    page_title = "Waiting lists"

    def get_base_queryset(self) -> QuerySet[Registration]:
        """Keep those who wait, and count who is before them."""
        return waiting_people(super().get_base_queryset())

    def order_queryset(self, queryset: QuerySet[Registration]) -> QuerySet[Registration]:
        """Leave the order as it is: it is what the list is about."""
        return queryset.order_by("pool_id", "registered_at", "pk")


class UndeliveredList(_PeopleList):
    """Who cannot be reached: their page has a form for the right address."""

    page_title = "Undelivered"

    def get_base_queryset(self) -> QuerySet[Registration]:
        """Keep live registrations whose address bounces."""
        return undelivered_people(super().get_base_queryset())


class RegistrationViewSet(ConsoleViewSet):
    """Who is registered, waits or left."""

    model = Registration
    name = "registrations"
    icon = "group"
    menu_label = "Registrations"
    menu_order = 20
    inspect_view_enabled = True
    inspect_view_class = RegistrationView
    index_view_class: type[generic.IndexView] = RegistrationList
    filterset_class: Any = RegistrationFilterSet
    search_fields = ["name", "email"]
    ordering = "-pk"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the name leads to the person's page."""
        return [
            _title(),
            Column("email", label="Email", sort_key="email"),
            Column("event", label="Event"),
            StatusTagColumn(
                "state", label="State", accessor=_place, primary=lambda r: r.state in HOLDING_STATES, sort_key="state"
            ),
            Column("pool.label", label="Takes part"),
            Column("mail", label="Mail", accessor=_mail),
            Column("came", label="Came", accessor=_came),
            Column("source", label="Source", sort_key="source"),
            MomentColumn("registered_at", label="Registered", sort_key="registered_at"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add what is done with one person."""
        return [
            *super().get_urlpatterns(),
            *(path(f"{name}/<int:pk>/", view, name=name) for name, view in PERSON_PATHS.items()),
        ]


class WaitingViewSet(ConsoleViewSet):
    """The waiting lists."""

    model = Registration
    name = "waiting-lists"
    icon = "list-ol"
    menu_label = "Waiting lists"
    menu_order = 30
    index_view_class = WaitingList
    filterset_class = EventFilterSet
    search_fields = ["name", "email"]
    ordering = "pool_id"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns, the position first."""
        return [
            Column("position", label="Position"),
            _title(),
            Column("email", label="Email"),
            Column("event", label="Event"),
            Column("pool.label", label="Waits for"),
            MomentColumn("registered_at", label="Since"),
        ]


class UndeliveredViewSet(ConsoleViewSet):
    """Who cannot be reached by mail."""

    model = Registration
    name = "undelivered"
    icon = "warning"
    menu_label = "Undelivered"
    menu_order = 50
    index_view_class = UndeliveredList
    filterset_class = EventFilterSet
    search_fields = ["name", "email"]
    ordering = "-undelivered_at"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the name leads to the form for the right address."""
        return [
            _title(),
            Column("email", label="Address that bounces"),
            Column("event", label="Event"),
            StatusTagColumn("state", label="State", accessor=_place, primary=lambda r: r.state in HOLDING_STATES),
            MomentColumn("undelivered_at", label="Bounces since", sort_key="undelivered_at"),
        ]
