"""Walk & Talk in numbers, for who gives requests out or sees every borough."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from events.console.plots import Bar, bar_plot
from events.console.queries import boroughs_counted_for
from events.console.queries.walk_figures import WalkFigures, walk_figures
from events.console.rules import ALLOCATE_WALKS, SEE_EVERY_WALK
from events.console.views.walks.showing import page_of
from events.walks.models.reports import quarter_said


def may_see_figures(user: Any) -> bool:
    """Whether somebody sees the figures."""
    return bool(user.has_perm(ALLOCATE_WALKS) or user.has_perm(SEE_EVERY_WALK))


@require_safe
def figures_view(request: HttpRequest) -> HttpResponse:
    """Show the figures of one's boroughs."""
    if not may_see_figures(request.user):
        raise PermissionDenied
    figures = walk_figures(boroughs_counted_for(request.user), now=timezone.now())
    context = page_of("Figures") | {
        "figures": figures,
        "first_offer": span_said(figures.first_offer),
        "quarters": [(quarter_said(quarter), outcomes) for quarter, outcomes in figures.quarters],
        "plots": _plots(figures),
    }
    return render(request, "events/console/walks/figures.html", context)


def span_said(span: timedelta | None) -> str:
    """Return "3 days 4 hours", or that there is none yet."""
    if span is None:
        return "none yet"
    hours = round(span.total_seconds() / 3600)
    days, rest = divmod(hours, 24)
    parts = [
        f"{number} {word}{'' if number == 1 else 's'}" for number, word in ((days, "day"), (rest, "hour")) if number
    ]
    return " ".join(parts) or "under an hour"


def _plots(figures: WalkFigures) -> dict[str, str]:
    weeks = [Bar(label=f"{monday:%-d %b %Y}", number=number) for monday, number in figures.by_week]
    boroughs = [Bar(label=name, number=number) for name, number in figures.by_borough if number]
    load = [Bar(label=row.officer, number=row.open_walks) for row in figures.load]
    latest = figures.quarters[0][1] if figures.quarters else []
    outcomes = [Bar(label=label, number=number) for label, number in latest]
    drawn = {
        "weeks": bar_plot(name="weeks", title="Requests by week", bars=weeks),
        "boroughs": bar_plot(name="boroughs", title="Requests by borough", bars=boroughs),
        "outcomes": bar_plot(name="outcomes", title="What came of them in the latest quarter", bars=outcomes),
        "load": bar_plot(name="load", title="Open requests by officer", bars=load),
    }
    return {name: mark_safe(svg) for name, svg in drawn.items()}  # noqa: S308 (drawn and escaped by plots.py)
