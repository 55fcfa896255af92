"""Broadcasts in the CMS: written, looked at, tested, scheduled, and watched while they leave.

For whoever runs the event: nobody else learns that there is one (404).
"""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from events.console.views.broadcasts import showing, steps, writing


class _ItemForOfficers(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether somebody may write to anybody."""
        return bool(request.user.has_perms(showing.LOOK))


class BroadcastViewSet(ViewSet):
    """What officers write to the people of their events."""

    name = "broadcasts"
    icon = "mail"
    menu_label = "Broadcasts"
    menu_order = 35
    menu_item_class = _ItemForOfficers

    def get_urlpatterns(self) -> list[Any]:
        """Give each step its address."""
        return [
            path("", showing.index_view, name="index"),
            path("event/<int:event_id>/", showing.event_view, name="event"),
            path("event/<int:event_id>/new/", writing.new_view, name="new"),
            path("<int:pk>/", showing.show_view, name="show"),
            path("<int:pk>/edit/", writing.edit_view, name="edit"),
            path("<int:pk>/test/", steps.test_view, name="test"),
            path("<int:pk>/schedule/", steps.schedule_view, name="schedule"),
            path("<int:pk>/take-back/", steps.take_back_view, name="take-back"),
            path("<int:pk>/start/", steps.start_view, name="start"),
            path("<int:pk>/hold/", steps.hold_view, name="hold"),
            path("<int:pk>/resume/", steps.resume_view, name="resume"),
            path("<int:pk>/stop/", steps.stop_view, name="stop"),
        ]
