"""What all lists of the console have in common: only what somebody may see, read in a fixed number of statements, and
written to the audit log."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from events.console.audit import note_list


class MomentColumn(Column):
    """A moment in full. Wagtail's own says how long ago it was, and of what is to come "just now"."""

    def get_value(self, instance: Any) -> str:
        """Return the moment by the clock of the site."""
        moment = super().get_value(instance)
        return date_format(timezone.localtime(moment), "j M Y, H:i") if moment else ""


class LookOnlyPolicy(ModelPermissionPolicy):
    """Whoever has the permission may look; nobody adds, edits or deletes rows here."""

    def __init__(self, model: Any, *permissions: str) -> None:
        super().__init__(model)
        self.permissions = permissions

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Answer for one action."""
        return action == "view" and user.has_perms(self.permissions)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Answer for several."""
        return any(self.user_has_permission(user, action) for action in actions)


class ConsoleList(generic.IndexView):
    """A list that shows what `seen_by` says, and nothing for download unless a subclass does."""

    any_permission_required = ["view"]
    template_name = "events/console/list.html"
    audit_action = ""
    related: tuple[str, ...] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse what Wagtail offers for every list: a file of it."""
        if self.is_export and not self.show_export_buttons:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def seen_by(self, user: Any) -> QuerySet[Any]:
        """Return the rows that somebody may see."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Read what the columns show in one statement."""
        rows = self.seen_by(self.request.user)
        return rows.select_related(*self.related) if self.related else rows

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep rows that are equal in their order, or a page would show one twice and another never."""
        ordered = super().order_queryset(queryset)
        return ordered.order_by(*ordered.query.order_by, "-pk")

    def narrowed_by(self) -> list[str]:
        """Return by what the list is narrowed down: names of filters, and whether something was searched."""
        filters = list(self.filters.form.changed_data) if self.is_filtering else []
        return [*filters, "search"] if self.is_searching else filters

    def event_ids(self, rows: Iterable[Any]) -> Iterable[int | None]:
        """Return the events that the rows on this page belong to."""
        return ()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Show it, and write down who looked."""
        context = super().get_context_data(*args, **kwargs)
        if self.audit_action:
            note_list(
                self.request,
                self.audit_action,
                rows=context["items_count"],
                event_ids=self.event_ids(context["object_list"]),
                filters=self.narrowed_by(),
            )
        return context


class ConsoleViewSet(ModelViewSet):
    """A list and a page for each row. There are no addresses for adding, editing or deleting: nothing is by form."""

    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None
    add_to_reference_index = False

    def get_urlpatterns(self) -> list[Any]:
        """Give the addresses for looking, and no others."""
        lists = [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]
        return (
            [*lists, path("inspect/<int:pk>/", self.inspect_view, name="inspect")]
            if self.inspect_view_enabled
            else lists
        )
