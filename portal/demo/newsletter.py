"""The demo's newsletter: the page, one issue that the demo's worker sends, a draft, and a few readers."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from wagtail.models import Page, Site

from events.consent.services import consent_wording
from events.newsletter.models import IssuePage, IssueSending, NewsletterPage, Subscription
from events.newsletter.rules import SubscriptionState
from events.newsletter.services import start
from events.newsletter.services.steps import open_sending
from events.outbox.services import address_digest
from portal.addresses import email_key
from portal.models import HomePage, SiteSettings

SLUG = "seven-days-in-march"
EVENTS = ("women-on-the-front-line", "detectives-how-you-get-there", "meet-your-neighbourhood-team")
# Who, which topics, which language, how many days ago, and from where.
READERS = (
    ("hana.n@example.org", ("events", "stories", "roles"), "en", 40, "instagram"),
    ("femi.t@example.org", ("events",), "en", 33, ""),
    ("gwen.e@example.org", ("stories",), "en", 21, "poster-lewisham"),
    ("delphine.r@example.org", ("events", "stories"), "fr", 12, ""),
    ("ines.y@example.org", ("roles",), "en", 5, "instagram"),
)


def seed_newsletter(home: HomePage, stories: Sequence[Page], *, child: Callable[..., Any]) -> None:
    """Put the page and its issues in place; what is there stays as it is."""
    page = child(
        home,
        NewsletterPage(
            title="Newsletter",
            slug="newsletter",
            introduction="Events you can join, people who do the job, and roles that open. About once a month, by email.",
            body=[
                (
                    "paragraph",
                    "<p>You choose what it is about, and every issue has a link that ends it. We do not watch who opens it.</p>",
                ),
            ],
        ),
    )
    check = Page.objects.filter(slug="could-i-apply", locale=home.locale).first()
    child(
        page,
        IssuePage(
            title="Seven days in March",
            slug=SLUG,
            subject="Seven days in March, and a place for you",
            introduction="The week of International Women’s Day is planned. Here is what is on, and somebody you could meet.",
            body=[
                _paragraph(
                    "<p>From 8 March women from three emergency services talk about the job: online, in the stables at Great "
                    "Scotland Yard, and in a town hall near you. Each session is free, and registering takes a minute.</p>"
                ),
                ("events", {"heading": "Coming up", "events": _chosen(home), "number": 3, "topic": "events"}),
                ("heading", {"text": "Somebody you could meet", "topic": "stories"}),
                *(_page(story, "Read the story", "stories") for story in stories[:1]),
                _paragraph(
                    "<p>Could you apply? A few questions tell you which ways are open. Nothing that you answer is kept.</p>",
                    "roles",
                ),
                *_button("See whether you could apply", check),
            ],
        ),
    )
    if not page.get_children().filter(slug="the-first-year").exists():
        draft = IssuePage(
            title="The first year",
            slug="the-first-year",
            live=False,
            introduction="What the first twelve months ask of you, told by people who are in the middle of them.",
            topics=["stories", "roles"],
            body=[*(_page(story, "Read the story", "stories") for story in stories[1:2])],
        )
        page.add_child(instance=draft)
        draft.save_revision()


def seed_readers(*, now: datetime) -> None:
    """Put the readers in place and start the first issue, once: the demo's worker sends it."""
    issue = IssuePage.objects.filter(slug=SLUG).order_by("pk").first()
    if issue is None or IssueSending.objects.filter(key=issue.translation_key).exists():
        return
    chosen = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    for address, topics, language, days, source in READERS:
        asked_at = now - timedelta(days=days)
        Subscription.objects.get_or_create(
            email_key=email_key(address),
            defaults={
                "email": address,
                "digest": address_digest(email_key(address)),
                "state": SubscriptionState.CONFIRMED,
                "topics": list(topics),
                "language": language,
                "source": source,
                "consent": consent_wording(chosen.newsletter_consent_in(language), asked_at),
                "asked_at": asked_at,
                "confirmed_at": asked_at,
            },
        )
    sending = open_sending(issue, now=now)
    start(sending_id=sending.pk, version=sending.version, by=None, now=now)


def _chosen(home: HomePage) -> list[Page]:
    pages = Page.objects.filter(slug__in=EVENTS, locale=home.locale)
    return sorted(pages, key=lambda page: EVENTS.index(page.slug))


def _paragraph(html: str, topic: str = "") -> tuple[str, Any]:
    return "paragraph", {"text": html, "topic": topic}


def _page(page: Page, link_text: str, topic: str) -> tuple[str, Any]:
    return "page", {"page": page, "link_text": link_text, "topic": topic}


def _button(text: str, page: Page | None) -> list[tuple[str, Any]]:
    return [("call_to_action", {"text": text, "page": page, "address": "", "topic": "roles"})] if page else []
