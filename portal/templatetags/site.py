"""What every page of the site shows."""

from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Site

register = template.Library()


class MenuItem(NamedTuple):
    """An entry of the main menu."""

    title: str
    address: str


@register.simple_tag(takes_context=True)
def main_menu(context: dict[str, Any]) -> list[MenuItem]:
    """Return the published pages under the home page that editors put into the menu; one statement.

    Addresses are computed from the pages' paths: Wagtail's own way asks for every site's root page first.
    """
    request: HttpRequest | None = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return []
    start = len(site.root_page.url_path)
    pages = site.root_page.get_children().live().in_menu().values_list("title", "url_path")
    return [MenuItem(title, reverse("wagtail_serve", args=[url_path[start:]])) for title, url_path in pages]
