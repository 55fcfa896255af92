"""Lists of registrations and messages, for looking at: nothing operational is edited in a form."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from events.console.views.registration import RegistrationView, remove_view
from events.outbox.models import Message
from events.registration.models import Registration


class LookOnlyPolicy(ModelPermissionPolicy):
    """Whoever has the model's `view` permission may look; nobody adds, edits or deletes rows here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Answer for one action."""
        return action == "view" and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Answer for several."""
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(Registration, LookOnlyPolicy(Registration))
register_permission_policy(Message, LookOnlyPolicy(Message))


class _List(generic.IndexView):
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[Any]:
        """Read what the columns show in one statement."""
        return super().get_base_queryset().select_related(*self.viewset_related)

    viewset_related: tuple[str, ...] = ()


class _RegistrationList(_List):
    viewset_related = ("event", "pool")


class _MessageList(_List):
    viewset_related = ("registration__event",)


class RegistrationViewSet(ModelViewSet):
    """Who is registered, waits or left."""

    model = Registration
    name = "registrations"
    icon = "group"
    menu_label = "Registrations"
    add_to_admin_menu = True
    menu_order = 210
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = RegistrationView
    index_view_class = _RegistrationList
    list_per_page = 50
    list_filter = ["event", "state"]
    search_fields = ["name", "email"]
    search_backend_name = None
    ordering = ["-registered_at"]
    add_to_reference_index = False
    form_fields = ["name"]

    @property
    def list_display(self) -> list[Any]:
        """Name the columns; the name leads to the person's page."""
        return [
            TitleColumn("name", label="Name", url_name=self.get_url_name("inspect"), sort_key="name"),
            Column("email", label="Email", sort_key="email"),
            Column("event", label="Event"),
            Column("state", label="State", sort_key="state"),
            DateColumn("registered_at", label="Registered", sort_key="registered_at"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add removing somebody (calendar policy, row 8)."""
        return [*super().get_urlpatterns(), path("remove/<int:pk>/", remove_view, name="remove")]


class MessageViewSet(ModelViewSet):
    """What was sent, what waits, and what nobody knows the fate of."""

    model = Message
    name = "messages"
    icon = "mail"
    menu_label = "Messages"
    add_to_admin_menu = True
    menu_order = 211
    copy_view_enabled = False
    index_view_class = _MessageList
    list_per_page = 50
    list_filter = ["state", "kind"]
    search_fields = ["to_email"]
    search_backend_name = None
    ordering = ["-id"]
    add_to_reference_index = False
    form_fields = ["kind"]

    @property
    def list_display(self) -> list[Any]:
        """Name the columns."""
        return [
            Column("kind", label="Message"),
            Column("to_email", label="To"),
            Column("registration.event", label="Event", accessor="registration.event"),
            Column("state", label="State"),
            Column("reason", label="Why"),
            DateColumn("due_at", label="Due"),
            DateColumn("settled_at", label="Settled"),
        ]
