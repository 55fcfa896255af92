"""The staff's forms of a programme."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import URLValidator
from django.db.models import Q

from events.consent.rules import clean_source
from events.console.rules import FOLLOW_INTERESTS
from events.programmes.models import Charity, PairSession
from events.programmes.rules import LONGEST_REASON, TIMES_WORDS, Times
from portal.form_fields import CleanCharField
from portal.wall_clock import AmbiguousLocalTime, NonexistentLocalTime, to_instant


class DecisionForm(forms.Form):
    """Why somebody is accepted or declined. Only colleagues read it."""

    reason = CleanCharField(
        label="Reason",
        max_length=LONGEST_REASON,
        help_text="For colleagues. It is in no mail. It is deleted with her data.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "Write the reason: colleagues will ask.",
            "max_length": "Write 500 characters or fewer.",
        },
    )


class SessionForm(forms.Form):
    """When and where a pair meets, on the clocks of the event's zone."""

    date = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the day.", "invalid": "Enter a day like 2027-03-12."},
    )
    starts = forms.TimeField(
        label="Starts",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter when it starts.", "invalid": "Enter a time like 17:30."},
    )
    ends = forms.TimeField(
        label="Ends",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter when it ends.", "invalid": "Enter a time like 18:30."},
    )
    place = CleanCharField(
        label="Place",
        max_length=300,
        required=False,
        help_text="Name and address. Leave it empty for a video call.",
        error_messages={"max_length": "Enter 300 characters or fewer."},
    )
    link = forms.URLField(
        label="Address of the video call",
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"])],
        help_text="The two open it from their pages. It is in no mail and no calendar.",
        error_messages={"invalid": "Enter a web address that begins with https://."},
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """Refuse a time that the clock skips or shows twice, and a session that is nowhere."""
        cleaned = super().clean() or {}
        if cleaned.get("date"):
            for name in ("starts", "ends"):
                if cleaned.get(name) is not None:
                    self._check(name, datetime.combine(cleaned["date"], cleaned[name]))
        if not self.errors and not cleaned.get("place") and not cleaned.get("link"):
            self.add_error("place", "Enter a place, or the address of a video call.")
        return cleaned

    def _check(self, name: str, local: datetime) -> None:
        try:
            to_instant(local, self.zone)
        except OverflowError:
            self.add_error(name, TIMES_WORDS[Times.TOO_FAR])
        except NonexistentLocalTime:
            self.add_error(name, "The clocks go forward over this time. Choose one after the change.")
        except AmbiguousLocalTime:
            self.add_error(name, "The clocks go back over this time. Choose one before or after the change.")

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        cleaned = self.cleaned_data
        return {
            "starts_local": datetime.combine(cleaned["date"], cleaned["starts"]),
            "ends_local": datetime.combine(cleaned["date"], cleaned["ends"]),
            "time_zone": self.zone,
            "place": cleaned["place"],
            "link": "" if cleaned["place"] else cleaned["link"],
        }

    @staticmethod
    def initial_of(session: PairSession) -> dict[str, Any]:
        """Return what a session says now."""
        starts, ends = (datetime.fromisoformat(text) for text in (session.starts_local, session.ends_local))
        return {
            "date": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "place": session.place,
            "link": session.link,
        }


class CharityForm(forms.ModelForm):
    """A charity's link and who of its staff sees its people."""

    class Meta:
        model = Charity
        fields: ClassVar[list[str]] = ["partner", "code", "staff"]
        widgets: ClassVar[dict[str, Any]] = {"staff": forms.CheckboxSelectMultiple}
        help_texts: ClassVar[dict[str, str]] = {
            "code": "Small letters and hyphens. Its link: …/register/?from=code",
            "staff": "Log-ins in the group “Partner charity”. They see this charity’s people and nothing else.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app, _, codename = FOLLOW_INTERESTS.partition(".")
        may = {"permissions__content_type__app_label": app, "permissions__codename": codename}
        bound = Q(**{f"groups__{name}": value for name, value in may.items()}) | Q(
            **{f"user_{name}": value for name, value in may.items()}
        )
        people = get_user_model().objects.filter(bound, is_active=True)
        self.fields["staff"].queryset = people.distinct().order_by("username")  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Keep a code as links say it, and refuse one that a link could not."""
        code = clean_source(str(self.cleaned_data["code"]))
        if not code:
            raise forms.ValidationError("Begin the code with a letter or a digit.")
        return code
