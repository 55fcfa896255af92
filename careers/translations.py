"""Snippets in the language of a page: looked up at run time, so that a page can be translated before they are."""

from collections.abc import Iterable
from typing import Any

from wagtail.models import TranslatableMixin


def in_locale[T: TranslatableMixin](snippets: Iterable[T], locale_id: int) -> list[T]:
    """Return the snippets in a language, each in its own where it has not been translated; at most one statement."""
    found = list(snippets)
    foreign = [snippet for snippet in found if snippet.locale_id != locale_id]
    if not foreign:
        return found
    kind: Any = type(foreign[0])
    keys = [snippet.translation_key for snippet in foreign]
    translated = {t.translation_key: t for t in kind.objects.filter(translation_key__in=keys, locale_id=locale_id)}
    return [translated.get(snippet.translation_key, snippet) for snippet in found]
