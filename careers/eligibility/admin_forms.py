"""The editor's form of the self-check: one that could trap somebody is not published."""

from typing import Any

from careers.eligibility.queries import check_of
from careers.eligibility.rules import problems_of
from careers.pages.admin_forms import CareersPageForm


class EligibilityPageForm(CareersPageForm):
    """Walks through the whole check before it is published."""

    def clean(self) -> dict[str, Any]:
        """Say which question loops, is never asked or leads nowhere."""
        cleaned = super().clean()
        questions, outcomes = cleaned.get("questions"), cleaned.get("outcomes")
        if not self.is_deferred_validation and questions is not None and outcomes is not None:
            for problem in problems_of(check_of(questions, outcomes)):
                self.add_error(None, problem)
        return cleaned
