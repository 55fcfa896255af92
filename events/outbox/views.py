"""The way in for what mail providers report: anymail's own views, which verify and read it, behind a careful door."""

from collections.abc import Callable, Sequence
from copy import copy
from functools import wraps

import structlog
from anymail.urls import urlpatterns as anymail_urls
from django.core.exceptions import SuspiciousOperation
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from wagtail.utils.urlpatterns import decorate_urlpatterns

log = structlog.get_logger(__name__)

# A batch of a thousand reports is half of this. Django itself reads no more into memory (DATA_UPLOAD_MAX_MEMORY_SIZE),
# but for uploaded files, which some providers make of what comes in.
MOST_BYTES = 2_000_000


def webhook_urls(providers: Sequence[str]) -> list[URLPattern]:
    """Return anymail's addresses of these providers, and of no other: what is not used is not open."""
    names = tuple(provider.replace("-", "_") + "_" for provider in providers)
    chosen = [copy(pattern) for pattern in anymail_urls if str(pattern.name).startswith(names)]
    decorated: list[URLPattern] = decorate_urlpatterns(chosen, careful)
    return decorated


def careful(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 400 to what cannot be read and 413 to what is too long; only a database that is down is a 500.

    A provider repeats what it got a 5xx for, for days: a report that breaks our reading of it would break it each time.
    """

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            length = int(request.headers.get("content-length") or 0)
        except ValueError:
            length = 0
        if length > MOST_BYTES:
            return HttpResponse("Too long.", status=413, content_type="text/plain")
        try:
            return view(request, *args, **kwargs)
        except DatabaseError:
            raise
        except SuspiciousOperation:
            # A wrong secret or signature. Anymail's words name what was missing; the caller learns nothing.
            log.warning("webhook.refused", path=request.path)
            return HttpResponse("Not accepted.", status=403, content_type="text/plain")
        except Exception as error:
            log.warning("webhook.unreadable", path=request.path, error=type(error).__name__)
            return HttpResponse("Not readable.", status=400, content_type="text/plain")

    return wrapped
