"""The CDN in front, where there is one: what it holds is purged by the worker after each drop.

Everything is purged, not only the page that changed: menus, lists and related pages show parts of it, and a drop is
rare. Addresses with a query cannot be listed; they live in the CDN for a minute at most (`rules.CEILING`).
"""

from collections.abc import Iterable

from django.conf import settings
from django.tasks import task
from wagtail.contrib.frontend_cache.utils import PurgeBatch
from wagtail.models import Page


def purge(*, addresses: Iterable[str]) -> None:
    """Have the worker purge every public page, and paths that were one."""
    if settings.WAGTAILFRONTENDCACHE:
        purge_public_pages.enqueue(sorted(addresses))


@task()
def purge_public_pages(addresses: list[str]) -> None:
    """Purge every public page, and paths that were one."""
    PurgeBatch(urls=[settings.BASE_URL + path for path in {*addresses, *public_paths()}]).purge()


def public_paths() -> list[str]:
    """Return the path of every live page that has an address; parts of the same site under one host."""
    batch = PurgeBatch()  # keeps the sites' root paths from page to page
    paths = []
    for page in Page.objects.live().defer_streamfields():
        parts = page.get_url_parts(batch)
        if parts is not None:
            paths += [parts[2] + cached.lstrip("/") for cached in page.specific_deferred.get_cached_paths()]
    return paths
