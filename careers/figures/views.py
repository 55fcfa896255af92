"""Figures in the CMS: the list with its flags, and a panel on the front page while one is out of date."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from careers.figures.models import Figure
from careers.figures.queries import overdue_figures
from careers.figures.rules import Freshness


class FigureViewSet(SnippetViewSet):
    """The list of facts, those that are due first."""

    model = Figure
    icon = "order"
    menu_label = "Facts and figures"
    list_display = [
        "__str__",
        Column("source"),
        Column("as_of", label="True on", sort_key="as_of", accessor=lambda figure: date_format(figure.as_of)),
        Column(
            "review_by",
            label="Look again by",
            sort_key="review_by",
            accessor=lambda figure: date_format(figure.review_by),
        ),
        StatusTagColumn("freshness_label", label="State", primary=lambda figure: figure.freshness() is Freshness.FRESH),
    ]
    ordering = ["review_by"]


class OverdueFiguresPanel(Component):
    """On the CMS's front page: which facts have to be checked, for those who may change them."""

    name = "overdue_figures"
    template_name = "careers/cms/overdue_figures.html"
    order = 90
    most = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Name the figures, each with the address of its form."""
        request = parent_context["request"]
        if not request.user.has_perm("careers.change_figure"):
            return {"figures": []}
        edit = Figure.snippet_viewset.get_url_name("edit")
        found = overdue_figures(today=timezone.localdate())[: self.most]
        return {"figures": [(figure, reverse(edit, args=[figure.pk])) for figure in found]}
