"""Tags of the console's templates."""

from typing import Any

from django import template

from events.console.views.problems import mail_problem_for

register = template.Library()


@register.inclusion_tag("events/console/mail_problem.html", takes_context=True)
def mail_problem(context: dict[str, Any]) -> dict[str, str]:
    """Say what keeps mail from leaving, when something does."""
    return {"problem": mail_problem_for(context["request"].user)}
