"""The public forms: a label for every field, errors in the reader's words."""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import EmailValidator

from events.schedule.models import SeatPool
from events.schedule.rules import POOL_LABELS, PoolKind
from portal.addresses import is_writable

# C0 and C1 controls, and the characters that turn the direction of text around what follows them.
# Format characters and spaces: a name of these alone is an empty one.
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


NOT_AN_ADDRESS = "Enter an email address like name@example.org."


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


def _name_field() -> CleanCharField:
    return CleanCharField(
        label="Your name",
        max_length=200,
        help_text="As you would like us to write it.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "Enter your name.",
            "max_length": "Enter a name of 200 characters or fewer. Yours has %(show_value)d.",
        },
    )


def _access_field() -> CleanCharField:
    return CleanCharField(
        label="Access needs",
        max_length=1000,
        required=False,
        keep_lines=True,
        help_text="What would help you take part, such as captions, BSL or step-free access. You can leave this empty.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Enter 1,000 characters or fewer. Yours has %(show_value)d."},
    )


class RegistrationForm(forms.Form):
    """One form, one call."""

    error_css_class = "has-error"
    pool = forms.ChoiceField(
        label="How will you take part?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how you will take part.",
            "invalid_choice": "Choose one of the ways to take part.",
        },
    )
    name = _name_field()
    email = CleanCharField(
        label="Your email address",
        max_length=254,
        help_text="We send your confirmation and calendar entry there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={
            "required": "Enter your email address.",
            "max_length": "Enter an email address of 254 characters or fewer.",
        },
    )
    access_needs = _access_field()
    consent = forms.BooleanField(
        label="I agree",
        error_messages={"required": "Tick the box to agree. We cannot register you without it."},
    )
    submission = forms.CharField(widget=forms.HiddenInput, required=False)
    # Filled by robots only: people never see it (components/honeypot.html).
    website = forms.CharField(
        label="Leave this field empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, pools: Sequence[SeatPool], consent_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pools = list(pools)
        self.fields["consent"].label = consent_text
        self.fields["submission"].initial = uuid.uuid4
        if len(self.pools) > 1:
            self.fields["pool"].choices = [(pool.kind, self._pool_label(pool)) for pool in self.pools]  # type: ignore[attr-defined]
        else:
            del self.fields["pool"]

    @staticmethod
    def _pool_label(pool: SeatPool) -> str:
        label = POOL_LABELS[PoolKind(pool.kind)]
        return f"{label} (full: waiting list)" if pool.places_left == 0 else label

    def clean_email(self) -> str:
        """Say what an address looks like, in words; the domain may be international, the part before the @ is ASCII."""
        email = self.cleaned_data["email"].strip()
        try:
            EmailValidator()(email)
        except forms.ValidationError:
            raise forms.ValidationError(NOT_AN_ADDRESS) from None
        if not is_writable(email):
            raise forms.ValidationError(NOT_AN_ADDRESS)
        return email

    def clean_submission(self) -> uuid.UUID:
        """A form without its number, or with one that is none, is a form of its own."""
        try:
            return uuid.UUID(self.cleaned_data.get("submission") or "")
        except ValueError:
            return uuid.uuid4()

    @property
    def is_robot(self) -> bool:
        """Whether the field that people cannot see was filled."""
        return bool(self.data.get("website"))

    def chosen_pool(self) -> SeatPool:
        """Return the pool that was chosen, or the only one."""
        kind = self.cleaned_data.get("pool")
        return next((pool for pool in self.pools if pool.kind == kind), self.pools[0])


class DetailsForm(forms.Form):
    """What people change on their manage page."""

    error_css_class = "has-error"
    name = _name_field()
    access_needs = _access_field()
