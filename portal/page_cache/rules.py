"""What may be kept, for how long, and what an answer from the cache says. Plain Python, no clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

# Heals by itself whatever a crash between a commit and its drop has left behind.
CEILING = timedelta(seconds=60)
LONGEST_QUERY = 200
LONGEST_PATH = 1_000
MESSAGES_COOKIE = "messages"  # what Django calls it
METHODS = frozenset({"GET", "HEAD"})
ENCODINGS = ("br", "gzip")  # the better one first
# Said anew for each answer, so never kept from the first.
OWN_HEADERS = frozenset({"cache-control", "content-encoding", "content-length", "date", "etag", "vary"})


def may_look(*, method: str, path: str, query: str, never_under: tuple[str, ...]) -> bool:
    """Return whether an address is one that may be answered from the cache, or fill it."""
    return (
        method in METHODS
        and len(query) <= LONGEST_QUERY
        and len(path) <= LONGEST_PATH
        and not path.startswith(never_under)
    )


def is_somebody(*, cookies: Iterable[str], session_cookie: str, has_credentials: bool) -> bool:
    """Return whether a visitor is somebody in particular: has a session, a message waiting, or credentials.

    A CSRF cookie alone makes nobody: it is what a form left behind.
    """
    return has_credentials or bool({session_cookie, MESSAGES_COOKIE} & set(cookies))


def may_keep(
    *, method: str, status: int, is_streaming: bool, sets_cookie: bool, uses_csrf: bool, headers: Mapping[str, str]
) -> bool:
    """Return whether an answer is the same for everybody: denied unless every sign of one visitor is missing."""
    caching = _words(headers.get("Cache-Control", ""))
    return (
        method == "GET"
        and status == 200
        and not is_streaming
        and not sets_cookie
        and not uses_csrf
        and not caching & {"no-store", "private"}
        and _words(headers.get("Vary", "")) <= {"accept-encoding"}
        and "Content-Encoding" not in headers
    )


def valid_until(*, now: datetime, changes: Iterable[datetime]) -> datetime:
    """Return until when a page made now is true: the next moment at which one changes by itself, or the ceiling."""
    return min([now + CEILING, *(change for change in changes if change > now)])


def caching_header(*, now: datetime, until: datetime, has_cdn: bool) -> str:
    """Return the Cache-Control of a kept page: browsers ask each time, a CDN only when the page may have changed."""
    if not has_cdn:
        return "public, no-cache"
    seconds = max(0, int((until - now).total_seconds()))
    return f"public, max-age=0, must-revalidate, s-maxage={seconds}"


def encoding_for(accepted: str) -> str:
    """Return the best encoding that a browser takes, or an empty text; `br;q=0` refuses."""
    offered = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        offered[name.strip()] = weight.replace(" ", "")
    return next((name for name in ENCODINGS if name in offered and not _is_zero(offered[name])), "")


def _is_zero(weight: str) -> bool:
    return weight.startswith("q=") and weight[2:].strip("0.") == ""


def _words(header: str) -> set[str]:
    return {word.strip().lower() for word in header.split(",") if word.strip()}
