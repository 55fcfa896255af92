"""What officers fill in: the words of a broadcast and whom it goes to, and when it leaves. For staff, in English."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from events.broadcasts.audience_rules import (
    MOST_SOURCES,
    POOL_PHRASES,
    STATE_PHRASES,
    Audience,
    UnknownAudience,
    audience_of,
)
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import sources_of
from events.broadcasts.rules import IN_SUBJECT, PLACEHOLDERS, PURPOSE_LABELS, Purpose, broadcast_problems
from events.schedule.access import ACCESS_LABELS
from events.schedule.models import Event
from portal.wall_clock import AmbiguousLocalTime, NonexistentLocalTime, to_instant, to_local, zone_label
from portal.wording import Placeholder

YES, NO = "yes", "no"
_FACTS = {YES: True, NO: False}


def _capitalised(phrases: Any) -> list[tuple[str, str]]:
    return [(value.value, phrase[:1].upper() + phrase[1:]) for value, phrase in phrases.items()]


def _boxes(label: str, choices: list[tuple[str, str]], help_text: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


def _yes_or_no(label: str, yes: str, no: str) -> forms.ChoiceField:
    choices = [("", "No matter"), (YES, yes), (NO, no)]
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def _usable(placeholders: tuple[Placeholder, ...]) -> str:
    return ", ".join(placeholder.written for placeholder in placeholders)


class BroadcastForm(forms.Form):
    """The words, and the audience in checkboxes. `version`: what was on the screen when it was opened."""

    purpose = forms.ChoiceField(
        label="Why you write",
        choices=[(purpose.value, label) for purpose, label in PURPOSE_LABELS.items()],
        initial=Purpose.EVENT.value,
        widget=forms.RadioSelect,
    )
    subject = forms.CharField(
        label="Subject", required=False, help_text=f"One line. You can use: {_usable(IN_SUBJECT)}."
    )
    text = forms.CharField(
        label="Text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=(
            "Each mail begins with “Hello” and the name by itself. An empty line starts a paragraph. "
            f"You can use: {_usable(PLACEHOLDERS)}."
        ),
    )
    states = _boxes("People", _capitalised(STATE_PHRASES))
    pools = _boxes(
        "How they take part", _capitalised(POOL_PHRASES), "None ticked: in the room and online, without the speakers."
    )
    relies_on = _boxes("What they rely on", [(fact.value, label) for fact, label in ACCESS_LABELS.items()])
    has_needs = _yes_or_no("Access needs", "They told us about some", "They told us about none")
    attended = _yes_or_no("Attendance", "They took part", "They did not take part")
    bounced = _yes_or_no("Their address", "Mail to it bounces (few can be reached)", "Mail to it does not bounce")
    languages = _boxes("The language they read", [])
    sources = _boxes("Where they came from", [])
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(source, source) for source in sources_of(event.pk, most=MOST_SOURCES)]
        self._offer("sources", sources + [(kept, kept) for kept in self._kept_sources(sources)])
        self._offer("languages", list(settings.LANGUAGES))
        self.audience = Audience()

    def _kept_sources(self, offered: list[tuple[str, str]]) -> list[str]:
        """What a draft names stays a choice, even when nobody has come from there any more."""
        return [kept for kept in self.initial.get("sources", ()) if (kept, kept) not in offered]

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            field: Any = self.fields[name]
            field.choices = choices
        else:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Check the words and the audience by the rules, each beside its field."""
        said = super().clean() or self.cleaned_data
        facts = {name: _FACTS.get(said.get(name, "")) for name in ("has_needs", "attended", "bounced")}
        chosen = {name: said.get(name, []) for name in ("states", "pools", "relies_on", "languages", "sources")}
        self.audience = audience_of(chosen | facts)
        problems = broadcast_problems(
            subject=said.get("subject", ""),
            text=said.get("text", ""),
            audience=self.audience,
            purpose=Purpose(said.get("purpose") or Purpose.EVENT),
        )
        for problem in problems:
            if problem.field in self.fields and problem.field not in self.errors.get(problem.field, ()):
                self.add_error(problem.field, problem.message)
        return said

    @property
    def words(self) -> dict[str, Any]:
        """Return what the services ask for."""
        said = self.cleaned_data
        return {
            "purpose": Purpose(said["purpose"]),
            "subject": said["subject"],
            "text": said["text"],
            "audience": self.audience,
        }

    @staticmethod
    def initial_of(broadcast: Broadcast) -> dict[str, Any]:
        """Return a broadcast as the form shows it."""
        try:
            audience = audience_of(broadcast.audience)
        except UnknownAudience:  # written by another version: chosen again
            audience = Audience(states=())
        facts = {name: value for name, value in audience.as_data().items() if isinstance(value, bool)}
        return (
            {name: value for name, value in audience.as_data().items() if isinstance(value, list)}
            | {name: YES if value else NO for name, value in facts.items()}
            | {name: getattr(broadcast, name) for name in ("purpose", "subject", "text", "version")}
        )


class ScheduleForm(forms.Form):
    """When it leaves, by the clock in the site's zone."""

    date = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time"].help_text = zone_label(settings.TIME_ZONE)

    def clean(self) -> dict[str, Any]:
        """Turn the clock time into an instant; refuse one that the clock never shows, or shows twice."""
        said = super().clean() or self.cleaned_data
        if "date" in said and "time" in said:
            try:
                said["send_at"] = to_instant(datetime.combine(said["date"], said["time"]), settings.TIME_ZONE)
            except NonexistentLocalTime:
                raise ValidationError("The clocks skip this time that night. Choose another.") from None
            except AmbiguousLocalTime:
                raise ValidationError("The clocks show this time twice that night. Choose another.") from None
            except OverflowError:
                raise ValidationError("Choose a date in this century.") from None
        return said

    @staticmethod
    def initial_at(moment: datetime) -> dict[str, Any]:
        """Return a moment as the form shows it."""
        local = to_local(moment, settings.TIME_ZONE)
        return {"date": local.date(), "time": local.time()}
