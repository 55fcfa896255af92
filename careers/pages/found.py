"""What careers pages say where they are read by a machine."""

from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import escape
from wagtail.rich_text import expand_db_html

from portal.found import structured
from portal.found.heads import absolute
from portal.found.structured import Thing
from portal.models import SiteSettings

if TYPE_CHECKING:
    from careers.pages.models import FaqPage, RolePage, StoryPage


def story_data(page: "StoryPage", *, url: str, image: str) -> list[Thing]:
    """Return the story and the videos of ours in it."""
    published_at = page.first_published_at
    if published_at is None:
        return []
    article = structured.article(
        base_url=settings.BASE_URL,
        url=url,
        title=page.title,
        description=page.summary,
        image=image,
        language=page.locale.language_code,
        published_at=published_at,
        changed_at=page.last_published_at or published_at,
    )
    videos = [
        structured.video_object(
            url=url,
            title=block.value["title"],
            description=page.summary or page.title,
            thumbnail=image,
            content_url=absolute(block.value["video"].file.url),
            media_type=block.value.media_type,
            uploaded_at=block.value["video"].created_at,
        )
        for block in page.body
        if block.block_type == "video" and block.value["video"]
    ]
    return [article, *videos]


def open_until(page: "RolePage", *, now: datetime) -> datetime | None:
    """Return until when people can apply for a role, or None where they cannot."""
    if page.applications_close is None:
        return None
    closes_at = datetime.combine(page.applications_close, time(23, 59, 59), tzinfo=ZoneInfo(settings.TIME_ZONE))
    return closes_at if closes_at >= now else None


def role_data(page: "RolePage", request: HttpRequest, *, url: str, now: datetime) -> list[Thing]:
    """Return a role as an open job, while one can apply for it and it is said where one works.

    Search engines ask for postings of open jobs only: a page that describes a role in general is none.
    """
    posted_at, closes_at = page.first_published_at, open_until(page, now=now)
    if closes_at is None or not page.workplace or posted_at is None:
        return []
    job = structured.job_posting(
        base_url=settings.BASE_URL,
        url=url,
        title=page.title,
        description=f"<p>{escape(page.summary)}</p>{expand_db_html(page.what_you_do + page.what_it_takes)}",
        posted_at=posted_at,
        closes_at=closes_at,
        locality=page.workplace,
        country=SiteSettings.for_request(request).country,
    )
    return [job]


def faq_data(page: "FaqPage", *, url: str) -> list[Thing]:
    """Return the questions with their answers; nothing while there are none."""
    questions = [(item["question"], str(item["answer"])) for group in page.groups for item in group.value["questions"]]
    if not questions:
        return []
    return [structured.faq_page(url=url, language=page.locale.language_code, questions=questions)]
