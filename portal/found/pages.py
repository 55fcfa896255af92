"""What a page says about itself where it is listed, shared or read by a machine; each kind of page overrides some."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.functional import Promise

from portal.found.structured import Thing
from portal.found.text import cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A page among the results of a search."""

    title: str
    kind: str
    text: str
    when: str = ""
    note: str = ""


class FoundPage:
    """Mixed into the shared base page. What it adds costs no statement beyond those of the page itself."""

    # How the kind of page is named on cards and in search results.
    kind_in_words: ClassVar[str | Promise] = ""
    # What Open Graph calls it.
    og_type: ClassVar[str] = "website"

    @property
    def summary(self: Any) -> str:
        """Return what search engines and shared links say of the page."""
        return cut(self.search_description or self.introduction)

    @property
    def shared_title(self: Any) -> str:
        """Return the title for search engines and shared links."""
        return self.seo_title or self.title

    @property
    def card_line(self) -> str:
        """Return what stands above the title on the page's card."""
        return str(self.kind_in_words)

    def structured_data(self, request: HttpRequest, *, url: str, image: str) -> list[Thing]:
        """Return what the page is about, for machines; organisation and way to the page are added by themselves.

        `url` and `image` are the full addresses of the page and its card.
        """
        return []

    @classmethod
    def search_rows(cls, pages: Sequence[Any], *, now: datetime) -> dict[int, Row]:
        """Return the rows of some pages of this kind, by their ids, with a fixed number of statements."""
        kind = str(cls.kind_in_words)
        return {page.pk: Row(title=page.title, kind=kind, text=page.summary) for page in pages}
