"""The visitor's filter of the event list. A value that makes no sense is no filter."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from events.schedule.access import ACCESS_LABELS
from events.schedule.rules import KIND_LABELS


def _date_field(label: Any) -> forms.DateField:
    # Bounded: the day after the last that Python knows is an error, and no visitor means it.
    bounds = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=bounds)


class EventFilterForm(forms.Form):
    """Kind and dates; sent with GET, so that a filtered list has an address of its own."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("Every kind")), *((kind.value, _(label)) for kind, label in KIND_LABELS.items())],
        required=False,
    )
    from_date = _date_field(_("From"))
    to_date = _date_field(_("To"))
    access = forms.MultipleChoiceField(
        label=_("With"),
        choices=[(fact.value, _(label)) for fact, label in ACCESS_LABELS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    when = forms.ChoiceField(choices=[("", ""), ("past", "")], required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    def chosen(self) -> dict[str, Any]:
        """Return the values that are valid."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
