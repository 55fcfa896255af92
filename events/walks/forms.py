"""The steps of the request, and the buttons on her page. Each step is a plain form with a label for every field."""

import re
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from events.walks.models import Borough
from events.walks.queries import open_boroughs
from events.walks.rules import (
    LONGEST_AREA,
    LONGEST_NAME,
    LONGEST_NEEDS,
    LONGEST_SAFE_TIME,
    LONGEST_WORRIES,
    DayPart,
    SafeTime,
    Way,
)
from portal.addresses import is_writable
from portal.form_fields import CleanCharField, TrappedForm

REGION = "GB"
# Zero or a plus, then nine to twelve figures: "07700 900123", "+44 (0)7700-900 123".
_LIKE_A_NUMBER = re.compile(r"(?<!\w)(?:\+|0)(?:[\s().-]{0,2}\d){9,12}(?!\w)")
DAY_PART_LABELS = {
    DayPart.WEEKDAY_MORNING: _("Monday to Friday, in the morning"),
    DayPart.WEEKDAY_AFTERNOON: _("Monday to Friday, in the afternoon"),
    DayPart.WEEKDAY_EVENING: _("Monday to Friday, in the evening"),
    DayPart.WEEKEND_MORNING: _("At the weekend, in the morning"),
    DayPart.WEEKEND_AFTERNOON: _("At the weekend, in the afternoon"),
    DayPart.WEEKEND_EVENING: _("At the weekend, in the evening"),
}
WAY_LABELS = {
    Way.EMAIL: _("By email"),
    Way.PHONE: _("By a phone call"),
    Way.TEXT: _("By a text message that says only “please see your page”"),
}
SAFE_TIME_LABELS = {
    SafeTime.ANY: _("At any time"),
    SafeTime.WORKING_HOURS: _("Monday to Friday, 9:00 to 17:00"),
    SafeTime.EVENING: _("Monday to Friday, 17:00 to 20:00"),
    SafeTime.WEEKEND: _("At the weekend, 9:00 to 17:00"),
    SafeTime.OWN_WORDS: _("At another time, which I write below"),
}
NOT_AN_ADDRESS = _("Enter an email address like name@example.org.")
NOT_A_NUMBER = _("Enter a phone number that you can be reached at, like 07700 900123 or +44 7700 900123.")
NUMBER_IN_TEXT = _(
    "Take the phone number out (%(number)s): we must not keep other people’s numbers. Yours you can give later."
)


def refuse_numbers(text: str) -> str:
    """Refuse a text that holds a phone number: it is often somebody else's, and she cannot agree for them.

    What begins like a number that can be called and is as long as one; times, dates and house numbers are not.
    """
    found = _LIKE_A_NUMBER.search(text) or next(iter(phonenumbers.PhoneNumberMatcher(text, REGION)), None)
    if found is not None:
        number = found.group() if isinstance(found, re.Match) else found.raw_string
        raise ValidationError(NUMBER_IN_TEXT, params={"number": number.strip()})
    return text


def long_text(*, label: Any, hint: Any, most: int, required: Any = None, rows: int = 4) -> CleanCharField:
    """Return a field for her own words."""
    return CleanCharField(
        label=label,
        max_length=most,
        keep_lines=True,
        required=required is not None,
        help_text=hint,
        validators=[refuse_numbers],
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={
            "required": required or "",
            "max_length": _("Write %(limit_value)d characters or fewer. Yours has %(show_value)d."),
        },
    )


class StepForm(forms.Form):
    """One step. What `answers` returns is kept between the steps, and is what its next showing starts with."""

    error_css_class = "has-error"

    @property
    def answers(self) -> dict[str, Any]:
        """Return the cleaned answers as JSON can hold them."""
        return dict(self.cleaned_data)


