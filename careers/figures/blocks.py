"""Chosen figures on a page."""

from datetime import date
from typing import Any

from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from portal.queries import in_locale


class FigureChooserBlock(SnippetChooserBlock):
    """A figure in whatever language it is written: its translation is looked up when the page is shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("careers.Figure", **kwargs)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Say how a migration makes this block: it takes no arguments but the usual ones."""
        _, _, kwargs = blocks.Block.deconstruct(self)
        return "careers.figures.blocks.FigureChooserBlock", [], kwargs

    def get_translatable_segments(self, value: Any) -> list[Any]:
        """Leave the choice as it is in every language."""
        return []

    def restore_translated_segments(self, value: Any, segments: list[Any]) -> Any:
        """Return the choice unchanged."""
        return value


class FactsBlock(blocks.StructBlock):
    """Up to four facts beside each other, each with its source and date."""

    figures = blocks.ListBlock(
        FigureChooserBlock(),
        min_num=1,
        max_num=4,
        help_text="Figures are kept under Snippets, so that one change reaches every page.",
    )

    class Meta:
        icon = "order"
        label = "Facts and figures"
        template = "components/blocks/facts.html"
        description = "Figures from the list of facts, shown with where they come from and when they were true."

    def get_preview_value(self) -> blocks.StructValue:
        """Show nothing of the database in the block picker: it may hold no figure yet."""
        return self.normalize({"figures": []})

    def get_preview_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Lend the preview a figure."""
        example = {
            "figure": "1 in 3",
            "meaning": "local officers is a woman",
            "source": "Metropolitan Police",
            "as_of": date(2026, 3, 1),
        }
        return (parent_context or {}) | {"example_figures": [example]}

    def get_context(self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the figures in the page's language."""
        context = super().get_context(value, parent_context=parent_context)
        chosen = [figure for figure in value["figures"] if figure is not None]
        page = context.get("page")
        if page is not None and chosen:
            chosen = in_locale(chosen, page.locale_id)
        context["figures"] = chosen or context.get("example_figures", [])
        return context
