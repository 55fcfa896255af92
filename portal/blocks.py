"""StreamField blocks that every kind of page shares."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page

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


class FigureBlock(blocks.StructBlock):
    """One figure, with where it comes from."""

    figure = blocks.CharBlock(max_length=20, help_text="For example: 16,000 or 1 in 3.")
    meaning = blocks.CharBlock(max_length=120)
    source = blocks.CharBlock(max_length=160, required=False, help_text="Where the figure comes from, with its year.")

    class Meta:
        icon = "order"


class FigureStripBlock(blocks.StructBlock):
    """Up to four figures beside each other."""

    figures = blocks.ListBlock(FigureBlock(), min_num=1, max_num=4)

    class Meta:
        icon = "table"
        template = "components/blocks/figure_strip.html"


class CallToActionBlock(blocks.StructBlock):
    """The one clear next step."""

    text = blocks.CharBlock(max_length=60, help_text="What happens next, for example: See this week's events.")
    page = blocks.PageChooserBlock(required=False)
    address = blocks.URLBlock(required=False, help_text="Only when the step leads to another website.")

    class Meta:
        icon = "link"
        template = "components/blocks/call_to_action.html"

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Ask for exactly one target: a button that leads nowhere, or to two places, is a defect."""
        value = super().clean(value)
        if bool(value["page"]) == bool(value["address"]):
            problem = ValidationError("Choose a page or enter a web address, one of the two.")
            raise blocks.StructBlockValidationError(block_errors={"page": problem})
        return value


class PageListBlock(blocks.StructBlock):
    """Cards of chosen pages: events, stories or anything else."""

    heading = blocks.CharBlock(max_length=120)
    pages = blocks.ListBlock(blocks.PageChooserBlock(), min_num=1, max_num=12)

    class Meta:
        icon = "list-ul"
        template = "components/blocks/page_list.html"

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the published pages with their introductions, in the editor's order."""
        context = super().get_context(value, parent_context=parent_context)
        ids = [page.pk for page in value["pages"] if page is not None]
        found = {page.pk: page for page in Page.objects.filter(pk__in=ids).live().specific()}
        context["pages"] = [found[pk] for pk in ids if pk in found]
        return context


class BodyBlock(blocks.StreamBlock):
    """What an editor builds a page from."""

    heading = blocks.CharBlock(max_length=120, icon="title", template="components/blocks/heading.html")
    paragraph = blocks.RichTextBlock(features=PLAIN_FEATURES, template="components/blocks/paragraph.html")
    image = ImageBlock(template="components/blocks/image.html")
    quote = QuoteBlock()
    figures = FigureStripBlock()
    pages = PageListBlock()
    call_to_action = CallToActionBlock()
