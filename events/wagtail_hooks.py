"""Where Wagtail's admin learns of the events: staff pages, audit log, and what a bulk action may publish."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from events.console.views.viewsets import MessageViewSet, RegistrationViewSet
from events.pages.models import EventPage
from events.schedule.queries import next_public_change

hooks.register("next_public_change", next_public_change)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Add the staff pages."""
    return [RegistrationViewSet(), MessageViewSet()]


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the audit log keeps of registrations."""
    actions.register_action("events.registration_seen", "Look at a registration", "Looked at")
    actions.register_action("events.registration_removed", "Remove a registration", "Removed from the event")


@hooks.register("before_bulk_action")
def refuse_incomplete_events(
    request: HttpRequest, action_type: str, objects: Iterable[Page], action: Any
) -> HttpResponse | None:
    """Hold a bulk publishing back while an event page lacks what visitors need: it has no form that would say so."""
    if request.method != "POST" or action_type != "publish":
        return None
    paths = [page.path for page in objects]
    problems = [
        f"“{page.title}”: {problem.message}"
        for path in paths
        for page in EventPage.objects.filter(path__startswith=path)
        for problem in page.get_latest_revision_as_object().missing_for_publication()
    ]
    if not problems:
        return None
    for problem in dict.fromkeys(problems):
        messages.error(request, f"Not published. {problem}")
    return redirect(action.next_url or "wagtailadmin_explore_root")
