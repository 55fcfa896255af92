"""What every form of ours asks a link for."""

from django import forms

from events.consent.rules import clean_source
from portal.form_fields import OnceForm


class SourcedForm(OnceForm):
    """One that remembers which poster or link led to it."""

    source = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_source(self) -> str:
        """Keep only what a link of ours could say."""
        return clean_source(self.cleaned_data.get("source") or "")
