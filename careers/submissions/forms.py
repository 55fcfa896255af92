"""The form that a reader tells her story with, and the small ones of her own page and of staff."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from careers.submissions.rules import (
    LONGEST_CONSENT_YEARS,
    LONGEST_STORY,
    LONGEST_WISHES,
    WHAT_WORDS,
    WHERE_WORDS,
    Part,
    What,
    Where,
    last_day,
)
from portal.addresses import is_writable
from portal.form_fields import CleanCharField, OnceForm
from portal.pictures.reading import CleanPicture, PictureRefusedError, clean_picture
from portal.pictures.rules import Fault

PART_LABELS = {
    Part.NEIGHBOURHOOD: _("Neighbourhood policing"),
    Part.RESPONSE: _("Emergency response"),
    Part.INVESTIGATION: _("Investigation"),
    Part.SPECIALIST: _("Horses, dogs, firearms, roads or another specialist team"),
    Part.STAFF: _("Police staff: call handling, analysis, forensics and more"),
    Part.VOLUNTEERING: _("Volunteering or cadets"),
    Part.JOINING: _("Joining, or thinking about it"),
    Part.OTHER: _("Something else"),
}
NOT_AN_ADDRESS = _("Enter an email address like name@example.org.")
FAULTS = {
    Fault.TOO_LARGE: _("The picture must be smaller than 10 MB. Send a smaller one."),
    Fault.TOO_MANY_PIXELS: _("The picture must have 50 megapixels or fewer. Send a smaller one."),
    Fault.NOT_A_PICTURE: _("That file is no picture that we can read. Send a JPEG, PNG, WebP or HEIC."),
    Fault.BROKEN: _("That picture is damaged or cut short. Send it again, or another one."),
}
QUESTIONS = {
    What.QUOTE: (_("May we use your words?"), _("Your story, as you approve it before anything is published.")),
    What.NAME: (
        _("May we give your name?"),
        _("Tick nothing and nobody learns who told it: we say “a reader” instead."),
    ),
    What.FACE: (_("May we show your picture?"), _("The one you send with this form, or one that we take with you.")),
    What.VOICE: (_("May your voice be heard?"), _("Only if we ask to record you, and you say yes again then.")),
}
WHERE_LABELS = {
    Where.SITE: _("On this website"),
    Where.SOCIAL: _("In our social media"),
    Where.PRINT: _("In print, for example on a poster"),
}
BY_DATE = "date"
UNTIL_LABELS = {"1": _("For one year"), "2": _("For two years"), "3": _("For three years"), BY_DATE: _("Until a date")}


def consent_name(what: What) -> str:
    """Return the name of the field that asks about one thing."""
    return f"consent_{what.value}"


class StoryForm(OnceForm):
    """One form, one call. Nothing is ticked beforehand."""

    story = CleanCharField(
        label=_("Your story"),
        max_length=LONGEST_STORY,
        keep_lines=True,
        help_text=_("In your own words, up to 5,000 characters. Leave out names of other people."),
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={
            "required": _("Write your story."),
            "max_length": _("Write 5,000 characters or fewer. Yours has %(show_value)d."),
        },
    )
    part = forms.ChoiceField(
        label=_("Which part of the job is it about?"),
        choices=list(PART_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the part of the job that it is about."),
            "invalid_choice": _("Choose one of the parts of the job."),
        },
    )
    name = CleanCharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("So that we can address you. It is published only where you ticked it above."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Enter your name."),
            "max_length": _("Enter a name of 200 characters or fewer. Yours has %(show_value)d."),
        },
    )
    email = CleanCharField(
        label=_("Your email address"),
        max_length=254,
        help_text=_("We send you the preview, and the link by which you end what you agree to. It is never published."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={
            "required": _("Enter your email address."),
            "max_length": _("Enter an email address of 254 characters or fewer."),
        },
    )
    picture = forms.FileField(
        label=_("A picture"),
        required=False,
        help_text=_(
            "A JPEG, PNG, WebP or HEIC of up to 10 MB. We keep the picture only: where and when it was taken goes."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"}),
        error_messages={
            "empty": _("That file is empty. Send another one, or none."),
            "invalid": _("Send the picture as a file."),
        },
    )
    picture_alt = CleanCharField(
        label=_("What the picture shows"),
        max_length=200,
        required=False,
        help_text=_("One sentence for people who cannot see it."),
        error_messages={"max_length": _("Write 200 characters or fewer. Yours has %(show_value)d.")},
    )
    until = forms.ChoiceField(
        label=_("Until when may we?"),
        choices=list(UNTIL_LABELS.items()),
        widget=forms.RadioSelect,
        help_text=_("You can end any of it earlier, on your own page, without a reason."),
        error_messages={
            "required": _("Choose until when we may."),
            "invalid_choice": _("Choose one, two or three years, or a date."),
        },
    )
    until_date = forms.DateField(
        label=_("The last day"),
        required=False,
        help_text=_("If you chose a date. At most three years from now."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a date like 2027-12-31.")},
    )
    is_old_enough = forms.BooleanField(
        label=_("I am 16 or older"),
        error_messages={
            "required": _("Tick that you are 16 or older. If you are younger, ask a parent to write to us for you.")
        },
    )

    def __init__(self, *args: Any, today: date, too_large: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.too_large = today, too_large
        for what, (question, hint) in QUESTIONS.items():
            self.fields[consent_name(what)] = forms.MultipleChoiceField(
                label=question,
                help_text=hint,
                required=False,
                choices=list(WHERE_LABELS.items()),
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Choose among the places offered.")},
            )
        order = ["story", "part", "picture", "picture_alt", *(consent_name(what) for what in What)]
        self.order_fields([*order, "until", "until_date", "name", "email", "is_old_enough"])

    @property
    def consent_fields(self) -> list[forms.BoundField]:
        """Return the consents, one by one."""
        return [self[consent_name(what)] for what in What]

    def clean_email(self) -> str:
        """Say what an address looks like, in words."""
        email = str(self.cleaned_data["email"]).strip()
        try:
            EmailValidator()(email)
        except forms.ValidationError:
            raise forms.ValidationError(NOT_AN_ADDRESS) from None
        if not is_writable(email):
            raise forms.ValidationError(NOT_AN_ADDRESS)
        return email

    def clean_picture(self) -> CleanPicture | None:
        """Read the picture and write it anew."""
        if "picture" in self.too_large:
            raise forms.ValidationError(FAULTS[Fault.TOO_LARGE])
        file = self.cleaned_data["picture"]
        if file is None:
            return None
        try:
            return clean_picture(file.file)
        except PictureRefusedError as refused:
            raise forms.ValidationError(FAULTS[refused.fault]) from None

    def clean(self) -> dict[str, Any]:
        """Ask for what belongs together."""
        cleaned = super().clean() or {}
        if not cleaned.get("consent_quote") and "consent_quote" not in self.errors:
            self.add_error("consent_quote", _("Choose at least one place for your words, or do not send the story."))
        if cleaned.get("picture"):
            if not cleaned.get("picture_alt") and "picture_alt" not in self.errors:
                self.add_error("picture_alt", _("Say in one sentence what the picture shows."))
            if not cleaned.get("consent_face") and "consent_face" not in self.errors:
                self.add_error("consent_face", _("Choose where we may show the picture, or leave it out."))
        else:
            cleaned["picture_alt"] = ""
        cleaned["last_day"] = self._last_day(cleaned)
        return cleaned

    def _last_day(self, cleaned: dict[str, Any]) -> date | None:
        until = cleaned.get("until")
        if until != BY_DATE:
            self.errors.pop("until_date", None)
            return last_day(today=self.today, years=int(until)) if until else None
        chosen: date | None = cleaned.get("until_date")
        latest = last_day(today=self.today, years=LONGEST_CONSENT_YEARS)
        if chosen is None and "until_date" not in self.errors:
            self.add_error("until_date", _("Enter the last day, or choose a number of years."))
        elif chosen is not None and not self.today + timedelta(days=1) <= chosen <= latest:
            self.add_error("until_date", _("Choose a day from tomorrow up to three years from now."))
        return chosen

    def consents(self) -> list[tuple[What, Where, str]]:
        """Return what was agreed to, each with its words as they were shown."""
        return [
            (what, Where(where), consent_words(what, Where(where)))
            for what in What
            for where in self.cleaned_data[consent_name(what)]
        ]


def consent_words(what: What, where: Where) -> str:
    """Return a consent in the active language."""
    return f"{gettext(WHAT_WORDS[what])} {gettext(WHERE_WORDS[where])}"


class WishesForm(forms.Form):
    """What the teller wants changed in a preview."""

    wishes = CleanCharField(
        label=_("What should we change?"),
        max_length=LONGEST_WISHES,
        keep_lines=True,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Say what we should change."),
            "max_length": _("Write 2,000 characters or fewer. Yours has %(show_value)d."),
        },
    )


class NoteForm(forms.Form):
    """What staff keep about a story."""

    note = CleanCharField(
        label="Note",
        max_length=1000,
        required=False,
        keep_lines=True,
        help_text="For whoever takes over. Deleted together with the story.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Write 1,000 characters or fewer. Yours has %(show_value)d."},
    )
