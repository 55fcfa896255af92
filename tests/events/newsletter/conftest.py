"""A site with a newsletter, people who read it, and an editor who writes."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Page, Site

from events.newsletter.models import IssuePage, IssueSending, NewsletterPage, Subscription
from events.newsletter.services import confirm, start, subscribe, work_on_issues
from events.newsletter.services.steps import open_sending
from events.newsletter.services.subscribing import Wish
from events.outbox.delivery.deliverer import Deliverer
from events.outbox.delivery.lifeline import hold_lifeline
from events.outbox.models import Message
from portal.models import HomePage
from tests.events.outbox.conftest import Clock
from tests.smtp_sink import SmtpSink

ALL = ("events", "stories", "roles")
NAMES = ["amara", "bronwen", "chioma", "dina", "esra"]
CONSENT = "Use my address to send me the newsletter."


def states() -> Counter[str]:
    """Return how many messages stand where."""
    return Counter(Message.objects.values_list("state", flat=True))


def recipients(sink: SmtpSink) -> list[str]:
    """Return who got a mail, by name."""
    return sorted(message.recipients[0].partition("@")[0] for message in sink.messages)


def drain(deliverer: Deliverer) -> None:
    """Deliver everything that is due."""
    while deliverer.deliver_batch():
        pass


def wish(name: str, **changes: Any) -> Wish:
    """Return what somebody fills in: name@example.org, every topic, English."""
    fields: dict[str, Any] = {
        "email": f"{name}@example.org",
        "topics": ALL,
        "language": "en",
        "consent_text": CONSENT,
        "submission": uuid.uuid4(),
    }
    return Wish(**(fields | changes))


@pytest.fixture
def newsletter(db: None) -> NewsletterPage:
    home = HomePage(title="Home", slug="portal-home")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    page = NewsletterPage(title="Newsletter", slug="newsletter")
    home.add_child(instance=page)
    return page


@pytest.fixture
def editor(db: None) -> Any:
    """Return somebody with an address of her own."""
    return get_user_model().objects.create_user("edith", "edith@example.org", "x")


def paragraph(text: str, topic: str = "") -> tuple[str, Any]:
    return "paragraph", {"text": f"<p>{text}</p>", "topic": topic}


@pytest.fixture
def issue(newsletter: NewsletterPage) -> Callable[..., IssuePage]:
    """Return a maker of published issues: one part for everybody, and one for each topic."""

    def do(slug: str = "march", **changes: Any) -> IssuePage:
        fields: dict[str, Any] = {
            "title": slug.capitalize(),
            "introduction": "What is on.",
            "body": [paragraph("For everybody."), *(paragraph(f"About {topic}.", topic) for topic in ALL)],
        }
        page = IssuePage(slug=slug, **(fields | changes))
        newsletter.add_child(instance=page)
        page.save_revision().publish()
        return IssuePage.objects.get(pk=page.pk)

    return do


@pytest.fixture
def reader(now: datetime) -> Callable[..., Subscription]:
    """Return a maker of readers who have confirmed; the mail that asked them is out of the way."""

    def do(name: str, *, at: datetime | None = None, **changes: Any) -> Subscription:
        subscribe(wish=wish(name, **changes), now=at or now)
        row = Subscription.objects.get(email_key=f"{name}@example.org", state="pending")
        confirm(key=row.key, now=at or now)
        Message.objects.filter(subscription=row).delete()
        row.refresh_from_db()
        return row

    return do


@pytest.fixture
def readers(reader: Callable[..., Subscription]) -> list[Subscription]:
    """Return five who read about everything."""
    return [reader(name) for name in NAMES]


@pytest.fixture
def send(editor: Any, now: datetime) -> Callable[..., IssueSending]:
    """Return a starter: all messages are written, none has left."""

    def do(page: IssuePage, *, at: datetime | None = None) -> IssueSending:
        sending = open_sending(page, now=at or now)
        start(sending_id=sending.pk, version=sending.version, by=editor, now=at or now)
        while work_on_issues(now=at or now):
            pass
        sending.refresh_from_db()
        return sending

    return do


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def deliverer(clock: Clock) -> Iterator[Deliverer]:
    lifeline = hold_lifeline()
    worker = Deliverer(lifeline=lifeline, clock=clock, jitter=lambda: 0.5)
    yield worker
    worker.server.close()
    lifeline.release()
