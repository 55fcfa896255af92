"""Reading pages that other pages name."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language
from wagtail.models import Page


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
