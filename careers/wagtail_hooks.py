"""Where Wagtail's admin learns of careers: facts and their flags, the queue, the audit log, and what is published."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from careers.console.rules import SEEN
from careers.console.views import EnquiryViewSet
from careers.contact import services
from careers.figures.views import FigureViewSet, OverdueFiguresPanel

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
