"""The charities that people come through: their links, and who of their staff sees their people."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from events.console.audit import note
from events.console.rules import CHANGE_CHARITIES
from events.console.views.mentoring.forms import CharityForm
from events.console.views.mentoring.frame import page_of
from events.programmes.models import Charity


@require_safe
@permission_required(CHANGE_CHARITIES, raise_exception=True)
def list_view(request: HttpRequest) -> HttpResponse:
    """List them with their links and log-ins."""
    rows = Charity.objects.select_related("partner").prefetch_related("staff")
    context = page_of("Charities") | {"charities": list(rows)}
    return render(request, "events/programmes/console/charities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE_CHARITIES, raise_exception=True)
def new_view(request: HttpRequest) -> HttpResponse:
    """Add one."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE_CHARITIES, raise_exception=True)
def edit_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _edit(request, get_object_or_404(Charity, pk=pk))


def _edit(request: HttpRequest, charity: Charity | None) -> HttpResponse:
    form = CharityForm(request.POST or None, instance=charity)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        note(request, "charity_changed", about=saved, log_ins=saved.staff.count())
        messages.success(request, f"Kept: {saved}.")
        return redirect("mentoring:charities")
    title = str(charity) if charity else "New charity"
    context = page_of(title, ("Charities", reverse("mentoring:charities"))) | {"form": form, "charity": charity}
    status = 422 if request.method == "POST" else 200
    return render(request, "events/programmes/console/charity.html", context, status=status)
