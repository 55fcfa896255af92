"""The form of one question."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from careers.eligibility.rules import ASKED, Position, Question

LONGEST_ANSWER = 40


class QuestionForm(forms.Form):
    """Radios for the question at hand; what was answered before goes along in hidden fields."""

    error_css_class = "has-error"

    def __init__(self, data: Mapping[str, str] | None, *, question: Question, hint: str) -> None:
        super().__init__(data)
        self.fields[question.key] = forms.ChoiceField(
            label=question.text,
            choices=[(answer.key, answer.label) for answer in question.answers],
            widget=forms.RadioSelect,
            help_text=hint,
            error_messages={
                "required": _("Choose one of the answers."),
                "invalid_choice": _("Choose one of the answers."),
            },
        )

    @property
    def radios(self) -> Any:
        """Return the question's field."""
        return next(iter(self))


def form_for(position: Position, answers: Mapping[str, str], *, hint: str) -> QuestionForm:
    """Return the form of the question at hand; with its error where it was sent without an answer."""
    question = position.question
    if question is None:
        raise ValueError("There is no question at this position.")
    # Sent without an answer, or with one that the question does not have: they are told so.
    was_sent = answers.get(ASKED) == question.key or question.key in answers
    return QuestionForm(answers if was_sent else None, question=question, hint=hint)
