"""Reading what pages name, in their language: other pages, and snippets."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language
from wagtail.models import Page, TranslatableMixin


def published_in_language(chosen: Iterable[Page | None]) -> list[Page]:
    """Return the published pages among those chosen, each in the active language where it is translated.

    In the same order, as what they are, with their pictures' files; a page that is not translated is shown in the
    language in which it is. One statement, one for each kind of page, and one for the pictures.
    """
    keys = [page.translation_key for page in chosen if page is not None]
    if not keys:
        return []
    language = get_language()
    found: dict[UUID, Page] = {}
    for page in Page.objects.filter(translation_key__in=keys).live().select_related("locale").specific():
        if page.translation_key not in found or page.locale.language_code == language:
            found[page.translation_key] = page
    pages = [found[key] for key in dict.fromkeys(keys) if key in found]
    prefetch_related_objects([page for page in pages if getattr(page, "image_id", None)], "image__renditions")
    return pages


def in_locale[T: TranslatableMixin](snippets: Iterable[T], locale_id: int) -> list[T]:
    """Return snippets of one kind in a language, in order; at most one statement.

    Looked up at run time, so that a page can be translated before its snippets are: until then each stands in its own.
    """
    found = list(snippets)
    foreign = [snippet for snippet in found if snippet.locale_id != locale_id]
    if not foreign:
        return found
    kind: Any = type(foreign[0])
    keys = [snippet.translation_key for snippet in foreign]
    translated = {t.translation_key: t for t in kind.objects.filter(translation_key__in=keys, locale_id=locale_id)}
    return [translated.get(snippet.translation_key, snippet) for snippet in found]
