"""The public forms: signing up, and changing what comes."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from events.consent.rules import clean_source
from events.newsletter.rules import Topic
from portal.form_fields import AddressForm, email_field

TOPICS = {
    Topic.EVENTS: _("Events and webinars"),
    Topic.STORIES: _("Stories of people who do the job"),
    Topic.ROLES: _("Roles, and how to apply"),
}
CHOOSE_ONE = _("Choose at least one topic.")


def _topics_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("What would you like to read about?"),
        choices=[(topic.value, label) for topic, label in TOPICS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": _("Choose from the list.")},
    )


class SubscribeForm(AddressForm):
    """One form, one call."""

    email = email_field(
        _("Your email address"), _("We send one mail with a link. Nothing else comes before you use it.")
    )
    topics = _topics_field()
    consent = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Tick the box to agree. We cannot write to you without it.")},
    )
    submission = forms.CharField(widget=forms.HiddenInput, required=False)
    source = forms.CharField(widget=forms.HiddenInput, required=False)
    # Filled by robots only: people never see it (components/honeypot.html).
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, consent_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = consent_text
        self.fields["submission"].initial = uuid.uuid4

    def clean_submission(self) -> uuid.UUID:
        """A form without its number, or with one that is none, is a form of its own."""
        try:
            return uuid.UUID(self.cleaned_data.get("submission") or "")
        except ValueError:
            return uuid.uuid4()

    def clean_source(self) -> str:
        """Keep only what a link of ours could say."""
        return clean_source(self.cleaned_data.get("source") or "")

    @property
    def is_robot(self) -> bool:
        """Whether the field that people cannot see was filled."""
        return bool(self.data.get("website"))


class PreferencesForm(forms.Form):
    """What a reader changes."""

    error_css_class = "has-error"
    topics = _topics_field()
    language = forms.ChoiceField(
        label=_("Which language do you read?"),
        choices=list(settings.LANGUAGES),
        widget=forms.RadioSelect,
        help_text=_("An issue that is not translated comes in English."),
        error_messages={"required": _("Choose a language."), "invalid_choice": _("Choose from the list.")},
    )
