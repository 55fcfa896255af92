"""Issues, and how far each got."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncDate
from wagtail.models import Page

from events.newsletter.models.sending import IssueSending
from events.newsletter.models.subscription import Subscription
from events.newsletter.rules import BEGUN, ISSUE_KIND, OVER, Figures, figures_of
from events.outbox.models import Message

# More are not listed: the archive has them all.
LATEST = 50


def sending_of(key: UUID) -> IssueSending | None:
    """Return the sending of an issue, by the key that its pages in all languages share."""
    return IssueSending.objects.filter(key=key).first()


def sent_at(page: Page) -> datetime | None:
    """Return when the sending of an issue began, if it has."""
    return (
        IssueSending.objects.filter(key=page.translation_key, state__in=(*BEGUN, *OVER))
        .values_list("started_at", flat=True)
        .first()
    )


def archive_of(page: Page) -> Sequence[Page]:
    """Return the published issues below a newsletter page, the latest first."""
    issues = page.get_children().live().public().order_by("-first_published_at", "-pk")
    return list(issues.specific()[:LATEST])


def figures_of_sendings(sendings: Iterable[IssueSending]) -> dict[int, Figures]:
    """Return how far each that has begun has got, from two grouped statements."""
    begun = {sending.pk: sending for sending in sendings if sending.started_at is not None}
    counts: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    rows = Message.objects.filter(issue_sending_id__in=list(begun), kind=ISSUE_KIND).order_by()
    for pk, state, delivery, n in rows.values_list("issue_sending_id", "state", "delivery").annotate(n=Count("pk")):
        counts[pk][state, delivery] = n
    goodbyes = Subscription.objects.filter(ended_by_issue_id__in=list(begun)).order_by()
    left = dict(goodbyes.values_list("ended_by_issue_id").annotate(n=Count("pk")))
    return {
        pk: figures_of(
            counts[pk], recipients=sending.recipients, unsubscribed=left.get(pk, 0), is_over=sending.state in OVER
        )
        for pk, sending in begun.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """An issue as staff list it: its page in the site's first language, and its sending if there is one."""

    page: Page
    sending: IssueSending | None
    figures: Figures | None


def issue_rows() -> list[IssueRow]:
    """Return the latest issues, drafts included, in a fixed number of statements."""
    issues = Page.objects.filter(
        content_type__app_label="events",
        content_type__model="issuepage",
        locale__language_code=settings.LANGUAGE_CODE,
    )
    pages = list(issues.order_by("-pk")[:LATEST])
    found = IssueSending.objects.filter(key__in=[page.translation_key for page in pages])
    sendings = {sending.key: sending for sending in found}
    figures = figures_of_sendings(sendings.values())
    rows = []
    for page in pages:
        sending = sendings.get(page.translation_key)
        rows.append(IssueRow(page=page, sending=sending, figures=figures.get(sending.pk) if sending else None))
    return rows


def over_time() -> list[tuple[date, int]]:
    """Return how many subscriptions were confirmed on each day, of those that are still there."""
    days: Any = Subscription.objects.exclude(confirmed_at=None).filter(ended_at=None).order_by()
    return list(days.annotate(day=TruncDate("confirmed_at")).values_list("day").annotate(n=Count("pk")).order_by("day"))
