"""What a walk is, and a page for each borough: what posters point at."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from events.consent.rules import clean_source
from events.walks.models import Borough
from events.walks.models.reports import quarter_said
from events.walks.queries import (
    latest_reported_quarter,
    published_reports,
    reporting_boroughs,
    sums_over_boroughs,
    walk_page,
)
from events.walks.rules import THEME_LABELS
from events.walks.sealing import can_seal
from events.walks.views.leaving import of_the_journey

if TYPE_CHECKING:
    from events.walks.models import WalkPage


@of_the_journey
@require_safe
def walk_page_view(request: HttpRequest, page: "WalkPage") -> HttpResponse:
    """Show what Walk & Talk is, and every borough."""
    context = page.get_context(request) | {
        "boroughs": Borough.objects.all(),
        "takes_requests": can_seal(),
        "has_reports": latest_reported_quarter() is not None,
    }
    return TemplateResponse(request, page.get_template(request), context)


@of_the_journey
@require_safe
def borough_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one borough: how to ask, and what came of earlier walks."""
    borough = Borough.objects.filter(slug=slug).first()
    page = walk_page()
    if page is None:
        return render(request, "events/walks/unknown.html", status=404)
    if borough is None:
        return render(request, "events/walks/no_borough.html", status=404)
    context = {
        "page": page,
        "borough": borough,
        "reports": published_reports(borough.pk),
        "takes_requests": borough.is_open and can_seal(),
        "source": clean_source(request.GET.get("from", "")),
    }
    return render(request, "events/walks/borough.html", context)


@of_the_journey
@require_safe
def said_and_done_view(request: HttpRequest) -> HttpResponse:
    """Show every borough with a report, and the sums of the latest quarter that nobody can be worked out from."""
    page, quarter = walk_page(), latest_reported_quarter()
    if page is None or quarter is None:
        raise Http404
    sums = [(gettext(THEME_LABELS[theme]), number) for theme, number in sums_over_boroughs(quarter).items()]
    context = {
        "page": page,
        "reports": reporting_boroughs(),
        "quarter": quarter_said(quarter),
        "sums": [pair for pair in sums if pair[1] is not None],
    }
    return render(request, "events/walks/said_and_done.html", context)
