"""The form that a visitor asks a recruiter with, and the note that staff keep."""

import re
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from careers.contact.rules import LONGEST_MESSAGE, PreferredTime, Topic, Way
from portal.addresses import is_writable
from portal.form_fields import CleanCharField, OnceForm

TOPIC_LABELS = {
    Topic.APPLYING: _("How applying works"),
    Topic.ELIGIBILITY: _("Whether I could apply"),
    Topic.ROLES: _("Which role would suit me"),
    Topic.FITNESS: _("Fitness, eyesight or health"),
    Topic.FAMILY: _("Hours, family or faith"),
    Topic.OTHER: _("Something else"),
}
WAY_LABELS = {Way.EMAIL: _("By email"), Way.PHONE: _("By phone")}
TIME_LABELS = {
    PreferredTime.ANY: _("Any time"),
    PreferredTime.MORNING: _("In the morning, 9:00 to 12:00"),
    PreferredTime.AFTERNOON: _("In the afternoon, 12:00 to 17:00"),
    PreferredTime.EVENING: _("In the evening, 17:00 to 20:00"),
}
NOT_AN_ADDRESS = _("Enter an email address like name@example.org.")
NOT_A_NUMBER = _("Enter a phone number like 020 7946 0123 or +44 20 7946 0123.")
_NUMBER = re.compile(r"\+?[0-9 ()./-]{6,38}[0-9]")


class EnquiryForm(OnceForm):
    """One form, one call."""

    topic = forms.ChoiceField(
        label=_("What is it about?"),
        choices=list(TOPIC_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose one of the topics."),
        },
    )
    message = CleanCharField(
        label=_("Your question"),
        max_length=LONGEST_MESSAGE,
        keep_lines=True,
        help_text=_("Up to 1,000 characters. Leave out anything about your health or your past that we need not know."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write your question."),
            "max_length": _("Write 1,000 characters or fewer. Yours has %(show_value)d."),
        },
    )
    name = CleanCharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("As you would like us to say it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name."),
            "max_length": _("Enter a name of 200 characters or fewer. Yours has %(show_value)d."),
        },
    )
    way = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=list(WAY_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how we shall answer."),
            "invalid_choice": _("Choose email or phone."),
        },
    )
    email = CleanCharField(
        label=_("Your email address"),
        max_length=254,
        required=False,
        help_text=_("If you want an answer by email."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"max_length": _("Enter an email address of 254 characters or fewer.")},
    )
    phone = CleanCharField(
        label=_("Your phone number"),
        max_length=40,
        required=False,
        help_text=_("If you want us to call."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"max_length": NOT_A_NUMBER},
    )
    preferred_time = forms.ChoiceField(
        label=_("When is a good time?"),
        choices=list(TIME_LABELS.items()),
        initial=PreferredTime.ANY.value,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a time of day."),
            "invalid_choice": _("Choose one of the times of day."),
        },
    )

    def clean_email(self) -> str:
        """Say what an address looks like, in words."""
        email = self.cleaned_data["email"].strip()
        if not email:
            return ""
        try:
            EmailValidator()(email)
        except forms.ValidationError:
            raise forms.ValidationError(NOT_AN_ADDRESS) from None
        if not is_writable(email):
            raise forms.ValidationError(NOT_AN_ADDRESS)
        return email

    def clean_phone(self) -> str:
        """Take a number as people write it; somebody dials it by hand."""
        phone = self.cleaned_data["phone"].strip()
        if phone and not _NUMBER.fullmatch(phone):
            raise forms.ValidationError(NOT_A_NUMBER)
        return phone

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs, and keep nothing of the other."""
        cleaned = super().clean() or {}
        way = cleaned.get("way")
        if way == Way.EMAIL and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter your email address, or choose to be called."))
        if way == Way.PHONE and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Enter your phone number, or choose an answer by email."))
        for other in (Way.EMAIL, Way.PHONE):
            if way and other != way:
                cleaned[other] = ""
                self.errors.pop(other.value, None)
        return cleaned


class NoteForm(forms.Form):
    """What a recruiter keeps about an answer."""

    note = CleanCharField(
        label="Note",
        max_length=1000,
        required=False,
        keep_lines=True,
        help_text="What you answered, for whoever takes over. Deleted together with the question.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Write 1,000 characters or fewer. Yours has %(show_value)d."},
    )
