"""The same page in the site's other languages."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

register = template.Library()


class PageLanguage(NamedTuple):
    """A language in which the page that is shown exists."""

    code: str
    name: str
    address: str
    is_current: bool
    is_rtl: bool


@register.simple_tag(takes_context=True)
def page_languages(context: dict[str, Any]) -> list[PageLanguage]:
    """Return the languages of the page, in the site's order; one statement for a page of the CMS, none for a form.

    An address differs in its prefix only, for slugs are the same in every language.
    """
    request: HttpRequest | None = context.get("request")
    # A page that must look the same whatever its address says so: the links would carry that address.
    # And "//host/" would be taken for the address of another site.
    is_ours = request is not None and not request.path.startswith("//")
    if request is None or not is_ours or request.method not in {"GET", "HEAD"} or context.get("one_language"):
        return []
    codes = [code for code, _ in settings.LANGUAGES]
    page = context.get("page")
    if isinstance(page, Page):
        same = Page.objects.filter(translation_key=page.translation_key, live=True)
        exists = set(same.values_list("locale__language_code", flat=True))
        codes = [code for code in codes if code in exists]
    current = get_language()
    return [
        PageLanguage(
            code=code,
            name=get_language_info(code)["name_local"].capitalize(),
            address=translate_url(request.path, code),
            is_current=code == current,
            is_rtl=get_language_info(code)["bidi"],
        )
        for code in codes
    ]
