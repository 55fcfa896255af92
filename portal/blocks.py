"""StreamField blocks that every kind of page shares."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from portal.queries import published_in_language

PLAIN_FEATURES = ["h3", "bold", "italic", "link", "ol", "ul", "document-link"]


class QuoteBlock(blocks.StructBlock):
    """A sentence in somebody's own voice."""

    quote = blocks.TextBlock(max_length=400, rows=3, help_text="One or two sentences in the person's own words.")
    attribution = blocks.CharBlock(
        max_length=120, help_text="Role rather than name, for example: a Mounted Branch constable."
    )

    class Meta:
        icon = "openquote"
        template = "components/blocks/quote.html"
        description = "One or two sentences in somebody's own voice, large."
        preview_value = {
            "quote": "I came for the job and stayed for the team.",
            "attribution": "A neighbourhood constable",
        }


class FigureBlock(blocks.StructBlock):
    """One figure, with where it comes from."""

    figure = blocks.CharBlock(max_length=20, help_text="For example: 16,000 or 1 in 3.")
    meaning = blocks.CharBlock(max_length=120, help_text="What is counted, for example: women work for us.")
    source = blocks.CharBlock(max_length=160, required=False, help_text="Where the figure comes from, with its year.")

    class Meta:
        icon = "order"


class FigureStripBlock(blocks.StructBlock):
    """Up to four figures beside each other."""

    figures = blocks.ListBlock(FigureBlock(), min_num=1, max_num=4)

    class Meta:
        icon = "table"
        template = "components/blocks/figure_strip.html"
        description = "Up to four figures beside each other, each with its source."
        preview_value = {
            "figures": [
                {"figure": "1 in 3", "meaning": "local officers is a woman", "source": "Metropolitan Police"},
                {"figure": "32", "meaning": "boroughs, each with its own team", "source": "Metropolitan Police"},
            ]
        }


class CallToActionBlock(blocks.StructBlock):
    """The one clear next step."""

    text = blocks.CharBlock(max_length=60, help_text="What happens next, for example: See this week's events.")
    page = blocks.PageChooserBlock(required=False, help_text="Where the step leads on this site.")
    address = blocks.URLBlock(required=False, help_text="Only when the step leads to another website.")

    class Meta:
        icon = "link"
        template = "components/blocks/call_to_action.html"
        description = "A button. One to a page: the next step."
        preview_value = {"text": "See this week’s events", "address": "https://example.org/"}

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Lead on in the visitor's language."""
        context = super().get_context(value, parent_context=parent_context)
        page = value.get("page")
        context["target"] = page.localized if page else None
        return context

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Ask for exactly one target: a button that leads nowhere, or to two places, is a defect."""
        value = super().clean(value)
        if bool(value["page"]) == bool(value["address"]):
            problem = ValidationError("Choose a page or enter a web address, one of the two.")
            raise blocks.StructBlockValidationError(block_errors={"page": problem})
        return value


class PageListBlock(blocks.StructBlock):
    """Cards of chosen pages: events, stories or anything else."""

    heading = blocks.CharBlock(max_length=120, help_text="What these pages have in common.")
    pages = blocks.ListBlock(
        blocks.PageChooserBlock(), min_num=1, max_num=12, help_text="Only published ones are shown, in this order."
    )

    class Meta:
        icon = "list-ul"
        template = "components/blocks/page_list.html"
        description = "Cards that lead to chosen pages, with their introductions."
        preview_value = {"heading": "Read on", "pages": []}

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the published pages with their introductions, in the editor's order."""
        context = super().get_context(value, parent_context=parent_context)
        context["pages"] = published_in_language(value["pages"])
        return context


class PictureBlock(ImageBlock):
    """A picture with its description."""

    class Meta:
        icon = "image"
        template = "components/blocks/image.html"
        preview_template = "components/blocks/image_preview.html"
        description = "A picture with its description, as wide as the text."


class BodyBlock(blocks.StreamBlock):
    """What an editor builds a page from."""

    heading = blocks.CharBlock(
        max_length=120,
        icon="title",
        template="components/blocks/heading.html",
        help_text="Starts a part of the page.",
        preview_value="What the first year is like",
    )
    paragraph = blocks.RichTextBlock(
        features=PLAIN_FEATURES,
        icon="pilcrow",
        template="components/blocks/paragraph.html",
        help_text="Short sentences. One thought to a paragraph.",
        preview_value="<p>You start with a tutor beside you. After ten weeks you lead, and she watches.</p>",
    )
    image = PictureBlock()
    quote = QuoteBlock()
    figures = FigureStripBlock()
    pages = PageListBlock()
    call_to_action = CallToActionBlock()
