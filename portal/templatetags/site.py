"""What every page of the site shows."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Site

from portal.branding import theme_version
from portal.models import ContentPage, SiteSettings
from portal.page_cache.shared import recall

register = template.Library()


class MenuItem(NamedTuple):
    """An entry of the main menu."""

    title: str
    address: str


@register.simple_tag
def theme_address(chosen: SiteSettings | None) -> str:
    """Return the address of the theme, with a digest of its content where the settings are at hand."""
    return f"{reverse('theme')}?v={theme_version(chosen)}" if chosen else reverse("theme")


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[MenuItem]:
    """Return the published pages under the home page that editors put into the menu; one statement.

    Addresses are computed from the pages' paths: Wagtail's own way asks for every site's root page first.
    """
    request: HttpRequest | None = context.get("request")
    return recall(request, ("menu", get_language()), lambda: _pages_of(request, in_menu=True)) if request else []


@register.simple_tag(takes_context=True)
def footer_pages(context: dict[str, Any]) -> list[MenuItem]:
    """Return the plain pages under the home page that are not in the menu: privacy, accessibility and their like."""
    request: HttpRequest | None = context.get("request")
    return recall(request, ("footer", get_language()), lambda: _pages_of(request, in_menu=False)) if request else []


def _pages_of(request: HttpRequest, *, in_menu: bool) -> list[MenuItem]:
    site = Site.find_for_request(request)
    if site is None:
        return []
    home = site.root_page if get_language() == settings.LANGUAGE_CODE else site.root_page.localized
    start = len(home.url_path)
    pages = home.get_children().live().filter(show_in_menus=in_menu)
    if not in_menu:
        pages = pages.type(ContentPage)
    found = pages.values_list("title", "url_path")
    return [MenuItem(title, reverse("wagtail_serve", args=[url_path[start:]])) for title, url_path in found]
