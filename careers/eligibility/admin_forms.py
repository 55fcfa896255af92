"""The editor's form of the self-check: one that could trap somebody is not published."""

from typing import Any

from careers.eligibility.queries import check_of
from careers.eligibility.rules import problems_of
from careers.pages.admin_forms import CareersPageForm
from portal.rules import Problem


class EligibilityPageForm(CareersPageForm):
    """Walks through the whole check before it is published."""

    def problems(self, cleaned: dict[str, Any]) -> list[Problem]:
        """Add which question loops, is never asked or leads nowhere."""
        problems = super().problems(cleaned)
        questions, outcomes = cleaned.get("questions"), cleaned.get("outcomes")
        if questions is not None and outcomes is not None:
            problems += [Problem("", problem) for problem in problems_of(check_of(questions, outcomes))]
        return problems
