"""“You said, we did”: written, looked at as the public will see it, published, withdrawn."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from events.console.audit import note
from events.console.rules import CHANGE_REPORTS, PUBLISH_REPORTS
from events.console.views.lists import ConsoleList
from events.console.views.walks.showing import moment_said
from events.console.views.walks.team import FormViewSet
from events.walks.models import BoroughReport
from events.walks.models.reports import quarter_said
from events.walks.rules import THEME_LABELS, Theme, quarter_of
from events.walks.services import counts_of, preview_report, publish_report, withdraw_report
from events.walks.services.reporting import Publication

QUARTERS_OFFERED = 9
SAID = {
    Publication.PUBLISHED: "Published, with the numbers of today. They stay as they are.",
    Publication.ALREADY: "It was published before.",
    Publication.QUARTER_RUNS: (
        "The quarter is not over: later walks would change its numbers, and the difference would tell of them. "
        "Publish it when the next quarter has begun."
    ),
    Publication.NO_THEMES: "Add at least one theme: what was said, and what was done.",
}


def quarters(today: date) -> list[tuple[str, str]]:
    """Return the quarter that runs and those before, to choose from."""
    found, first = [], quarter_of(today)
    for _ in range(QUARTERS_OFFERED):
        found.append((first.isoformat(), quarter_said(first)))
        first = quarter_of(first - timedelta(days=1))
    return found


class ReportForm(WagtailAdminModelForm):
    """A quarter is chosen, not typed; a theme is told of once."""

    quarter_date = forms.TypedChoiceField(label="Quarter", coerce=date.fromisoformat)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["quarter_date"]
        offered = quarters(timezone.localdate())
        if self.instance.pk and self.instance.quarter_date.isoformat() not in dict(offered):
            offered.append((self.instance.quarter_date.isoformat(), self.instance.quarter_in_words))
        field.choices = offered

    def clean(self) -> dict[str, Any]:
        """Refuse a second report of a quarter."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        same = BoroughReport.objects.filter(borough=said.get("borough"), quarter_date=said.get("quarter_date"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("quarter_date", "There is a report of this borough and quarter. Change that one.")
        return said


class ReportList(ConsoleList):
    """The reports, the latest quarter first."""

    page_title = "You said, we did"
    related = ("borough",)

    def seen_by(self, user: Any) -> QuerySet[BoroughReport]:
        """Return all of them: they are for everybody to read, sooner or later."""
        return BoroughReport.objects.order_by("-quarter_date", "borough__name")


class _Counted:
    """What both forms have: the quarter's own numbers beside it, and the way to the preview after saving."""

    template_name = "events/console/walks/report_form.html"

    def get_success_url(self) -> str:
        """Lead to what the public will see."""
        return reverse("walk-reports:show", args=[self.object.pk])  # type: ignore[attr-defined]


class ReportCreateView(_Counted, generic.CreateView):
    """A new report."""


class ReportEditView(_Counted, generic.EditView):
    """A report that is not published: what is on the site is withdrawn before it is changed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return self._published(request) or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save it."""
        return self._published(request) or super().post(request, *args, **kwargs)

    def _published(self, request: HttpRequest) -> HttpResponse | None:
        report = self.get_object()
        if report.published_at is None:
            return None
        messages.warning(request, "It is published. Withdraw it first, change it, and publish it again.")
        return redirect("walk-reports:show", report.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the numbers, for staff."""
        context = super().get_context_data(**kwargs)
        return context | {"counted": _counted(self.object)}


def _counted(report: BoroughReport) -> dict[str, Any]:
    walks, themes = counts_of(borough_id=report.borough_id, quarter_date=report.quarter_date)
    return {
        "walks": walks,
        "themes": [(THEME_LABELS[theme], themes.get(theme.value, 0)) for theme in Theme],
    }


@require_safe
@permission_required(CHANGE_REPORTS, raise_exception=True)
def show_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report as the public will see it, beside the numbers that they will not."""
    report = get_object_or_404(BoroughReport.objects.select_related("borough"), pk=pk)
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    context = {
        "header_title": str(report),
        "page_title": str(report),
        "header_icon": "openquote",
        "breadcrumbs_items": [
            *home,
            {"url": reverse("walk-reports:index"), "label": "You said, we did"},
            {"url": "", "label": str(report)},
        ],
        "report": report,
        "shown": preview_report(report),
        "counted": _counted(report),
        "may_publish": request.user.has_perm(PUBLISH_REPORTS),
    }
    return render(request, "events/console/walks/report.html", context)


@require_POST
@permission_required(PUBLISH_REPORTS, raise_exception=True)
def publish_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish it."""
    report = get_object_or_404(BoroughReport, pk=pk)
    result = publish_report(report_id=report.pk, now=timezone.now())
    if result is Publication.PUBLISHED:
        note(request, "walk_report_published", about=report)
        messages.success(request, SAID[result])
    else:
        messages.warning(request, SAID[result])
    return redirect("walk-reports:show", pk)


@require_POST
@permission_required(PUBLISH_REPORTS, raise_exception=True)
def withdraw_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the site."""
    report = get_object_or_404(BoroughReport, pk=pk)
    if withdraw_report(report_id=report.pk):
        note(request, "walk_report_withdrawn", about=report)
        messages.success(request, "Withdrawn. It can be changed, and published again with the same numbers.")
    else:
        messages.warning(request, "It is not published.")
    return redirect("walk-reports:show", pk)


def _stands(report: BoroughReport) -> str:
    return f"published {moment_said(report.published_at)}" if report.published_at else "draft"


class ReportViewSet(FormViewSet):
    """What women said in a quarter, and what was done."""

    model = BoroughReport
    name = "walk-reports"
    url_prefix = "walks/reports"
    icon = "openquote"
    menu_label = "You said, we did"
    menu_order = 50
    index_view_class = ReportList
    add_view_class = ReportCreateView
    edit_view_class = ReportEditView
    create_template_name = edit_template_name = "events/console/walks/report_form.html"
    edit_handler = ObjectList(BoroughReport.panels, base_form_class=ReportForm)

    @property
    def list_display(self) -> list[Any]:
        """Name the columns."""
        return [
            TitleColumn("borough", label="Borough", url_name=self.get_url_name("show")),
            Column("quarter_in_words", label="Quarter"),
            StatusTagColumn("published_at", label="State", accessor=_stands, primary=lambda row: row.published_at),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add looking at one, publishing and withdrawing."""
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", show_view, name="show"),
            path("<int:pk>/publish/", publish_view, name="publish"),
            path("<int:pk>/withdraw/", withdraw_view, name="withdraw"),
        ]
