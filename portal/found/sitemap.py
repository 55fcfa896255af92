"""Every published page for search engines, with its addresses in the other languages."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page, Site

from portal.found.sections import address_of

# What one file may hold (sitemaps.org).
MOST_ENTRIES = 50_000


@dataclass(slots=True, kw_only=True)
class Entry:
    """A page: `alternates` are its languages with their addresses, itself among them."""

    address: str
    changed_at: datetime | None
    alternates: dict[str, str] = field(default_factory=dict)


def sitemap_entries(request: HttpRequest) -> list[Entry]:
    """Return the live public pages of the site; the number of statements does not depend on how many there are.

    An alias is left out: its source is the page to find.
    """
    site = Site.find_for_request(request)
    if site is None:
        return []
    homes = {home.locale.language_code: home for home in _homes(site)}
    entries: list[Entry] = []
    groups: dict[UUID, dict[str, str]] = defaultdict(dict)
    for code, _ in settings.LANGUAGES:
        home = homes.get(code)
        if home is None:
            continue
        pages = Page.objects.descendant_of(home, inclusive=True).live().public().filter(alias_of=None).order_by("path")
        with translation.override(code):
            for url_path, key, changed_at in pages.values_list("url_path", "translation_key", "last_published_at"):
                address = settings.BASE_URL + address_of(url_path, home)
                groups[key][code] = address
                entries.append(Entry(address=address, changed_at=changed_at, alternates=groups[key]))
    return entries[:MOST_ENTRIES]


def _homes(site: Site) -> list[Page]:
    key = site.root_page.translation_key
    return list(Page.objects.filter(translation_key=key).live().select_related("locale"))
