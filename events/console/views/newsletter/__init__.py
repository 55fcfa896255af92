"""The newsletter in the CMS: issues on their way with their figures, and who reads it.

Issues are written as pages. Here they are tested, scheduled, sent and watched, by who may; addresses are seen by the
events desk alone.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from events.console.views.newsletter import readers, showing, steps


class _ItemForNewsletter(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether somebody has anything to do with the newsletter."""
        return bool(request.user.has_perm(showing.LOOK) or request.user.has_perm(readers.SEE))


class NewsletterViewSet(ViewSet):
    """Issues, and their readers."""

    name = "newsletter"
    icon = "mail"
    menu_label = "Newsletter"
    menu_order = 220
    menu_item_class = _ItemForNewsletter
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """Give each step its address."""
        return [
            path("", showing.index_view, name="index"),
            path("readers/", readers.readers_view, name="readers"),
            path("readers/<int:pk>/end/", readers.end_view, name="end"),
            path("<int:page_id>/", showing.show_view, name="show"),
            path("<int:page_id>/test/", steps.test_view, name="test"),
            path("<int:page_id>/schedule/", steps.schedule_view, name="schedule"),
            path("<int:page_id>/take-back/", steps.take_back_view, name="take-back"),
            path("<int:page_id>/start/", steps.start_view, name="start"),
            path("<int:page_id>/hold/", steps.hold_view, name="hold"),
            path("<int:page_id>/resume/", steps.resume_view, name="resume"),
            path("<int:page_id>/stop/", steps.stop_view, name="stop"),
        ]
