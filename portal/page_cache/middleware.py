"""The first middleware: on a hit nothing else of Django runs.

What it keeps is the whole answer with every header that the middleware below has put on it, security policies
included. Which views may be kept is said by the views: Wagtail's pages, and those marked `for_everybody`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from wagtail.models import Site

from portal.page_cache import rules
from portal.page_cache.generation import read_generation
from portal.page_cache.shared import Reading, lend, lend_when_asked, next_changes
from portal.page_cache.store import Entry, Key, pages

# Staff, people's own pages, checks and files: not even looked for. A session or a token decides what is shown there.
NEVER_UNDER = (
    settings.STATIC_URL,
    settings.MEDIA_URL,
    "/cms/",
    "/demo/",
    "/documents/",
    "/health/",
    "/p/",
    "/appointments/",
    "/registrations/",
    "/stories/",
    "/unsubscribe/",
)
FILES = (settings.STATIC_URL, settings.MEDIA_URL)


def for_everybody[View: Callable[..., HttpResponseBase]](view: View) -> View:
    """Mark a view whose answers are the same for every visitor: they may be kept."""
    view.is_for_everybody = True  # type: ignore[attr-defined]
    return view


class PageCacheMiddleware:
    """Answer from memory what is the same for everybody and still true."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.generation: int | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        generation = read_generation() if key else None
        if key is None or generation is None:
            return _closed(request, self.get_response(request))
        if generation != self.generation:
            # What Wagtail keeps for itself in this process: another one may have moved a site or added a language.
            Site.clear_site_root_paths_cache()
            self.generation = generation
        now = timezone.now()
        entry = pages.get(key, generation=generation, now=now)
        if entry is None:
            if _is_our_host(request):
                lend(request, reading=Reading(generation, now))
            response = self.get_response(request)
            if not _is_for_everybody(request, response):
                return _closed(request, response)
            entry = Entry(
                body=response.content,
                headers=tuple((k, v) for k, v in response.headers.items() if k.lower() not in rules.OWN_HEADERS),
                generation=generation,
                valid_until=rules.valid_until(now=now, changes=next_changes(generation=generation, now=now)),
                caching=response.headers.get("Cache-Control", ""),
            )
            pages.put(key, entry, most_bytes=settings.PAGE_CACHE_BYTES)
        return _answer(request, entry, now)

    def process_view(self, request: HttpRequest, *of_the_view: Any) -> None:
        """Give a page that goes past the cache its site with a home page that knows its language."""
        if _is_page(request) and not hasattr(request, "page_reading"):
            lend_when_asked(request)


def _is_page(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "wagtail_serve"


def _key(request: HttpRequest) -> Key | None:
    """Return what a page is kept under, or None for a request that goes past the cache."""
    meta = request.META
    query = meta.get("QUERY_STRING", "")
    host = meta.get("HTTP_HOST", "")
    if not host or not settings.PAGE_CACHE_BYTES:
        return None
    if not rules.may_look(method=request.method or "", path=request.path, query=query, never_under=NEVER_UNDER):
        return None
    if "HTTP_AUTHORIZATION" in meta or "HTTP_COOKIE" in meta:
        credentials = "HTTP_AUTHORIZATION" in meta
        if rules.is_somebody(
            cookies=request.COOKIES, session_cookie=settings.SESSION_COOKIE_NAME, has_credentials=credentials
        ):
            return None
    return (request.scheme or "", host, request.path, query)


def _is_our_host(request: HttpRequest) -> bool:
    """Whether the host is one of ours: another one is refused further on, and nothing is remembered for it."""
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether an answer may be kept: its view says so, and nothing in it speaks against it."""
    match = request.resolver_match
    if match is None or not (_is_page(request) or getattr(match.func, "is_for_everybody", False)):
        return False
    return rules.may_keep(
        method=request.method or "",
        status=response.status_code,
        is_streaming=response.streaming,
        sets_cookie=bool(response.cookies),
        uses_csrf="CSRF_COOKIE_NEEDS_UPDATE" in request.META,
        headers=response.headers,
    )


def _closed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Keep an answer that was made for one visitor out of every cache on the way, unless its view says otherwise."""
    if "Cache-Control" not in response.headers and not request.path.startswith(FILES):
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _answer(request: HttpRequest, entry: Entry, now: datetime) -> HttpResponse:
    meta = request.META
    caching = entry.caching or rules.caching_header(
        now=now, until=entry.valid_until, has_cdn=bool(settings.WAGTAILFRONTENDCACHE)
    )
    own = {"ETag": entry.etag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    asked = meta.get("HTTP_IF_NONE_MATCH")
    if asked is not None and (asked.strip() == "*" or entry.etag[2:] in asked):  # weak comparison: quotes and all
        return _with_headers(HttpResponseNotModified(), entry, own)
    encoding = rules.encoding_for(meta.get("HTTP_ACCEPT_ENCODING", "")) if entry.is_worth_compressing else ""
    body = entry.body_in(encoding)
    if encoding:
        own["Content-Encoding"] = encoding
    own["Content-Length"] = str(len(body))
    return _with_headers(HttpResponse(b"" if request.method == "HEAD" else body), entry, own)


def _with_headers(response: HttpResponse, entry: Entry, own: dict[str, Any]) -> HttpResponse:
    for name, value in (*entry.headers, *own.items()):
        response.headers[name] = value
    if response.status_code == 304:
        del response.headers["Content-Type"]
    return response
