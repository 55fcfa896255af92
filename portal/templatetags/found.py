"""Head, structured data and breadcrumbs of a page."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.found.cards import HEIGHT, WIDTH
from portal.found.heads import canonical_path, card_address, graph_of
from portal.found.sections import Section, trail_to
from portal.found.structured import as_json
from portal.models import BasePage, SiteSettings

register = template.Library()

# Open Graph names a language with its country.
OG_LOCALES = {"en": "en_GB", "fr": "fr_FR", "ar": "ar_AR"}


def _page_of(context: dict[str, Any]) -> BasePage | None:
    """Return the page that visitors see: a preview, a form and an error are none."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, BasePage) or request is None or getattr(request, "is_preview", False):
        return None
    return page


@register.inclusion_tag("components/head.html", takes_context=True)
def page_head(context: dict[str, Any]) -> dict[str, Any]:
    """Return what a head says besides title and description; what is no page of the CMS is not for search engines."""
    page = _page_of(context)
    if page is None:
        # A form may be found all the same where its view says so: the way to register, say.
        return {"is_indexed": False, "is_hidden": not context.get("may_be_found", False)}
    request = context["request"]
    chosen = SiteSettings.for_request(request)
    language = get_language() or settings.LANGUAGE_CODE
    languages = context.get("languages") or ()
    has_alternates = len(languages) > 1 and not page.alias_of_id
    others = [item.code for item in languages if item.code != language]
    return {
        "is_indexed": True,
        "page": page,
        "canonical": settings.BASE_URL + canonical_path(page, request, context.get("list_page")),
        "organisation": chosen.organisation,
        "alternates": [(item.code, settings.BASE_URL + item.address) for item in languages] if has_alternates else [],
        "default_language": settings.LANGUAGE_CODE,
        "og_locale": OG_LOCALES.get(language, ""),
        "og_alternates": [OG_LOCALES[code] for code in others if code in OG_LOCALES],
        "card": card_address(page, chosen),
        "card_width": WIDTH,
        "card_height": HEIGHT,
        "card_alt": f"{page.card_line}: {page.title}" if page.card_line else page.title,
    }


@register.simple_tag(takes_context=True)
def structured_data(context: dict[str, Any]) -> SafeString | str:
    """Return the page as schema.org data: a data block, which no policy has to allow and no browser runs."""
    page = _page_of(context)
    if page is None:
        return ""
    data = as_json(graph_of(page, context["request"]))
    return mark_safe(f'<script type="application/ld+json">{data}</script>')  # noqa: S308 (as_json escapes)


@register.simple_tag(takes_context=True)
def page_trail(context: dict[str, Any]) -> list[Section]:
    """Return the pages above an inner page; nothing for a section of the home page, which the menu shows."""
    page = _page_of(context)
    above = trail_to(context["request"], page) if page is not None else []
    return above if len(above) > 1 else []
