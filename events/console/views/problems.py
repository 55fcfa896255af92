"""What keeps mail from leaving, said where staff look: on the CMS's front page and, by a tag, on the console's."""

from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from events.console.rules import SEE_MESSAGES
from events.outbox.monitoring import mail_status


def mail_problem_for(user: Any) -> str:
    """Return what is wrong with mail, for who may see messages; empty: nothing is. Four statements."""
    return mail_status(now=timezone.now()).problem if user.has_perm(SEE_MESSAGES) else ""


class MailProblemPanel(Component):
    """The banner on the CMS's front page."""

    order = 5
    template_name = "events/console/mail_problem.html"

    def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the problem."""
        return {"problem": mail_problem_for((parent_context or {})["request"].user)}
