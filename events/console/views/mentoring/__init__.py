"""The mentoring programme in the CMS: the queue and its decisions, pairs and their sessions, and each one's own people.

Staff who run the event see its people. A charity's staff and senior officers have one page: who is theirs.
"""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from events.console.queries.ownership import is_of_a_charity
from events.console.rules import BE_PAIRED, CHANGE_CHARITIES, SEE_INTERESTS
from events.console.views.mentoring import charities, pairs, people, showing, steps


class _ItemForMentoring(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether somebody has anything to do with the programme; who has only people of their own is led there."""
        user = request.user
        if user.has_perm(SEE_INTERESTS) and not is_of_a_charity(user):
            return True
        if is_of_a_charity(user) or user.has_perm(BE_PAIRED):
            self.url = reverse("mentoring:people")
            return True
        return bool(user.has_perm(CHANGE_CHARITIES))


class MentoringViewSet(ViewSet):
    """Phases, people, pairs, and the charities that people come through."""

    name = "mentoring"
    icon = "group"
    menu_label = "Mentoring"
    menu_name = "mentoring"
    menu_order = 215
    menu_item_class = _ItemForMentoring
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """Give each step its address."""
        return [
            path("", showing.index_view, name="index"),
            path("people/", people.people_view, name="people"),
            path("charities/", charities.list_view, name="charities"),
            path("charities/new/", charities.new_view, name="charity-new"),
            path("charities/<int:pk>/", charities.edit_view, name="charity"),
            path("phases/<int:pk>/", showing.phase_view, name="phase"),
            path("phases/<int:pk>/match/", showing.match_view, name="match"),
            path("phases/<int:pk>/invite/", steps.invite_view, name="invite"),
            path("interests/<int:pk>/", showing.interest_view, name="interest"),
            path("interests/<int:pk>/review/", steps.review_view, name="review"),
            path("interests/<int:pk>/decide/", steps.decide_view, name="decide"),
            path("interests/<int:pk>/pair/", steps.pair_view, name="pair-up"),
            path("pairs/<int:pk>/", pairs.pair_view, name="pair"),
            path("pairs/<int:pk>/session/", pairs.session_view, name="session"),
            path("pairs/<int:pk>/sessions/<int:session_id>/", pairs.move_view, name="move"),
            path("pairs/<int:pk>/sessions/<int:session_id>/off/", pairs.off_view, name="off"),
            path("pairs/<int:pk>/complete/", pairs.complete_view, name="complete"),
            path("pairs/<int:pk>/end/", pairs.end_view, name="end"),
            path("pairs/<int:pk>/attendance/", people.attendance_view, name="attendance"),
        ]
