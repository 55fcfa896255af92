"""The upper pages of the site in the language that is spoken: menu, footer and the way to a page, in one statement."""

from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Page, Site

from portal.page_cache.shared import recall


class Section(NamedTuple):
    """A page right under the home page, or one that has pages below it; the first is the home page itself."""

    title: str
    address: str
    path: str
    depth: int
    in_menu: bool
    in_footer: bool


def sections(request: HttpRequest) -> list[Section]:
    """Return the published sections in the order of the tree, read once a generation, or once for a request.

    Addresses are computed from the pages' paths: Wagtail's own way asks for every site's root page first.
    """
    language = get_language()
    read: dict[str | None, list[Section]] = request.__dict__.setdefault("sections_read", {})
    if language not in read:
        read[language] = recall(request, ("sections", language), lambda: _read(request))
    return read[language]


def home_of(request: HttpRequest) -> Page | None:
    """Return the home page in the language that is spoken."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    return site.root_page if get_language() == settings.LANGUAGE_CODE else site.root_page.localized


def address_of(url_path: str, home: Page) -> str:
    """Return the address of a page below a home page, in the language that is spoken."""
    return reverse("wagtail_serve", args=[url_path[len(home.url_path) :]])


def _read(request: HttpRequest) -> list[Section]:
    home = home_of(request)
    if home is None:
        return []
    upper = Q(depth=home.depth) | Q(depth=home.depth + 1) | Q(numchild__gt=0)
    found = Page.objects.live().descendant_of(home, inclusive=True).filter(upper).order_by("path")
    rows = found.values_list(
        "title", "url_path", "path", "depth", "show_in_menus", "content_type__app_label", "content_type__model"
    )
    return [
        Section(title, address_of(url_path, home), path, depth - home.depth, in_menu, _in_footer(app, model))
        for title, url_path, path, depth, in_menu, app, model in rows
    ]


def _in_footer(app: str, model: str) -> bool:
    return bool(getattr(apps.get_model(app, model), "in_footer", False))


def trail_to(request: HttpRequest, page: Page) -> list[Section]:
    """Return the published pages above a page, the home page first."""
    return [above for above in sections(request) if page.path != above.path and page.path.startswith(above.path)]
