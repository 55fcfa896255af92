"""The Walk & Talk desk below /cms/walks/: requests, times, teams, boroughs, what was said and done, figures.

What is sealed is shown in one place: the answer to the POST by which the assigned officer opens it.
"""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import path
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from events.console.rules import WALK_WALKS
from events.console.views.lists import ConsoleViewSet
from events.console.views.walks import acting, figures, showing, times
from events.console.views.walks.panel import WalksPanel
from events.console.views.walks.reports import ReportViewSet
from events.console.views.walks.team import BoroughViewSet, TeamViewSet
from events.walks.models import WalkRequest

__all__ = ["WalksGroup", "WalksPanel"]


class WalkViewSet(ConsoleViewSet):
    """Requests."""

    model = WalkRequest
    name = "walks"
    icon = "group"
    menu_label = "Requests"
    menu_order = 10
    index_view_class = showing.WalkList
    filterset_class = showing.WalkFilterSet
    list_display: ClassVar[list[Any]] = list(showing.COLUMNS)

    def get_urlpatterns(self) -> list[Any]:
        """Add one request, and each thing that is done with it."""
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/", showing.show_view, name="show"),
            path("<int:pk>/allocate/", acting.allocate_view, name="allocate"),
            path("<int:pk>/take-back/", acting.take_back_view, name="take-back"),
            path("<int:pk>/open/", acting.open_view, name="open"),
            path("<int:pk>/offer/", acting.offer_view, name="offer"),
            path("<int:pk>/other-times/", acting.other_times_view, name="other-times"),
            path("<int:pk>/choose/", acting.choose_view, name="choose"),
            path("<int:pk>/withdraw/", acting.withdraw_view, name="withdraw"),
            path("<int:pk>/record/", acting.record_view, name="record"),
        ]


class _ItemForOfficers(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether somebody walks."""
        return bool(request.user.has_perm(WALK_WALKS))


class _ItemForCoordinators(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether somebody sees the figures."""
        return figures.may_see_figures(request.user)


class TimesViewSet(ViewSet):
    """An officer's own times."""

    name = "walk-times"
    url_prefix = "walks/times"
    icon = "time"
    menu_label = "My times"
    menu_order = 20
    menu_item_class = _ItemForOfficers

    def get_urlpatterns(self) -> list[Any]:
        """Give each step its address."""
        return [
            path("", times.times_view, name="index"),
            path("give/", times.give_view, name="give"),
            path("series/", times.series_view, name="series"),
            path("<int:pk>/withdraw/", times.withdraw_view, name="withdraw"),
        ]


class FiguresViewSet(ViewSet):
    """Counts."""

    name = "walk-figures"
    url_prefix = "walks/figures"
    icon = "clipboard-list"
    menu_label = "Figures"
    menu_order = 60
    menu_item_class = _ItemForCoordinators

    def get_urlpatterns(self) -> list[Any]:
        """Give the page its address."""
        return [path("", figures.figures_view, name="index")]


class WalksGroup(ViewSetGroup):
    """The desk's entry in the menu. Each part shows itself to who may see it."""

    menu_label = "Walk & Talk"
    menu_icon = "group"
    menu_order = 212
    add_to_admin_menu = True
    items = (WalkViewSet, TimesViewSet, TeamViewSet, BoroughViewSet, ReportViewSet, FiguresViewSet)
