"""What a walk is, and a page for each borough: what posters point at."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from events.walks.models import Borough
from events.walks.queries import published_reports, walk_page
from events.walks.sealing import can_seal
from events.walks.views.leaving import of_the_journey

if TYPE_CHECKING:
    from events.walks.models import WalkPage


@of_the_journey
@require_safe
def walk_page_view(request: HttpRequest, page: "WalkPage") -> HttpResponse:
    """Show what Walk & Talk is, and every borough."""
    context = page.get_context(request) | {"boroughs": Borough.objects.all(), "takes_requests": can_seal()}
    return TemplateResponse(request, page.get_template(request), context)


@of_the_journey
@require_safe
def borough_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one borough: how to ask, and what came of earlier walks."""
    borough = Borough.objects.filter(slug=slug).first()
    page = walk_page()
    if borough is None or page is None:
        raise Http404
    context = {
        "page": page,
        "borough": borough,
        "reports": published_reports(borough.pk),
        "takes_requests": borough.is_open and can_seal(),
    }
    return render(request, "events/walks/borough.html", context)
