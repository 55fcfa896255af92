"""What waits for an officer or a coordinator, on the CMS's front page. Numbers alone."""

from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from events.console.queries import may_see_walks, walks_held_by, walks_run_by
from events.console.queries.walks import waiting_for
from events.walks.rules import WITH_OFFICER, WalkState


class WalksPanel(Component):
    """To give out; to answer; late ones."""

    name = "walks"
    order = 8
    template_name = "events/console/walks/panel.html"

    def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Count what waits."""
        user = (parent_context or {})["request"].user
        if not may_see_walks(user):
            return {"rows": []}
        now = timezone.now()
        counted = (
            ("to give to an officer", "new", waiting_for(walks_run_by(user), [WalkState.NEW], now=now)),
            ("with you", "", waiting_for(walks_held_by(user), WITH_OFFICER, now=now)),
        )
        return {"rows": [(words, state, *numbers) for words, state, numbers in counted if numbers[0]]}
