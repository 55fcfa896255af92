"""Posters: made for many places at once, printed in three forms, and how each did."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import register_permission_policy

from events.console.audit import note
from events.console.plots import Bar, bar_plot
from events.console.rules import MAKE_POSTERS, SEE_POSTERS
from events.console.views.lists import ConsoleList, ConsoleViewSet, LookOnlyPolicy, MomentColumn
from events.posters.drawing import draw_pdf, draw_png
from events.posters.forms import PosterForm
from events.posters.models import PosterSite
from events.posters.queries import PosterFigures, figures_of, poster_sites, scans_by_day, words_for
from events.posters.rules import SIZE_LABELS, Size
from events.posters.services import make_posters, take_down
from events.posters.tokens import poster_url

register_permission_policy(PosterSite, LookOnlyPolicy(PosterSite, SEE_POSTERS))
PREVIEW_WIDTH = 640
SIZES = "|".join(Size)
FEW = "fewer than 10"


class PosterList(ConsoleList):
    """Every place, the newest first, with its figures."""

    page_title = "Posters"

    def seen_by(self, user: Any) -> QuerySet[PosterSite]:
        """Return all: a poster names no visitor."""
        return poster_sites()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the figures of the places on this page, in three statements."""
        context = super().get_context_data(*args, **kwargs)
        rows = list(context["object_list"])
        figures = figures_of(rows)
        for row in context["table"].data:
            row.figures = figures[row.pk]
        return context

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Lead to making some."""
        may_make = self.request.user.has_perm(MAKE_POSTERS)
        return [HeaderButton("Make posters", url=reverse("posters:new"), icon_name="plus")] if may_make else []


@require_http_methods(["GET", "POST"])
@permission_required(MAKE_POSTERS, raise_exception=True)
def new_view(request: HttpRequest) -> HttpResponse:
    """Make posters for places."""
    form = PosterForm(request.POST if request.method == "POST" else None, initial={"event": request.GET.get("event")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = make_posters(
            places=said["places"],
            event_id=said["event"].pk if said["event"] else None,
            borough_id=said["borough"].pk if said["borough"] else None,
            headline=said["headline"],
            line=said["line"],
            language=said["language"],
            by=request.user,
            now=timezone.now(),
        )
        note(request, "posters_made", posters=len(made))
        left = len(said["places"]) - len(made)
        said_more = f" {left} were there already and have the new words." if left else ""
        messages.success(request, f"{len(made)} made, each with a code of its own.{said_more}")
        return redirect("posters:index")
    context = {"form": form, "action": "Make them", "back": reverse("posters:index")}
    return render(
        request, "events/console/form.html", _page("Make posters") | context, status=422 if form.errors else 200
    )


@require_safe
@permission_required(SEE_POSTERS, raise_exception=True)
def poster_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one poster, its files and its figures."""
    site = get_object_or_404(poster_sites(), pk=pk)
    days, figures = scans_by_day(site), figures_of([site])[site.pk]
    context = {
        "site": site,
        "sizes": [(size.value, label) for size, label in SIZE_LABELS.items()],
        "address": poster_url(site.code),
        **{name: _said(site, figures, name) for name in ("scans", "registered", "attended")},
        "days": days,
        "plot": bar_plot(name="scans", title="Scans by day", bars=[Bar(label=day, number=n) for day, n in days[-14:]]),
        "may_change": request.user.has_perm(MAKE_POSTERS),
    }
    return render(request, "events/console/poster.html", _page(site.place) | context)


@require_safe
@permission_required(SEE_POSTERS, raise_exception=True)
def pdf_view(request: HttpRequest, pk: str, size: str) -> HttpResponse:
    """Give the file to print."""
    site = get_object_or_404(poster_sites(), pk=pk)
    chosen = Size(size)
    content = draw_pdf(
        words=words_for(site, now=timezone.now()), url=poster_url(site.code), size=chosen, made_at=site.created_at
    )
    name = f"poster-{slugify(site.place)[:40] or 'place'}-{site.code.lower()}-{chosen.value}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@permission_required(SEE_POSTERS, raise_exception=True)
def png_view(request: HttpRequest, pk: str, size: str) -> HttpResponse:
    """Give a picture of it."""
    site = get_object_or_404(poster_sites(), pk=pk)
    words = words_for(site, now=timezone.now())
    content = draw_png(words=words, url=poster_url(site.code), size=Size(size), width=PREVIEW_WIDTH)
    return HttpResponse(content, content_type="image/png")


@require_POST
@permission_required(MAKE_POSTERS, raise_exception=True)
def take_down_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that it hangs no more."""
    site = get_object_or_404(poster_sites(), pk=pk)
    if take_down(site_id=site.pk, now=timezone.now()):
        note(request, "poster_taken_down", about=site)
        messages.success(request, "Noted. Its address goes on working: somebody may have a photo of it.")
    else:
        messages.warning(request, "It was taken down before.")
    return redirect("posters:poster", site.pk)


def _page(title: str) -> dict[str, Any]:
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    return {
        "header_title": title,
        "header_icon": "image",
        "breadcrumbs_items": [
            *home,
            {"url": reverse("posters:index"), "label": "Posters"},
            {"url": "", "label": title},
        ],
    }


def _number(name: str) -> Any:
    def accessor(row: Any) -> str:
        return _said(row, row.figures, name)

    return accessor


def _said(site: PosterSite, figures: PosterFigures, name: str) -> str:
    number = getattr(figures, name)
    if number is None:
        return FEW
    return f"{number:,} or more" if site.borough_id and name != "scans" else f"{number:,}"


class PosterViewSet(ConsoleViewSet):
    """Posters and their codes."""

    model = PosterSite
    name = "posters"
    icon = "image"
    menu_label = "Posters"
    menu_order = 230
    add_to_admin_menu = True
    index_view_class = PosterList
    list_filter = ["borough", "language"]
    ordering = "-pk"

    @property
    def list_display(self) -> list[Any]:
        """Name the columns."""
        return [
            TitleColumn("place", label="Where it hangs", get_url=lambda row: reverse("posters:poster", args=[row.pk])),
            Column("subject", label="For", accessor=lambda row: row.borough or row.event),
            Column("code", label="Code"),
            Column("scans", label="Scans", accessor=_number("scans")),
            Column("registered", label="Registered or asked", accessor=_number("registered")),
            Column("attended", label="Came or walked", accessor=_number("attended")),
            MomentColumn("taken_down_at", label="Taken down"),
        ]

    def get_urlpatterns(self) -> list[Any]:
        """Add making, looking, printing and taking down."""
        return [
            *super().get_urlpatterns(),
            path("new/", new_view, name="new"),
            path("<int:pk>/", poster_page, name="poster"),
            path("<int:pk>/take-down/", take_down_view, name="take-down"),
            re_path(rf"^(?P<pk>\d+)/(?P<size>{SIZES})\.pdf$", pdf_view, name="pdf"),
            re_path(rf"^(?P<pk>\d+)/(?P<size>{SIZES})\.png$", png_view, name="png"),
        ]
