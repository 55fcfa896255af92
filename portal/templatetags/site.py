"""What every page of the site shows."""

from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.urls import reverse

from portal.branding import theme_version
from portal.found.sections import Section, sections
from portal.models import SiteSettings

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
    """Return the published pages under the home page that editors put into the menu."""
    return [MenuItem(page.title, page.address) for page in _under_home(context) if page.in_menu]


@register.simple_tag(takes_context=True)
def footer_pages(context: dict[str, Any]) -> list[MenuItem]:
    """Return the pages under the home page that belong there and are not in the menu: privacy and its like."""
    return [MenuItem(page.title, page.address) for page in _under_home(context) if page.in_footer and not page.in_menu]


def _under_home(context: dict[str, Any]) -> list[Section]:
    request: HttpRequest | None = context.get("request")
    return [page for page in sections(request) if page.depth == 1] if request else []
