"""Where Wagtail's admin learns of the events: staff pages, audit log, and what a bulk action may publish."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from events.broadcasts.rules import AUDITED
from events.console.audit import ACTIONS
from events.console.views.bulk import BULK_ACTIONS
from events.console.views.desk import EventsGroup
from events.console.views.kept import keep_many, keep_snippets, keep_user
from events.console.views.mentoring import MentoringViewSet
from events.console.views.mentoring.gate import leave_only_their_people
from events.console.views.newsletter import NewsletterViewSet
from events.console.views.posters import PosterViewSet
from events.console.views.problems import MailProblemPanel
from events.console.views.publishing import (
    ask_before_publishing,
    ask_before_unpublishing,
    consequences_view,
    refuse_many_with_consequences,
    say_before_deleting,
)
from events.console.views.walks import WalksGroup, WalksPanel
from events.console.views.wordings import MailWordingViewSet
from events.newsletter.rules import AUDITED as AUDITED_ISSUES
from events.newsletter.services import purge_subscriptions
from events.outbox.monitoring import OutboxCollector, readiness
from events.pages.found import events_over
from events.pages.models import EventIndexPage
from events.programmes.services import purge_programmes
from events.schedule.queries import next_public_change
from events.walks.services import purge_walks

hooks.register("next_public_change", next_public_change)
hooks.register("pages_over", events_over)
hooks.register("readiness", readiness)
hooks.register("metrics", OutboxCollector)
register_snippet(MailWordingViewSet)
hooks.register("construct_main_menu", leave_only_their_people)
hooks.register("before_delete_user", keep_user)
hooks.register("before_delete_snippet", keep_snippets)
hooks.register("before_bulk_action", keep_many)
hooks.register("before_publish_page", ask_before_publishing)
hooks.register("before_unpublish_page", ask_before_unpublishing)
hooks.register("before_delete_page", say_before_deleting)
hooks.register("before_bulk_action", refuse_many_with_consequences)


@hooks.register("register_admin_urls")
def register_consequences() -> list[Any]:
    """Give the question before publishing its address."""
    return [
        path("events/<int:page_id>/publish/<int:revision_id>/", consequences_view, name="event-consequences"),
    ]


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    """Add the staff pages."""
    return [EventsGroup(), NewsletterViewSet(), MentoringViewSet(), WalksGroup(), PosterViewSet()]


@hooks.register("before_delete_user")
def keep_who_has_walks(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Lead whoever would delete an officer with requests to what does the same and loses none of them."""
    if not user.walks.exists():
        return None
    messages.error(
        request, "Requests for walks name this officer. Untick “Active” instead: what is open goes back to the team."
    )
    return redirect("wagtailusers_users:edit", user.pk)


@hooks.register("purge_personal_data")
def forget_walks(*, now: datetime, dry_run: bool) -> tuple[int, str]:
    """Forget what women told us whose walks are over; say how many, and of what."""
    return purge_walks(now=now, dry_run=dry_run), "Walk & Talk requests"


@hooks.register("purge_personal_data")
def forget_interests(*, now: datetime, dry_run: bool) -> tuple[int, str]:
    """Forget who took part in programmes that are over; say how many, and of what."""
    return purge_programmes(now=now, dry_run=dry_run), "expressions of interest"


@hooks.register("purge_personal_data")
def forget_subscribers(*, now: datetime, dry_run: bool) -> tuple[int, str]:
    """Forget who never confirmed, and whose consent ended long ago; say how many, and of what."""
    return purge_subscriptions(now=now, dry_run=dry_run), "newsletter subscriptions"


for action in BULK_ACTIONS:
    hooks.register("register_bulk_action", action)


class NewEventPanel(Component):
    """The first thing on the CMS's front page: a newcomer starts here."""

    order = 10
    template_name = "events/cms/new_event_panel.html"

    def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the event lists below which this person may make a page."""
        user = (parent_context or {})["request"].user
        lists = EventIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
        return {"lists": [page for page in lists if page.permissions_for_user(user).can_add_subpage()]}


@hooks.register("construct_homepage_panels")
def offer_a_new_event(request: HttpRequest, panels: list[Any]) -> None:
    """Put the way to a new event onto the CMS's front page."""
    panels += [MailProblemPanel(), WalksPanel(), NewEventPanel()]


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name what the audit log keeps of people and their mail."""
    for action, (label, message) in ACTIONS.items():
        actions.register_action(action, label, message)


@hooks.register("register_log_actions")
def register_broadcast_actions(actions: LogActionRegistry) -> None:
    """Name what the audit log keeps of broadcasts."""
    for name, (label, said) in AUDITED.items():
        actions.register_action(f"events.broadcast_{name}", label, said)


@hooks.register("register_log_actions")
def register_issue_actions(actions: LogActionRegistry) -> None:
    """Name what the audit log keeps of newsletter issues."""
    for name, (label, said) in AUDITED_ISSUES.items():
        actions.register_action(f"events.issue_{name}", label, said)
