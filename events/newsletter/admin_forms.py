"""The editor's form of an issue."""

from typing import Any

from django import forms

from events.newsletter.rules import TOPIC_LABELS, in_order, issue_problems
from portal.admin_forms import PublishedPageForm
from portal.rules import Problem


class IssuePageForm(PublishedPageForm):
    """Topics as boxes, and what an issue needs before it is published."""

    topics = forms.MultipleChoiceField(
        choices=[(topic.value, label) for topic, label in TOPIC_LABELS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who asked for one of these gets it. None ticked: every subscriber.",
    )

    def clean_topics(self) -> list[str]:
        """Keep the usual order."""
        return in_order(self.cleaned_data["topics"])

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Add what an issue needs."""
        return super().problems(cleaned) + issue_problems(
            parts=len(cleaned.get("body") or ()), topics=cleaned.get("topics") or ()
        )
