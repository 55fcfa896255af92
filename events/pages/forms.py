"""The visitor's filter of the event list. A value that makes no sense is no filter."""

from typing import Any

from django import forms

from events.schedule.rules import KIND_LABELS


class EventFilterForm(forms.Form):
    """Kind and dates; sent with GET, so that a filtered list has an address of its own."""

    kind = forms.ChoiceField(choices=[("", "Every kind"), *KIND_LABELS.items()], required=False)
    from_date = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    to_date = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    when = forms.ChoiceField(choices=[("", "Coming"), ("past", "Past")], required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    def chosen(self) -> dict[str, Any]:
        """Return the values that are valid."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
