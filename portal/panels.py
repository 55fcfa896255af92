"""Panels of the CMS that every kind of page shares."""

from dataclasses import dataclass
from typing import Any

from wagtail.admin.panels import HelpPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One thing to look at before publishing; `is_needed`: without it the page is refused."""

    label: str
    is_done: bool
    advice: str = ""
    is_needed: bool = False


class ChecklistPanel(HelpPanel):
    """What is there and what is missing, as the page was last saved."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"template": "portal/cms/checklist.html", "heading": "Before you publish"} | kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        """The panel of one page."""

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Add the page's own list."""
            context = super().get_context_data(parent_context)
            context["items"] = self.instance.checklist() if self.instance.pk else []
            context["needed"] = sum(item.is_needed and not item.is_done for item in context["items"])
            return context
