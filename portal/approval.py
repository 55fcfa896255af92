"""The steps of the workflow: somebody else looks, and what is incomplete is not approved.

Wagtail's own step approves any revision: a draft is saved without the checks of publishing, and the approval has no
form that would ask for them again.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState


class CheckedApprovalTask(AbstractGroupApprovalTask):
    """An approval by a group, never of one's own revision, and only of a page that could be published."""

    def get_actions(self, obj: Page, user: Any) -> list[tuple[str, str, bool]]:
        """Offer "approve" only where it would be right; sending back is always possible."""
        actions = super().get_actions(obj, user)
        if reasons_against(obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Refuse an approval that was asked for past the buttons."""
        if action_name == "approve" and reasons_against(task_state.revision.content_object, user):
            raise PermissionDenied
        super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        """Say it in the workflow's settings."""
        return "Members of the chosen groups approve a complete page that somebody else has written"

    class Meta:
        verbose_name = "approval of a complete page"
        verbose_name_plural = "approvals of a complete page"


def reasons_against(page: Page, user: Any) -> list[str]:
    """Return why this person cannot approve the latest revision of a page."""
    # From the database: what is in hand may be older than the draft that somebody has just saved.
    revision = page.revisions.order_by("created_at", "id").last()
    if revision is None:
        return []
    draft = revision.as_object()
    reasons = [problem.message for problem in getattr(draft, "missing_for_publication", list)()]
    if revision.user_id is not None and revision.user_id == user.pk:
        reasons.append("You wrote this version. Somebody else looks at it.")
    return reasons
