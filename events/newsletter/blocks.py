"""What an issue is composed from. Each part may be about a topic: then only those who asked for it get it."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from events.newsletter.rules import MOST_EVENTS, TOPIC_LABELS
from portal.blocks import CallToActionBlock


def _topic() -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(
        choices=[(topic.value, label) for topic, label in TOPIC_LABELS.items()],
        required=False,
        help_text="Only those who asked for this topic get this part. Empty: everybody.",
    )


class HeadingPart(blocks.StructBlock):
    """A heading."""

    text = blocks.CharBlock(max_length=120, help_text="Starts a part of the issue.")
    topic = _topic()

    class Meta:
        icon = "title"
        template = "events/newsletter/parts/preview.html"
        description = "Starts a part of the issue."
        preview_value = {"text": "What is on in March"}


class ParagraphPart(blocks.StructBlock):
    """A few sentences."""

    text = blocks.RichTextBlock(features=["bold", "italic", "link", "ul", "ol"], help_text="Short sentences.")
    topic = _topic()

    class Meta:
        icon = "pilcrow"
        template = "events/newsletter/parts/preview.html"
        description = "A few sentences, with links."
        preview_value = {"text": "<p>Registration opens on Monday. It takes a minute.</p>"}


class PagePart(blocks.StructBlock):
    """A story, or any other page, with its picture and introduction."""

    page = blocks.PageChooserBlock(help_text="Published pages only. Its title, picture and introduction are shown.")
    link_text = blocks.CharBlock(
        max_length=60, required=False, help_text="What the link says, for example: Read her story. Empty: Read on."
    )
    topic = _topic()

    class Meta:
        icon = "doc-full"
        template = "events/newsletter/parts/preview.html"
        description = "A story or another page, with its picture and introduction."


class EventsPart(blocks.StructBlock):
    """Events: those chosen, or the next ones."""

    heading = blocks.CharBlock(max_length=120, required=False, help_text="For example: Coming up.")
    events = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="events.EventPage"),
        default=[],
        max_num=MOST_EVENTS,
        help_text="In this order. None chosen: the next ones, as many as you say below.",
    )
    number = blocks.IntegerBlock(
        min_value=1, max_value=MOST_EVENTS, default=3, label="How many", help_text="When no event is chosen."
    )
    topic = _topic()

    class Meta:
        icon = "date"
        template = "events/newsletter/parts/preview.html"
        description = "Events with their dates: those you choose, or the next ones on the day of sending."
        preview_value = {"heading": "Coming up", "events": [], "number": 3}


class ActionPart(CallToActionBlock):
    """The one clear next step."""

    topic = _topic()

    class Meta:
        icon = "link"
        template = "events/newsletter/parts/preview.html"
        description = "A button: the one next step."
        preview_value = {"text": "See this week’s events", "address": "https://example.org/"}


class IssueBlock(blocks.StreamBlock):
    """An issue, part by part."""

    heading = HeadingPart()
    paragraph = ParagraphPart()
    page = PagePart(label="Story or page")
    events = EventsPart()
    call_to_action = ActionPart()

    def clean(self, value: Any, **kwargs: Any) -> Any:
        """Ask for one button at most: two next steps are none."""
        value = super().clean(value, **kwargs)
        if sum(part.block_type == "call_to_action" for part in value) > 1:
            problem = ValidationError("An issue has one button. Make the other a link in a paragraph.")
            raise blocks.StreamBlockValidationError(non_block_errors=[problem])
        return value
