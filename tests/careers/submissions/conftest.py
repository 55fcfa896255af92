"""Stories that readers send: the form filled in, a story in the queue, and its way to the site."""

import io
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from careers.pages.models import StoryPage
from careers.submissions.forms import consent_words
from careers.submissions.models import Preview, StorySubmission
from careers.submissions.rules import Answer, What, Where
from careers.submissions.services import (
    Tale,
    answer_preview,
    draft_story_page,
    send_preview,
    take_story,
)
from portal.pictures.storage import private_storage

PATH = "/careers/stories/tell-us/"
EVERYTHING = tuple((what, where) for what in What for where in Where)
WORDS = ((What.QUOTE, Where.SITE),)


def jpeg() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 500), "purple").save(made, "JPEG")
    return made.getvalue()


def upload(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("me.jpg", content or jpeg(), content_type="image/jpeg")


@pytest.fixture
def filled_in() -> dict[str, Any]:
    """Return the form as Amara fills it in."""
    return {
        "story": "I was nineteen when a constable sat down beside me.\n\nNow I do the same.",
        "part": "neighbourhood",
        "name": "Amara Okafor",
        "email": "amara@example.org",
        "consent_quote": ["site", "print"],
        "consent_name": ["site"],
        "until": "2",
        "is_old_enough": "on",
        "submission": "11111111-1111-4111-8111-111111111111",
    }


@pytest.fixture(autouse=True)
def frozen(now: Any) -> Any:
    """Stop the clock where the request reads it."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def send(now: Any, db: None) -> Callable[..., StorySubmission]:
    """Return a sender: `send("amara")` puts a story into the queue."""

    def do(
        who: str = "amara",
        *,
        consents: Any = EVERYTHING,
        until: date = date(2028, 2, 1),
        at: Any = None,
        **changes: Any,
    ) -> Any:
        fields: dict[str, Any] = {
            "story": f"{who} tells what happened.",
            "part": "response",
            "name": f"{who.capitalize()} Okafor",
            "email": f"{who}@example.org",
            "picture": jpeg(),
            "picture_alt": "Somebody on a bench",
            "consents": [(what, where, consent_words(what, where)) for what, where in consents],
            "until_date": until,
            "language": "en",
            "submission": uuid.uuid4(),
        }
        return take_story(tale=Tale(**(fields | changes)), now=at or now)

    return do


@pytest.fixture
def comms(db: None) -> Any:
    return get_user_model().objects.create_superuser("carol", "carol@staff.example.org", "x")


@pytest.fixture
def desk(comms: Any) -> Client:
    """Return Carol's browser."""
    client = Client()
    client.force_login(comms)
    return client


@pytest.fixture
def approved(send: Any, comms: Any, story_index: Any, now: Any) -> Callable[..., tuple[StorySubmission, StoryPage]]:
    """Return a story that has been drafted and approved, with its page."""

    def do(who: str = "amara", **changes: Any) -> tuple[StorySubmission, StoryPage]:
        story = send(who, **changes)
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        preview = send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)
        answer_preview(story_id=story.pk, preview_id=preview.pk, answer=Answer.APPROVED, wishes="", now=now)
        story.refresh_from_db()
        return story, StoryPage.objects.get(pk=page.pk)

    return do


@pytest.fixture
def published(approved: Any) -> Callable[..., tuple[StorySubmission, StoryPage]]:
    """Return a story on the site, with its page."""

    def do(who: str = "amara", **changes: Any) -> tuple[StorySubmission, StoryPage]:
        story, page = approved(who, **changes)
        page.get_latest_revision().publish()
        story.refresh_from_db()
        page.refresh_from_db()
        return story, page

    return do


@pytest.fixture
def private_files() -> Callable[[], set[str]]:
    """Return a look at the folder of private pictures."""

    def look() -> set[str]:
        storage = private_storage()
        return set(storage.listdir("pictures")[1]) if storage.exists("pictures") else set()

    for name in look():
        private_storage().delete(f"pictures/{name}")
    return look


@pytest.fixture
def latest_preview() -> Callable[[StorySubmission], Preview]:
    return lambda story: Preview.objects.filter(submission=story).latest("pk")
