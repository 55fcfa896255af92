"""What the pages of one generation share, read once by each process: site, home pages, settings, menu, next change.

Every change of any of these drops the kept pages, which starts a new generation; so a page that is made anew after
another one reads only what is its own.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail import hooks
from wagtail.models import Site

from portal.models import HomePage, SiteSettings
from portal.page_cache.rules import CEILING

# A few for each host and language; ALLOWED_HOSTS may let in any name below a domain.
MOST_VALUES = 500


class Reading(NamedTuple):
    """The generation that a request found, and when."""

    generation: int
    at: datetime


class Memory:
    """The values of one generation, for a minute at most; then they are made anew."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._values: tuple[Reading | None, dict[Hashable, Any]] = (None, {})

    def recall(self, *, reading: Reading, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return a value, made once a generation; two threads that make it at once make the same."""
        since, values = self._values
        if since is None or since.generation != reading.generation or reading.at - since.at >= CEILING:
            values = {}
            self._values = (reading, values)
        if key not in values:
            if len(values) >= MOST_VALUES:
                return make()
            values[key] = make()
        return values[key]


memory = Memory()


class NextChanges:
    """The next moments at which public pages change by themselves, asked for once a generation.

    Apps tell them by the hook `next_public_change`, a function of `now` that returns a moment or None.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._known: tuple[int, list[datetime]] | None = None

    def __call__(self, *, generation: int, now: datetime) -> list[datetime]:
        known = self._known
        if known is None or known[0] != generation or any(moment <= now for moment in known[1]):
            moments = [ask(now=now) for ask in hooks.get_hooks("next_public_change")]
            known = self._known = (generation, [moment for moment in moments if moment is not None])
        return known[1]


next_changes = NextChanges()


def recall[Value](request: HttpRequest, key: Hashable, make: Callable[[], Value]) -> Value:
    """Return what the pages of the request's generation share; made anew for a request that goes past the cache."""
    reading = getattr(request, "page_reading", None)
    if reading is None:
        return make()
    return memory.recall(reading=reading, key=(request.get_host(), key), make=make)


def lend(request: HttpRequest, *, reading: Reading) -> None:
    """Give a request the site and its settings as Wagtail would look them up for it."""
    request.page_reading = reading  # type: ignore[attr-defined]
    site = recall(request, "site", lambda: find_site(request))
    if site is not None:
        request._wagtail_site = site  # type: ignore[attr-defined]
        chosen = recall(request, "settings", lambda: SiteSettings.for_site(site))
        setattr(request, SiteSettings.get_cache_attr_name(), chosen)


def lend_when_asked(request: HttpRequest) -> None:
    """Give a request that goes past the cache its site, should it ask: with a home page that knows its language."""
    request._wagtail_site = SimpleLazyObject(lambda: find_site(request))  # type: ignore[attr-defined]


def find_site(request: HttpRequest) -> Site | None:
    """Return the site that a request is for, with its home page, in two statements."""
    site = Site._find_for_request(request)
    if site is not None:
        home = HomePage.objects.select_related("image", "locale").filter(pk=site.root_page_id).first()
        if home is not None:
            home.in_languages = {}
            site.root_page = home
    return site
