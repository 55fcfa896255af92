"""What the head of a page says to search engines and shared links, and the graph that stands in it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext

from portal.found import structured
from portal.found.cards import Card, picture_key
from portal.found.sections import trail_to
from portal.found.structured import Thing
from portal.models import BasePage, SiteSettings


def canonical_path(page: BasePage, request: HttpRequest, list_page: Any) -> str:
    """Return the one path of what is shown: a filtered list is its whole list, an alias its source."""
    if page.alias_of_id:
        return page.alias_of.get_url(request) or "/"
    if list_page is not None and list_page.number > 1 and set(request.GET) == {"page"}:
        return f"{request.path}?page={list_page.number}"
    return request.path


def card_of(page: BasePage, chosen: SiteSettings) -> Card:
    """Return the card of a page, in the language that is spoken."""
    return Card(
        title=page.title,
        line=page.card_line,
        organisation=chosen.organisation,
        colour=chosen.action_colour,
        is_rtl=get_language_bidi(),
        picture=picture_key(page.image),
    )


def card_address(page: BasePage, chosen: SiteSettings) -> str:
    """Return the full address of a page's card."""
    return settings.BASE_URL + reverse("card", args=[page.pk, card_of(page, chosen).digest])


def graph_of(page: BasePage, request: HttpRequest) -> list[Thing]:
    """Return all that a page says to machines: who speaks, the way to the page, and what it is about."""
    chosen = SiteSettings.for_request(request)
    speaker = structured.organisation(
        base_url=settings.BASE_URL,
        name=chosen.organisation,
        logo=absolute(chosen.logo.file.url) if chosen.logo else "",
        email=chosen.contact_email,
        telephone=chosen.contact_phone,
        same_as=[chosen.facebook, chosen.x, chosen.instagram],
    )
    above = trail_to(request, page)
    # The front page's own title is a statement, no name of a place.
    steps = [(step.title if step.depth else gettext("Home"), settings.BASE_URL + step.address) for step in above]
    url = settings.BASE_URL + canonical_path(page, request, None)
    way = [structured.breadcrumbs([*steps, (page.title, url)])] if steps else []
    return [speaker, *way, *page.structured_data(request, url=url, image=card_address(page, chosen))]


def absolute(address: str) -> str:
    """Return an address of ours as others know it; files may lie elsewhere and have theirs already."""
    return settings.BASE_URL + address if address.startswith("/") else address
