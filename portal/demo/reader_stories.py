"""Three readers' stories in the demo's queue, from nobody: one new, one that waits for its teller, one declined."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from careers.submissions.forms import consent_words
from careers.submissions.models import StorySubmission
from careers.submissions.rules import StoryState, What, Where, last_day
from careers.submissions.services import (
    Tale,
    decline_story,
    draft_story_page,
    send_preview,
    take_in_hand,
    take_story,
)
from portal.pictures.reading import clean_picture


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTale:
    """A story, who tells it, and how far it has come."""

    name: str
    part: str
    text: str
    consents: tuple[tuple[What, Where], ...]
    state: StoryState
    days_ago: int
    picture: str = ""
    picture_alt: str = ""


TALES = (
    DemoTale(
        name="Gwen T.",
        part="neighbourhood",
        text=(
            "For two winters I took the long way home, because the short one led past the underpass.\n\n"
            "Then our neighbourhood constable asked me to show her the way I would rather take. We walked it together. "
            "Six weeks later the lamps worked, and somebody had cut the hedge.\n\n"
            "Last month I asked her how one becomes what she is."
        ),
        consents=((What.QUOTE, Where.SITE), (What.QUOTE, Where.PRINT), (What.FACE, Where.SITE)),
        state=StoryState.NEW,
        days_ago=1,
        picture="story-neighbourhood",
        picture_alt="An illustration of a constable on her round",
    ),
    DemoTale(
        name="Rosa L.",
        part="staff",
        text=(
            "I answer the phone at night. Most calls are short; one of them lasted forty minutes.\n\n"
            "She whispered, and I asked questions that one can answer with yes or no. When the officers knocked at her "
            "door, she said thank you and hung up. I went outside for ten minutes, and then I took the next call."
        ),
        consents=((What.QUOTE, Where.SITE), (What.NAME, Where.SITE), (What.QUOTE, Where.SOCIAL)),
        state=StoryState.PREVIEW_SENT,
        days_ago=6,
    ),
    DemoTale(
        name="Ines V.",
        part="other",
        text="My cousin is a police officer in another country. I think the uniform suits her very well.",
        consents=((What.QUOTE, Where.SITE),),
        state=StoryState.DECLINED,
        days_ago=20,
    ),
)


def seed_reader_stories(*, now: datetime) -> None:
    """Put them into the queue. Stable submissions: a second run tells nothing twice."""
    editor = get_user_model().objects.get(username="comms")
    for number, tale in enumerate(TALES):
        submission = uuid.uuid5(uuid.NAMESPACE_URL, f"demo-reader-story-{number}")
        if StorySubmission.objects.filter(submission=submission).exists():
            continue
        sent_at = now - timedelta(days=tale.days_ago)
        story = take_story(tale=_told(tale, submission, sent_at), now=sent_at)
        if tale.state is StoryState.NEW:
            continue
        take_in_hand(story_id=story.pk, by=editor, now=now)
        if tale.state is StoryState.DECLINED:
            decline_story(story_id=story.pk, by=editor, now=now)
        else:
            page = draft_story_page(story_id=story.pk, by=editor, now=now)
            page.title = "The call that lasted forty minutes"
            page.draft_title = page.title
            page.save_revision(user=editor)
            send_preview(story_id=story.pk, page_id=page.pk, by=editor, now=now)


def _told(tale: DemoTale, submission: uuid.UUID, sent_at: datetime) -> Tale:
    picture = _picture(tale.picture) if tale.picture else None
    return Tale(
        story=tale.text,
        part=tale.part,
        name=tale.name,
        email=f"{tale.name.split()[0].lower()}@example.org",
        picture=picture,
        picture_alt=tale.picture_alt if picture else "",
        consents=[(what, where, consent_words(what, where)) for what, where in tale.consents],
        until_date=last_day(today=timezone.localdate(sent_at), years=2),
        language=settings.LANGUAGE_CODE,
        submission=submission,
    )


def _picture(name: str) -> bytes | None:
    path = settings.BASE_DIR / "portal" / "static" / "portal" / "demo" / f"{name}.png"
    if not path.is_file():
        return None  # not drawn yet: the story does without
    with path.open("rb") as file:
        return clean_picture(file).content
