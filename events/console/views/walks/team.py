"""Who walks and coordinates where, and the boroughs themselves. Nothing here leads to a request."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Prefetch, QuerySet
from django.urls import path
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from events.console.queries import boroughs_run_by
from events.console.rules import ALLOCATE_WALKS, WALK_WALKS
from events.console.views.lists import ConsoleList
from events.console.views.walks.showing import staff_name
from events.walks.models import Borough, WalkOffer, WalkOfficer, WalkRequest
from portal.staff import COORDINATORS, WALK_LEADS, WALKERS


class FormViewSet(ModelViewSet):
    """A list, and a form to add and change. Nothing is deleted by a button: what is over is emptied or closed."""

    copy_view_enabled = False
    search_backend_name = None
    add_to_reference_index = False
    list_per_page = 50

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Offer no way to what has no address."""
        gone = {"delete_url_name": None, "history_url_name": None, "usage_url_name": None}
        return super().get_common_view_kwargs(**(kwargs | gone))

    def get_urlpatterns(self) -> list[Any]:
        """Give the addresses of the list and the forms."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.add_view, name="add"),
            path("edit/<int:pk>/", self.edit_view, name="edit"),
        ]


class TeamForm(WagtailAdminModelForm):
    """Changes the boroughs that whoever fills it in runs: where else somebody works stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.runs = boroughs_run_by(self.for_user)
        user: Any = self.fields["user"]
        groups = get_user_model().objects.filter(groups__name__in=(COORDINATORS, WALK_LEADS, WALKERS), is_active=True)
        user.queryset = groups.distinct().order_by("username")
        user.label_from_instance = staff_name
        if self.instance.pk:
            user.queryset = get_user_model().objects.filter(pk=self.instance.user_id)
            user.disabled = True
        for name in ("boroughs", "coordinates"):
            field: Any = self.fields[name]
            field.queryset = self.runs

    def clean(self) -> dict[str, Any]:
        """Give nobody what their group may not do."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        user = said.get("user")
        if user is not None and said.get("boroughs") and not user.has_perm(WALK_WALKS):
            self.add_error("boroughs", f"Add {staff_name(user)} to the group “{WALKERS}” first.")
        if user is not None and said.get("coordinates") and not user.has_perm(ALLOCATE_WALKS):
            self.add_error("coordinates", f"Add {staff_name(user)} to the group “{COORDINATORS}” first.")
        for name in ("boroughs", "coordinates"):
            if name in said:
                said[name] = self._with_others(name, said[name])
        return said

    def _with_others(self, name: str, chosen: QuerySet[Borough]) -> QuerySet[Borough]:
        ids = set(chosen.values_list("pk", flat=True))
        if self.instance.pk:
            others = getattr(self.instance, name).exclude(pk__in=self.runs.values("pk"))
            ids.update(others.values_list("pk", flat=True))
        return Borough.objects.filter(pk__in=ids)


class TeamList(ConsoleList):
    """The teams."""

    page_title = "Team"

    def seen_by(self, user: Any) -> QuerySet[WalkOfficer]:
        """Return everybody: an officer of another borough can walk here too."""
        boroughs = Borough.objects.order_by("name")
        rows = WalkOfficer.objects.select_related("user").order_by("user__username")
        return rows.prefetch_related(Prefetch("boroughs", boroughs), Prefetch("coordinates", boroughs))


def _names(name: str) -> Any:
    return lambda row: ", ".join(str(borough) for borough in getattr(row, name).all()) or "nowhere"


def _standing(row: WalkOfficer) -> str:
    return "yes" if row.is_woman else "no"


def _account(row: WalkOfficer) -> str:
    return staff_name(row.user) if row.user.is_active else f"{staff_name(row.user)} (log-in closed)"


class TeamViewSet(FormViewSet):
    """Officers and coordinators."""

    model = WalkOfficer
    name = "walk-team"
    url_prefix = "walks/team"
    icon = "user"
    menu_label = "Team"
    menu_order = 30
    index_view_class = TeamList
    edit_handler = ObjectList(
        [
            FieldPanel("user"),
            FieldPanel("is_woman"),
            FieldPanel("boroughs", widget=forms.CheckboxSelectMultiple),
            FieldPanel("coordinates", widget=forms.CheckboxSelectMultiple),
        ],
        base_form_class=TeamForm,
    )

    @property
    def list_display(self) -> list[Any]:
        """Name the columns."""
        return [
            TitleColumn("user", label="Who", accessor=_account, url_name=self.get_url_name("edit")),
            Column("is_woman", label="A woman", accessor=_standing),
            Column("boroughs", label="Walks in", accessor=_names("boroughs")),
            Column("coordinates", label="Coordinates", accessor=_names("coordinates")),
        ]


class BoroughForm(WagtailAdminModelForm):
    """The words of a borough for everybody who writes; how many walks it takes, for who gives them out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["slug"].disabled = True
            if not boroughs_run_by(self.for_user).filter(pk=self.instance.pk).exists():
                for name in ("is_open", "weekly_quota"):
                    self.fields.pop(name, None)

    def is_valid(self) -> bool:
        """Refuse to delete a meeting point that a woman was sent to: its entry in two calendars names it."""
        if not super().is_valid():
            return False
        gone = [form.instance.pk for form in self.formsets["meeting_points"].deleted_forms if form.instance.pk]
        offered = WalkOffer.objects.filter(meeting_point__in=gone).exists()
        if offered or WalkRequest.objects.filter(meeting_point__in=gone).exists():
            self.add_error(None, "A meeting point that was offered stays. Untick “in use” instead of deleting it.")
            return False
        moved = [
            form.instance.pk
            for form in self.formsets["meeting_points"].forms
            if form.instance.pk and {"name", "address"} & set(form.changed_data)
        ]
        if WalkOffer.objects.filter(
            meeting_point__in=moved, ended_at=None, slot__starts_at__gt=timezone.now()
        ).exists():
            self.add_error(
                None,
                "A walk begins there, and two calendars say so. Untick “in use” and add the new place beside it.",
            )
            return False
        return True


class BoroughList(ConsoleList):
    """The boroughs."""

    page_title = "Boroughs"

    def seen_by(self, user: Any) -> QuerySet[Borough]:
        """Return all of them: they are public."""
        return Borough.objects.order_by("name")


def _takes(row: Borough) -> str:
    return "yes" if row.is_open else "no"


class BoroughViewSet(FormViewSet):
    """Where walks take place."""

    model = Borough
    name = "walk-boroughs"
    url_prefix = "walks/boroughs"
    icon = "site"
    menu_label = "Boroughs"
    menu_order = 40
    index_view_class = BoroughList
    add_view_class = generic.CreateView
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("introduction"),
            FieldPanel("is_open", permission=ALLOCATE_WALKS),
            FieldPanel("weekly_quota", permission=ALLOCATE_WALKS),
            InlinePanel(
                "meeting_points",
                heading="Meeting points",
                label="Meeting point",
                panels=[
                    FieldPanel("name"),
                    FieldPanel("address"),
                    FieldPanel("is_step_free"),
                    FieldPanel("is_open"),
                ],
            ),
        ],
        base_form_class=BoroughForm,
    )

    @property
    def list_display(self) -> list[Any]:
        """Name the columns."""
        return [
            TitleColumn("name", label="Borough", url_name=self.get_url_name("edit")),
            Column("slug", label="Address"),
            Column("is_open", label="Takes requests", accessor=_takes),
            Column("weekly_quota", label="Walks a week"),
        ]
