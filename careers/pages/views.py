"""The stories as a feed."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from careers.pages.models import StoryPage
from careers.pages.queries import published_stories
from portal.models import SiteSettings

LATEST = 30


class StoryFeed(Feed):
    """The latest stories in the language of the address, as RSS with full addresses."""

    def get_object(self, request: HttpRequest) -> str:
        """Return the name of the organisation whose stories these are."""
        return SiteSettings.for_request(request).organisation

    def title(self, organisation: str) -> str:
        """Name the feed."""
        return _("Stories from %(organisation)s") % {"organisation": organisation}

    def description(self, organisation: str) -> str:
        """Say what it brings."""
        return _("What the work is like, told by the people who do it.")

    def link(self) -> str:
        """Return where the stories are on the site."""
        return settings.BASE_URL + reverse("wagtail_serve", args=["careers/stories/"])

    def feed_url(self) -> str:
        """Return the feed's own address."""
        return settings.BASE_URL + reverse("careers:feed")

    def items(self) -> Any:
        """Return the latest stories."""
        stories = published_stories().filter(locale__language_code=get_language())
        return stories.select_related(None).prefetch_related(None)[:LATEST]

    def item_title(self, item: Any) -> str:
        """Return the story's title."""
        return item.title

    def item_description(self, item: Any) -> str:
        """Return its introduction."""
        return item.introduction or item.pull_quote

    def item_link(self, item: StoryPage) -> str:
        """Return its full address."""
        return settings.BASE_URL + (item.get_url() or "/")

    def item_guid(self, item: StoryPage) -> str:
        """Return an identity that stays when the page moves."""
        return f"urn:uuid:{item.translation_key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: StoryPage) -> datetime | None:
        """Return when it was first published."""
        return item.first_published_at
