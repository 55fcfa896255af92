"""The public forms: what we always ask, what the editor asks, and the details that can be changed later."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.consent.forms import SourcedForm
from events.programmes.rules import LONGEST_ANSWER, LONGEST_NEEDS, YES_NO, Answer, Question, QuestionKind
from portal.form_fields import AddressForm, CleanCharField, email_field, name_field


def _needs_field() -> CleanCharField:
    return CleanCharField(
        label=_("Access needs"),
        max_length=LONGEST_NEEDS,
        required=False,
        keep_lines=True,
        help_text=_("What would help you take part. You can leave this empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Enter 1,000 characters or fewer. Yours has %(show_value)d.")},
    )


UNDER_18 = "16"
AGES = {UNDER_18: _("16 or 17"), "18": _("18 or over")}


class InterestForm(AddressForm, SourcedForm):
    """One form, one call. The editor's questions stand between who she is and what we do with it."""

    name = name_field()
    email = email_field(_("Your email address"), _("We write to you there."))
    age = forms.ChoiceField(
        label=_("How old are you?"),
        choices=list(AGES.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how old you are. If you are under 16, write to us instead."),
            "invalid_choice": _("Choose one of the two. If you are under 16, write to us instead."),
        },
    )
    access_needs = _needs_field()
    consent = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Tick the box to agree. We cannot keep what you tell us without it.")},
    )

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        consent_text: str,
        carried: Mapping[str, str] | None = None,
        knows_address: bool = False,
        **kwargs: Any,
    ) -> None:
        """`knows_address`: she was asked again by mail, so it is not asked for, nor can it be another's."""
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        self.fields["consent"].label = consent_text
        if knows_address:
            del self.fields["email"]
        for question in self.questions:
            field = _field_of(question)
            field.initial = (carried or {}).get(question.key, "")
            self.fields[_name_of(question)] = field

    @property
    def asked(self) -> list[Any]:
        """Return the editor's questions as fields, in the editor's order."""
        return [self[_name_of(question)] for question in self.questions]

    def answers(self) -> list[Answer]:
        """Return what was answered, each with the label that it was asked with; what was left empty is no answer."""
        found = []
        for question in self.questions:
            value = str(self.cleaned_data.get(_name_of(question)) or "")
            if value:
                labels = dict(_choices_of(question))
                said = labels.get(value, value)
                found.append(Answer(key=question.key, label=question.label, value=value, said=said))
        return found


def _name_of(question: Question) -> str:
    return f"question_{question.key}"


def _choices_of(question: Question) -> list[tuple[str, str]]:
    if question.kind is QuestionKind.YES_NO:
        return [(value, gettext(label)) for value, label in YES_NO]
    return list(question.choices)


def _field_of(question: Question) -> forms.Field:
    if question.kind is QuestionKind.TEXT:
        return CleanCharField(
            label=question.label,
            required=question.is_required,
            max_length=LONGEST_ANSWER,
            keep_lines=True,
            widget=forms.Textarea(attrs={"rows": 4}),
            error_messages={
                "required": gettext("Answer this question: {question}").format(question=question.label),
                "max_length": _("Enter 1,000 characters or fewer. Yours has %(show_value)d."),
            },
        )
    return forms.ChoiceField(
        label=question.label,
        required=question.is_required,
        choices=_choices_of(question),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext("Choose an answer: {question}").format(question=question.label),
            "invalid_choice": _("Choose one of the answers."),
        },
    )


class DetailsForm(forms.Form):
    """What she changes on her own page."""

    error_css_class = "has-error"
    name = name_field()
    access_needs = _needs_field()
