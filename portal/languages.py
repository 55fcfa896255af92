"""Which language a page speaks: its address says so, and nothing else does.

A cookie or the browser's wishes would make one address speak two languages, and no cache could keep its pages.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def language_of_path(path: str) -> str:
    """Return the language that an address is in: the prefix of one of the site's, or else its first language."""
    prefix = path.lstrip("/").partition("/")[0]
    return prefix if prefix in dict(settings.LANGUAGES[1:]) else settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Speak the language of the address while a page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of_path(request.path_info)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
