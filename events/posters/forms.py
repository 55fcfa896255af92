"""What staff fill in to make posters."""

from typing import Any

from django import forms
from django.conf import settings

from events.posters.rules import LONGEST_HEADLINE, LONGEST_LINE, LONGEST_PLACE, MOST_PLACES, places_of
from events.schedule.models import Event
from events.schedule.rules import EventStatus
from events.walks.models import Borough
from portal.form_fields import CleanCharField


class PosterForm(forms.Form):
    """For one event or one borough, and any number of places at once."""

    event = forms.ModelChoiceField(
        queryset=Event.objects.none(), required=False, empty_label="No event: for Walk & Talk", label="Event"
    )
    borough = forms.ModelChoiceField(
        queryset=Borough.objects.none(), required=False, empty_label="No borough: for an event", label="Borough"
    )
    places = CleanCharField(
        label="Where they hang",
        keep_lines=True,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"One place a line, for example: Brixton Library, noticeboard. Up to {MOST_PLACES}. Each gets a code "
        "of its own.",
        error_messages={"required": "Write at least one place."},
    )
    headline = CleanCharField(
        label="Headline",
        max_length=LONGEST_HEADLINE,
        required=False,
        help_text="Instead of the title. Short: it is read from across a road.",
    )
    line = CleanCharField(
        label="Text",
        max_length=LONGEST_LINE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Instead of the event’s or the borough’s introduction.",
    )
    language = forms.ChoiceField(label="Language", choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        event: Any = self.fields["event"]
        event.queryset = Event.objects.exclude(status=EventStatus.WITHDRAWN).order_by("-first_starts_at", "title")
        borough: Any = self.fields["borough"]
        borough.queryset = Borough.objects.order_by("name")

    def clean_places(self) -> list[str]:
        """Take a list apart."""
        places = places_of(self.cleaned_data["places"])
        if len(places) > MOST_PLACES:
            raise forms.ValidationError(
                f"Make up to {MOST_PLACES} posters at once. This list has {len(places)} places."
            )
        if long := [place for place in places if len(place) > LONGEST_PLACE]:
            raise forms.ValidationError(f"Shorten “{long[0][:40]}…” to {LONGEST_PLACE} characters.")
        return places

    def clean(self) -> dict[str, Any]:
        """Ask for one thing that the posters are for."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("event")) == bool(cleaned.get("borough")) and not {"event", "borough"} & set(self.errors):
            self.add_error("event", "Choose an event, or a borough for Walk & Talk: one of the two.")
        return cleaned
