"""Where Wagtail's admin learns of careers: facts and their flags, the queue, the audit log, and what is published."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from careers.console.rules import SEEN
from careers.console.views import EnquiryViewSet
from careers.contact import services
from careers.figures.views import FigureViewSet, OverdueFiguresPanel
from careers.pages.models.base import CareersBasePage

register_snippet(FigureViewSet)


@hooks.register("register_admin_viewset")
def register_queue() -> EnquiryViewSet:
    """Add the queue."""
    return EnquiryViewSet()


@hooks.register("construct_homepage_panels")
def flag_overdue_figures(request: HttpRequest, panels: list[Any]) -> None:
    """Say on the CMS's front page which facts are out of date."""
    panels.append(OverdueFiguresPanel())


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the audit log keeps of questions."""
    actions.register_action(SEEN, "Look at a question", "Looked at")
    actions.register_action(services.TAKEN, "Take a question", "Taken")
    actions.register_action(services.NOTED, "Note on a question", "Note changed")
    actions.register_action(services.CLOSED, "Close a question", "Closed")
    actions.register_action(services.REOPENED, "Open a question again", "Opened again")


@hooks.register("purge_personal_data")
def purge(*, now: datetime, dry_run: bool) -> tuple[int, str]:
    """Forget the people whose questions are long closed; say how many, and of what."""
    return services.purge_enquiries(now=now, dry_run=dry_run), "questions to recruiters"


@hooks.register("before_bulk_action")
def refuse_incomplete_pages(
    request: HttpRequest, action_type: str, objects: Iterable[Page], action: Any
) -> HttpResponse | None:
    """Hold a bulk publishing back while a careers page lacks what its own form would ask for."""
    if request.method != "POST" or action_type != "publish":
        return None
    below = bool(request.POST.get("include_descendants"))
    problems = [
        f"“{page.title}”: {problem.message}"
        for chosen in objects
        for page in (Page.objects.descendant_of(chosen, inclusive=True).specific() if below else [chosen.specific])
        if isinstance(page, CareersBasePage)
        for problem in page.get_latest_revision_as_object().missing_for_publication()
    ]
    if not problems:
        return None
    for problem in dict.fromkeys(problems):
        messages.error(request, f"Not published. {problem}")
    return redirect(action.next_url or "wagtailadmin_explore_root")
