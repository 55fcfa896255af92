"""Cards, the list of all pages for search engines, and the search."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from portal.found.cards import HEIGHT, PICTURE, draw
from portal.found.heads import card_address, card_of
from portal.found.search import search_pages
from portal.found.sitemap import sitemap_entries
from portal.found.words import LONGEST_QUERY
from portal.models import BasePage, SiteSettings
from portal.page_cache.middleware import for_everybody

FOLDER = "cards"
YEAR = timedelta(days=365)


@require_safe
def card(request: HttpRequest, page_id: int, digest: str) -> HttpResponse:
    """Show a page's card, drawn when it is first asked for; an address of the page as it was leads to its card now."""
    found = Page.objects.live().select_related("locale").filter(pk=page_id).first()
    page = found.specific if found is not None else None
    if not isinstance(page, BasePage) or page.get_view_restrictions().exists():
        raise Http404
    chosen = SiteSettings.for_request(request)
    with translation.override(page.locale.language_code):
        wanted = card_of(page, chosen)
        if digest != wanted.digest:
            return redirect(card_address(page, chosen))
    name = f"{FOLDER}/{page.pk}-{digest}.png"
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            card = file.read()
    else:
        card = draw(wanted, picture=_picture_of(page))
        _forget(page.pk)
        # Answered from memory: another request for a newer card may forget this file before it could be read.
        default_storage.save(name, ContentFile(card))
    caching = f"public, max-age={int(YEAR.total_seconds())}, immutable"
    return HttpResponse(card, content_type="image/png", headers={"Cache-Control": caching})


def _forget(page_id: int) -> None:
    """Delete the cards that nobody can ask for any more: of this page as it was, and of pages that are gone."""
    if not default_storage.exists(FOLDER):
        return
    live = {str(pk) for pk in Page.objects.live().values_list("pk", flat=True)}
    for name in default_storage.listdir(FOLDER)[1]:
        owner = name.partition("-")[0]
        if owner == str(page_id) or owner not in live:
            default_storage.delete(f"{FOLDER}/{name}")


def _picture_of(page: BasePage) -> bytes | None:
    """Return the page's picture as Wagtail cuts it around its focal point; None where there is no file."""
    if page.image is None:
        return None
    try:
        rendition = page.image.get_rendition(f"fill-{PICTURE}x{HEIGHT}|format-jpeg|jpegquality-88")
        with rendition.file.open() as file:
            return bytes(file.read())
    except (SourceImageIOError, OSError):
        return None


@for_everybody
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every published page with its languages."""
    entries: list[Any] = sitemap_entries(request)
    return render(request, "portal/sitemap.xml", {"entries": entries}, content_type="application/xml")


@for_everybody
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of staff pages and personal links, and show them the list of pages."""
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /registrations/", "Disallow: /unsubscribe/"]
    lines += ["Disallow: /demo/", "", f"Sitemap: {settings.BASE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@for_everybody
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what a question finds among the pages of the language that is spoken."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    number = request.GET.get("page")
    answer = search_pages(request, query=query, number=number, now=timezone.now())
    context: dict[str, Any] = {"query": query, "answer": answer, "has_search": True}
    if answer is not None:
        context["list_page"] = answer.list_page
    return render(request, "portal/search.html", context)
