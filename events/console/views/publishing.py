"""Before an event is published: what it would send is shown, and sent only when somebody has said yes."""

from collections.abc import Iterable
from dataclasses import replace
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
from events.registration.services.forecasting import Forecast, forecast


def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to the question when publishing would send something; the draft is saved by now, so nothing is lost.

    For Wagtail's `before_publish_page`. A translation sends nothing but new words to those who read in it.
    """
    foretold = _forecast(page)
    if foretold is None or foretold.is_empty:
        return None
    return redirect("event-consequences", page.pk, page.latest_revision_id)


def ask_before_unpublishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Show what unpublishing would send, once, before it is done; for Wagtail's `before_unpublish_page`."""
    foretold = _if_withdrawn(page)
    if foretold is None or foretold.is_empty or request.POST.get("told") == "yes":
        return None
    context = {"page": page, "forecast": foretold, "include_descendants": request.POST.get("include_descendants")}
    return render(request, "events/console/withdrawing.html", context)


def say_before_deleting(request: HttpRequest, page: Page) -> None:
    """Say who is told, on the page on which Wagtail asks whether to delete: that calls the event off."""
    foretold = _if_withdrawn(page)
    if request.method == "GET" and foretold is not None and not foretold.is_empty:
        messages.warning(request, "This calls the event off. " + " ".join(foretold.in_words()))


def refuse_many_with_consequences(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Hold a bulk action back that would send something: what it sends is shown for one event at a time.

    Wagtail asks of every bulk action: of pictures, documents, users and snippets too, which send nothing.
    """
    if request.method != "POST" or action_type not in {"publish", "unpublish", "delete"}:
        return None
    told = []
    for chosen in (row for row in objects if isinstance(row, Page)):
        for page in EventPage.objects.descendant_of(chosen, inclusive=True):
            draft = page.get_latest_revision_as_object() if action_type == "publish" else page
            foretold = _forecast(draft) if action_type == "publish" else _if_withdrawn(draft)
            if foretold is not None and not foretold.is_empty:
                told.append(f"“{page.title}”: {' '.join(foretold.in_words())}")
    if not told:
        return None
    for sentence in told:
        messages.error(request, f"Not done, for people would hear of it. Do it on the event’s own page. {sentence}")
    return redirect(action.next_url or "wagtailadmin_explore_root")


def _forecast(page: Page) -> Forecast | None:
    event_page = page.specific
    if not isinstance(event_page, EventPage) or event_page.is_translation or event_page.alias_of_id:
        return None
    return forecast(spec=event_page.spec(), now=timezone.now())


def _if_withdrawn(page: Page) -> Forecast | None:
    event_page = page.specific
    if not isinstance(event_page, EventPage) or event_page.is_translation or event_page.alias_of_id:
        return None
    return forecast(spec=replace(event_page.spec(), is_cancelled=True), now=timezone.now())


@require_http_methods(["GET", "POST"])
@permission_required("wagtailadmin.access_admin", raise_exception=True)
def consequences_view(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """Show what publishing this draft would send; on POST publish it."""
    page = get_object_or_404(EventPage, pk=page_id)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if page.permissions_for_user(request.user).page_locked():
        messages.error(request, "The page is locked. Unlock it first, or ask whoever has locked it.")
        return redirect("wagtailadmin_pages:edit", page.pk)
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