class BoroughStep(StepForm):
    """Where: one of the boroughs that take requests."""

    borough = forms.ChoiceField(
        label=_("Which borough do you want to walk in?"),
        error_messages={
            "required": _("Choose a borough from the list."),
            "invalid_choice": _("Choose a borough from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["borough"]
        field.choices = [("", _("Choose a borough")), *open_boroughs().values_list("slug", "name")]

    @staticmethod
    def borough_of(answers: dict[str, Any]) -> Borough | None:
        """Return the borough of earlier answers, if it still takes requests."""
        return open_boroughs().filter(slug=answers.get("borough", "")).first()


class RouteStep(StepForm):
    """The area or route, in her own words."""

    area = long_text(
        label=_("Which area or route?"),
        hint=_(
            "In your own words, for example: from the station past the park to the high street. We do not need your "
            "address. Up to 500 characters."
        ),
        most=LONGEST_AREA,
        required=_("Write which area or route you would like to walk."),
    )


class DaysStep(StepForm):
    """Days and times that suit."""

    day_parts = forms.MultipleChoiceField(
        label=_("When could you walk?"),
        choices=list(DAY_PART_LABELS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose all that suit. An officer then offers you two or three times."),
        error_messages={
            "required": _("Choose at least one time that suits you."),
            "invalid_choice": _("Choose from the times in the list."),
        },
    )


class WorriesStep(StepForm):
    """What worries her, and what would make the walk work for her. All of it optional."""

    worries = long_text(
        label=_("What worries you there?"),
        hint=_("Only the officer who walks with you reads it. Leave out other people’s names. Up to 1,000 characters."),
        most=LONGEST_WORRIES,
        rows=6,
    )
    wants_woman = forms.BooleanField(label=_("I would like to walk with a woman officer"), required=False)
    brings_somebody = forms.BooleanField(label=_("A friend or a child comes with me"), required=False)
    needs = long_text(
        label=_("Anything that would make the walk easier for you?"),
        hint=_("For example a slow pace, step-free ways, or another language. Up to 500 characters."),
        most=LONGEST_NEEDS,
        rows=3,
    )


class ContactStep(StepForm):
    """A safe way and a safe time to reach her."""

    name = CleanCharField(
        label=_("What shall we call you?"),
        max_length=LONGEST_NAME,
        help_text=_("Any name. It need not be the one in your passport."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter a name, any name."),
            "max_length": _("Enter a name of 100 characters or fewer. Yours has %(show_value)d."),
        },
    )
    way = forms.ChoiceField(
        label=_("How is it safe to reach you?"),
        choices=list(WAY_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we reach you."), "invalid_choice": _("Choose one of the ways.")},
    )
    email = CleanCharField(
        label=_("Email address"),
        max_length=254,
        required=False,
        help_text=_("If you chose email. One that only you read."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"max_length": NOT_AN_ADDRESS},
    )
    phone = CleanCharField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        help_text=_("If you chose a call or a text message."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        error_messages={"max_length": NOT_A_NUMBER},
    )
    safe_time = forms.ChoiceField(
        label=_("When is it safe?"),
        choices=list(SAFE_TIME_LABELS.items()),
        widget=forms.RadioSelect,
        help_text=_(
            "We call and text in these hours, and our mails leave in them. Two exceptions: a mail that would come too "
            "late for your walk leaves at once, and with a time in your own words mails leave at any time."
        ),
        error_messages={"required": _("Choose when it is safe."), "invalid_choice": _("Choose one of the times.")},
    )
    safe_time_words = CleanCharField(
        label=_("Another safe time"),
        max_length=LONGEST_SAFE_TIME,
        required=False,
        validators=[refuse_numbers],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Write 200 characters or fewer. Yours has %(show_value)d.")},
    )
    is_discreet = forms.BooleanField(
        label=_("Keep it discreet"),
        required=False,
        initial=True,
        help_text=_(
            "Mails and calendar entries say “Appointment” and name neither the police nor a place. "
            "We leave no voicemail."
        ),
    )

    def clean_email(self) -> str:
        """Say what an address looks like, in words."""
        email: str = self.cleaned_data["email"].strip()
        if not email:
            return ""
        try:
            EmailValidator()(email)
        except ValidationError:
            raise ValidationError(NOT_AN_ADDRESS) from None
        if not is_writable(email):
            raise ValidationError(NOT_AN_ADDRESS)
        return email

    def clean_phone(self) -> str:
        """Take a number as people write it; keep it as it is dialled from anywhere (E.164)."""
        phone: str = self.cleaned_data["phone"].strip()
        if not phone:
            return ""
        try:
            number = phonenumbers.parse(phone, REGION)
        except phonenumbers.NumberParseException:
            raise ValidationError(NOT_A_NUMBER) from None
        if not phonenumbers.is_possible_number(number):
            raise ValidationError(NOT_A_NUMBER)
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs, and keep nothing of the other."""
        cleaned = super().clean() or {}
        way = cleaned.get("way")
        needed, other = ("email", "phone") if way == Way.EMAIL else ("phone", "email")
        if way and not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, _("Enter your email address.") if way == Way.EMAIL else NOT_A_NUMBER)
        if way:
            cleaned[other] = ""
            self.errors.pop(other, None)
        if cleaned.get("safe_time") == SafeTime.OWN_WORDS and not cleaned.get("safe_time_words"):
            self.add_error("safe_time_words", _("Write when it is safe to reach you."))
        if cleaned.get("safe_time") != SafeTime.OWN_WORDS:
            cleaned["safe_time_words"] = ""
            self.errors.pop("safe_time_words", None)
        return cleaned


class CheckStep(TrappedForm, StepForm):
    """Read it again and send it."""

    is_adult = forms.BooleanField(
        label=_("I am 18 or over"),
        error_messages={"required": _("Walk & Talk is for women of 18 or over. Tick the box if you are.")},
    )


# In their order: the name of a step is the last part of its address.
STEPS: dict[str, type[StepForm]] = {
    "borough": BoroughStep,
    "route": RouteStep,
    "days": DaysStep,
    "worries": WorriesStep,
    "contact": ContactStep,
    "check": CheckStep,
}
