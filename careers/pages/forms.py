"""The visitor's filter of the stories. A value that makes no sense is no filter."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from careers.pages.models.snippets import Label


class StoryFilterForm(forms.Form):
    """Team and theme; sent with GET, so that a filtered list has an address of its own."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, teams: "Iterable[Label]", themes: "Iterable[Label]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, every, labels in (("team", _("Every team"), teams), ("theme", _("Every theme"), themes)):
            field: Any = self.fields[name]
            field.choices = [("", every), *((label.slug, label.name) for label in labels)]

    def chosen(self) -> dict[str, Any]:
        """Return the values that are valid."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
