"""What the staff's pages of a programme have in common: their frame, and whose row it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.views import generic

View = Callable[..., HttpResponse]


def page_of(title: str, *trail: tuple[str, str]) -> dict[str, Any]:
    """Return what the frame of a page needs; `trail`: label and address of what stands above it."""
    home = generic.base.WagtailAdminTemplateMixin.breadcrumbs_items
    above = [("Mentoring", reverse("mentoring:index")), *trail]
    return {
        "header_title": title,
        "page_title": title,
        "header_icon": "group",
        "breadcrumbs_items": [
            *home,
            *({"url": url, "label": label} for label, url in above),
            {"url": "", "label": title},
        ],
    }


def with_row(seen_by: Callable[..., QuerySet[Any]], permission: str) -> Callable[[View], View]:
    """Hand a view its row, if it is of an event that whoever asks runs: any other is 404, like none at all."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            return view(request, get_object_or_404(seen_by(request.user, permission), pk=pk), **kwargs)

        return permission_required(permission, raise_exception=True)(wrapped)

    return decorate
