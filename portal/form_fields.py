"""Fields that every public form shares."""

import re
import unicodedata
import uuid
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.addresses import is_writable, likely_address

NOT_AN_ADDRESS = _("Enter an email address like name@example.org.")

# Format characters and spaces: a text of these alone is an empty one.
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}
# C0 and C1 controls, and the characters that turn the direction of text around what follows them.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class CleanCharField(forms.CharField):
    """Text without control characters; white space at its ends and in rows is folded unless lines are wanted."""

    def __init__(self, *, keep_lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keep_lines = keep_lines

    def to_python(self, value: Any) -> str:
        """Strip what nobody typed on purpose, before lengths are checked."""
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        text = _CONTROLS.sub("", text if self.keep_lines else re.sub(r"\s+", " ", text))
        if all(unicodedata.category(character) in _INVISIBLE for character in text):
            text = ""
        return str(super().to_python(text))


def email_field(label: Any, help_text: Any) -> CleanCharField:
    """Return the field of an address; its form is an AddressForm."""
    return CleanCharField(
        label=label,
        max_length=254,
        help_text=help_text,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={
            "required": _("Enter your email address."),
            "max_length": _("Enter an email address of 254 characters or fewer."),
        },
    )


def name_field() -> CleanCharField:
    """Return the field of a name."""
    return CleanCharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("As you would like us to write it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name."),
            "max_length": _("Enter a name of 200 characters or fewer. Yours has %(show_value)d."),
        },
    )


class TrappedForm(forms.Form):
    """A form that anybody may send, with a field that only robots fill in."""

    error_css_class = "has-error"
    # People never see it (components/honeypot.html).
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @property
    def is_robot(self) -> bool:
        """Whether the field that people cannot see was filled."""
        return bool(self.data.get("website"))


class OnceForm(TrappedForm):
    """One with a number of its own: sent twice (a double click, a reload), it is one submission."""

    submission = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission"].initial = uuid.uuid4

    def clean_submission(self) -> uuid.UUID:
        """A form without its number, or with one that is none, is a form of its own."""
        try:
            return uuid.UUID(self.cleaned_data.get("submission") or "")
        except ValueError:
            return uuid.uuid4()


class AddressForm(forms.Form):
    """A form with an address: what could not be written to is refused, and a likely slip is pointed out once."""

    error_css_class = "has-error"
    # Holds the address about which we have asked: sent again as it is, it is what the person means.
    email_meant = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_email(self) -> str:
        """Say what an address looks like, in words; the domain may be international, the part before the @ is ASCII."""
        email = self.cleaned_data["email"].strip()
        try:
            EmailValidator()(email)
        except forms.ValidationError:
            raise forms.ValidationError(NOT_AN_ADDRESS) from None
        if not is_writable(email):
            raise forms.ValidationError(NOT_AN_ADDRESS)
        if likely_address(email) and self.data.get("email_meant") != email:
            raise forms.ValidationError(
                gettext("Did you mean {address}? If so, correct it. If {typed} is right, send the form again.").format(
                    address=likely_address(email), typed=email
                ),
                code="slip",
            )
        return email

    def ask_once(self) -> None:
        """Remember, in the form that goes back, which address has been asked about."""
        if self.has_error("email", code="slip"):
            self.data = {**self.data.dict(), "email_meant": self.data.get("email", "").strip()}  # type: ignore[attr-defined]
