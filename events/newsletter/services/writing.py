"""Before an issue leaves: a test to oneself, a time."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from wagtail.models import Page

from events.newsletter.messages import ABOUT_PAGE
from events.newsletter.models.sending import IssueSending
from events.newsletter.queries import AudienceSize, size_of
from events.newsletter.rules import TEST_KIND, Step
from events.newsletter.services.steps import (
    NobodyToWriteTo,
    NotReady,
    TimeHasPassed,
    live_pages,
    note,
    open_sending,
    take_step,
)
from events.outbox.services import draft_row, enqueue


def ready_to_send(sending: IssueSending, *, now: datetime) -> tuple[list[Any], AudienceSize]:
    """Return the published pages of an issue and how many it would go to. Raises NotReady or NobodyToWriteTo."""
    pages = list(live_pages(sending.key))
    if not pages:
        raise NotReady("Publish the issue first: every mail leads to its page in the archive.")
    if not any(len(page.body) for page in pages):
        raise NotReady("The issue has no parts. Add one and publish it.")
    size = size_of(topics=pages[0].topics, until=now)
    if not size.people:
        raise NobodyToWriteTo("Nobody has asked for these topics yet. Choose others, or wait for subscribers.")
    if not size.reachable:
        raise NobodyToWriteTo(f"None of the {size.people:,} may be written to: they want no news, or mail bounces.")
    return pages, size


@transaction.atomic
def schedule(*, page: Page, version: int, send_at: datetime, by: Any, now: datetime) -> None:
    """Give it a time; again: another. Raises TimeHasPassed, NobodyToWriteTo, NotReady, StepRefused or Crossed."""
    if send_at <= now:
        raise TimeHasPassed("That time has passed. Choose one that is ahead, or send it now.")
    sending = open_sending(page, now=now)
    changes = {"send_at": send_at, "problem": "", "changed_by": by, "title": page.title}
    take_step(sending_id=sending.pk, step=Step.SCHEDULE, seen=version, now=now, **changes, **_RAISED)
    ready_to_send(sending, now=now)
    note(sending, "scheduled", by=by, send_at=send_at.isoformat())


@transaction.atomic
def take_back(*, sending_id: int, by: Any, now: datetime, problem: str = "") -> None:
    """Take its time away; `problem`: why the worker could not start it. Raises StepRefused."""
    changes = {"send_at": None, "problem": problem[:300], "changed_by": by}
    take_step(sending_id=sending_id, step=Step.UNSCHEDULE, now=now, **changes, **_RAISED)
    note(IssueSending.objects.get(pk=sending_id), "taken_back", by=by)


@transaction.atomic
def send_test(*, page: Page, to_email: str, by: Any, now: datetime) -> None:
    """Send the latest draft to whoever asks, with every topic; two clicks within a minute are one mail."""
    sending = open_sending(page, now=now)
    row = draft_row(
        kind=TEST_KIND,
        dedupe_key=f"{TEST_KIND}:{page.pk}:{by.pk}:{now:%Y%m%d%H%M}",
        to_email=to_email,
        now=now,
    )
    row.issue_sending_id, row.about = sending.pk, f"{ABOUT_PAGE}{page.pk}"
    enqueue([row])
    note(sending, "tested", by=by)


_RAISED: dict[str, Any] = {"version": F("version") + 1}
