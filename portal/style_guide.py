"""The living style guide: every component as the site shows it now, and how we write."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.blocks import BodyBlock
from portal.models import SiteSettings, contrast

PAPER, INK = "#FBF8F3", "#17102B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A text on its ground, with what WCAG 2.2 asks of it."""

    name: str
    where: str
    text: str
    ground: str

    @property
    def ratio(self) -> float:
        """Return the contrast ratio."""
        return contrast(self.text, self.ground)

    @property
    def is_enough(self) -> bool:
        """Whether small text can be read (1.4.3)."""
        return self.ratio >= 4.5


class SampleForm(forms.Form):
    """One field of each kind, one of them with an error."""

    error_css_class = "has-error"
    name = forms.CharField(label="Your name", help_text="As you would like us to write it.")
    email = forms.CharField(
        label="Your email address", error_messages={"required": "Enter an email address like name@example.org."}
    )
    way = forms.ChoiceField(
        label="How will you take part?",
        choices=[("room", "In the room"), ("online", "Online")],
        widget=forms.RadioSelect,
    )
    needs = forms.CharField(label="Access needs", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label="Use my name and email address to run this event.")


def pairs(chosen: SiteSettings) -> list[Pair]:
    """Return the colours that text stands on, light and dark."""
    light, dark = chosen.action_colour, chosen.action_colour_dark
    return [
        Pair(name="Ink on paper", where="Text, light", text=INK, ground=PAPER),
        Pair(name="Quiet ink on paper", where="Hints, light", text="#5B5470", ground=PAPER),
        Pair(name="Action on paper", where="Links, light", text=light, ground=PAPER),
        Pair(name="White on action", where="Buttons, light", text="#FFFFFF", ground=light),
        Pair(name="Ink on gold", where="Focus and highlight", text=INK, ground="#F2B84B"),
        Pair(name="Good on paper", where="Status, light", text="#0E6B4F", ground=PAPER),
        Pair(name="Error on paper", where="Errors, light", text="#B3261E", ground=PAPER),
        Pair(name="Ink on paper, dark", where="Text, dark", text="#F4EFFA", ground=INK),
        Pair(name="Quiet ink on paper, dark", where="Hints, dark", text="#B9B2CC", ground=INK),
        Pair(name="Action on paper, dark", where="Links and buttons, dark", text=dark, ground=INK),
        Pair(name="Good on paper, dark", where="Status, dark", text="#7BD8B4", ground=INK),
        Pair(name="Error on paper, dark", where="Errors, dark", text="#FFB4AB", ground=INK),
    ]


def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component with the site's own colours."""
    block = BodyBlock()
    samples = [
        (child.label, getattr(child.meta, "description", ""), child.bind(child.get_preview_value()))
        for child in block.child_blocks.values()
        if getattr(child.meta, "preview_value", None)
    ]
    wrong = SampleForm({"name": "Amara", "way": "room"})
    wrong.is_valid()
    context: dict[str, Any] = {
        "pairs": pairs(SiteSettings.for_request(request)),
        "form": wrong,
        "blocks": samples,
        "list_page": Paginator(range(60), 20).page(2),
        "moment": timezone.now(),
        "steps": [
            "You send the form.",
            "We email you within a few minutes.",
            "Your own link lets you change or cancel.",
        ],
    }
    return render(request, "portal/style/guide.html", context)
