"""Where Wagtail's admin learns of careers: facts and their flags, the queues, the audit log, and what is published."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from careers.console.rules import SEEN
from careers.console.stories import ConsentsPanel, StoryQueueViewSet
from careers.console.views import EnquiryViewSet
from careers.contact import services
from careers.figures.views import FigureViewSet, OverdueFiguresPanel
from careers.submissions.queries import problems_of_page
from careers.submissions.services import end_consents, purge_stories, remind_of_ends
from careers.submissions.services.working import ACTIONS
from portal.rules import Problem

register_snippet(FigureViewSet)


@hooks.register("register_admin_viewset")
def register_queue() -> EnquiryViewSet:
    """Add the queue."""
    return EnquiryViewSet()


@hooks.register("register_admin_viewset")
def register_stories() -> StoryQueueViewSet:
    """Add the queue of readers' stories."""
    return StoryQueueViewSet()


@hooks.register("publication_problems")
def ask_about_consents(page: Page) -> list[Problem]:
    """Say what a page shows of readers without their consent, or without their having seen it."""
    return problems_of_page(page, today=timezone.localdate())


@hooks.register("construct_homepage_panels")
def flag_overdue_figures(request: HttpRequest, panels: list[Any]) -> None:
    """Say on the CMS's front page which facts are out of date, and whose consent ends or has ended."""
    panels += [OverdueFiguresPanel(), ConsentsPanel()]


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the audit log keeps of questions and stories."""
    for name, (label, said) in ACTIONS.items():
        actions.register_action(name, label, said)
    actions.register_action(SEEN, "Look at a question", "Looked at")
    actions.register_action(services.TAKEN, "Take a question", "Taken")
    actions.register_action(services.NOTED, "Note on a question", "Note changed")
    actions.register_action(services.CLOSED, "Close a question", "Closed")
    actions.register_action(services.REOPENED, "Open a question again", "Opened again")


@hooks.register("purge_personal_data")
def purge(*, now: datetime, dry_run: bool) -> tuple[int, str]:
    """Forget the people whose questions are long closed; say how many, and of what."""
    return services.purge_enquiries(now=now, dry_run=dry_run), "questions to recruiters"


@hooks.register("purge_personal_data")
def purge_told_stories(*, now: datetime, dry_run: bool) -> tuple[int, str]:
    """End the consents whose last day is over, write of those that end soon, and forget stories whose time is over."""
    if not dry_run:
        end_consents(now=now)
        remind_of_ends(now=now)
    return purge_stories(now=now, dry_run=dry_run), "readers’ stories"
