"""The public forms: signing up, and changing what comes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from events.consent.forms import SourcedForm
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


class SubscribeForm(AddressForm, SourcedForm):
    """One form, one call."""

    email = email_field(
        _("Your email address"), _("We send one mail with a link. Nothing else comes before you use it.")
    )
    topics = _topics_field()
    consent = forms.BooleanField(
        label=_("I agree"),
        error_messages={"required": _("Tick the box to agree. We cannot write to you without it.")},
    )

    def __init__(self, *args: Any, consent_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = consent_text


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
