"""What staff fill in at the desk: the outcome of a walk, and the times that they give. In English."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from events.walks.forms import refuse_numbers
from events.walks.models import WalkRequest
from events.walks.rules import (
    LONGEST_NOTE,
    MOST_WEEKS,
    OUTCOME_LABELS,
    RECORDED_OUTCOMES,
    THEME_LABELS,
    Outcome,
    Theme,
    WalkState,
    may_record,
)
from portal.form_fields import CleanCharField
from portal.wall_clock import AmbiguousLocalTime, NonexistentLocalTime, to_instant, to_local, zone_label

FARTHEST = timedelta(days=366)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK_CHANGES = "The clocks change that night: there is no such time, or it comes twice. Choose another."


def refuse_a_number(text: str) -> None:
    """Refuse a note with a phone number, in words for an officer."""
    try:
        refuse_numbers(text)
    except ValidationError:
        raise ValidationError("Take the phone number out: a note keeps nobody’s number.") from None


class RecordForm(forms.Form):
    """What came of a walk. Offers only what can be recorded at this moment."""

    outcome = forms.ChoiceField(
        label="What came of it",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what came of it.", "invalid_choice": "Choose one of the list."},
    )
    themes = forms.MultipleChoiceField(
        label="What it was about",
        choices=[(theme.value, label) for theme, label in THEME_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="For a walk that took place. Counted by borough and quarter; the public sees a number from ten on.",
    )
    note = CleanCharField(
        label="Your note",
        help_text=f"Sealed like her words and deleted with them. Name nobody. Up to {LONGEST_NOTE:,} characters.",
        max_length=LONGEST_NOTE,
        keep_lines=True,
        required=False,
        validators=[refuse_a_number],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "Write %(limit_value)d characters or fewer. Yours has %(show_value)d."},
    )

    def __init__(self, *args: Any, walk: WalkRequest, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slot = getattr(walk, "slot", None)
        field: Any = self.fields["outcome"]
        field.choices = [
            (outcome.value, OUTCOME_LABELS[outcome])
            for outcome in RECORDED_OUTCOMES
            if may_record(outcome, state=WalkState(walk.state), starts_at=slot.starts_at if slot else None, now=now)
        ]

    def clean(self) -> dict[str, Any]:
        """A walk that took place was about something."""
        said = super().clean() or self.cleaned_data
        if said.get("outcome") == Outcome.WALKED and not said.get("themes"):
            self.add_error("themes", "Choose what it was about. “Something else” is one of them.")
        return said

    @property
    def recorded(self) -> dict[str, Any]:
        """Return what the service asks for."""
        said = self.cleaned_data
        return {
            "outcome": Outcome(said["outcome"]),
            "themes": [Theme(theme) for theme in said["themes"]],
            "note": said["note"],
        }


def _day(label: str, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


def _clock(label: str) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class TimesForm(forms.Form):
    """A clock time of a day, in the site's zone."""

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = to_local(now, settings.TIME_ZONE).date()
        self.fields["starts"].help_text = zone_label(settings.TIME_ZONE)

    def check_day(self, day: date) -> date:
        """Refuse a day that is over, or that nobody plans for."""
        if not self.today <= day <= self.today + FARTHEST:
            raise ValidationError("Choose a day from today on, within a year.")
        return day

    def clean(self) -> dict[str, Any]:
        """A time ends after it starts, on the same day."""
        said = super().clean() or self.cleaned_data
        if "starts" in said and "ends" in said and said["ends"] <= said["starts"]:
            self.add_error("ends", "Choose an end after the start, on the same day.")
        return said


class OneTimeForm(TimesForm):
    """One time."""

    day = _day("Day")
    starts = _clock("From")
    ends = _clock("To")

    def clean_day(self) -> date:
        """Check the day."""
        return self.check_day(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        """Turn the clock times into moments."""
        said = super().clean()
        if {"day", "starts", "ends"} <= said.keys():
            try:
                said["span"] = tuple(
                    to_instant(datetime.combine(said["day"], said[end]), settings.TIME_ZONE)
                    for end in ("starts", "ends")
                )
            except (NonexistentLocalTime, AmbiguousLocalTime):
                self.add_error("starts", CLOCK_CHANGES)
        return said


class SeriesForm(TimesForm):
    """The same time on some days of the week."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Days",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day of the week."},
    )
    starts = _clock("From")
    ends = _clock("To")
    first_date = _day("From this day on")
    weeks = forms.IntegerField(
        label="For how many weeks", min_value=1, max_value=MOST_WEEKS, initial=4, help_text=f"1 to {MOST_WEEKS}."
    )

    def clean_first_date(self) -> date:
        """Check the day."""
        return self.check_day(self.cleaned_data["first_date"])

    @property
    def series(self) -> dict[str, Any]:
        """Return what the service asks for."""
        return {name: self.cleaned_data[name] for name in ("weekdays", "starts", "ends", "first_date", "weeks")}
