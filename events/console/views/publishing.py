"""Before an event is published: what it would send is shown, and sent only when somebody has said yes."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin import messages
from wagtail.models import Page, Revision

from events.pages.models import EventPage
from events.registration.services.forecasting import forecast


def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to the question when publishing would send something; the draft is saved by now, so nothing is lost.

    For Wagtail's `before_publish_page`. A translation sends nothing but new words to those who read in it.
    """
    event_page = page.specific
    if not isinstance(event_page, EventPage) or event_page.is_translation or event_page.alias_of_id:
        return None
    if forecast(spec=event_page.spec(), now=timezone.now()).is_empty:
        return None
    return redirect("event-consequences", page.pk, page.latest_revision_id)


@require_http_methods(["GET", "POST"])
@permission_required("wagtailadmin.access_admin", raise_exception=True)
def consequences_view(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """Show what publishing this draft would send; on POST publish it."""
    page = get_object_or_404(EventPage, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    revision = get_object_or_404(Revision.page_revisions, pk=revision_id, object_id=str(page.pk))
    draft: Any = revision.as_object()
    if page.latest_revision_id != revision.pk:
        messages.error(request, "Somebody has changed the page since. Look at the latest draft, then publish that.")
        return redirect("wagtailadmin_pages:edit", page.pk)
    if problems := draft.missing_for_publication():
        for problem in problems:
            messages.error(request, problem.message)
        return redirect("wagtailadmin_pages:edit", page.pk)
    if request.method == "POST":
        PublishPageRevisionAction(revision, user=request.user).execute()
        messages.success(request, f"“{draft.title}” is published. Mails leave after five quiet minutes.")
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    context = {"page": page, "draft": draft, "forecast": forecast(spec=draft.spec(), now=timezone.now())}
    return render(request, "events/console/consequences.html", context)
