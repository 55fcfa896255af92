"""“You said, we did”: counting a quarter and publishing what staff wrote about it."""

from collections import Counter
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from events.walks.models import BoroughReport, WalkOutcome
from events.walks.numbers import shown
from events.walks.rules import Outcome, next_quarter
from portal.page_cache.generation import drop_pages


class Publication(StrEnum):
    """What came of publishing a report."""

    PUBLISHED = "published"
    ALREADY = "already"
    QUARTER_RUNS = "quarter_runs"  # later walks would change the numbers, and the difference would tell of them
    NO_THEMES = "no_themes"


def counts_of(*, borough_id: int, quarter_date: date) -> tuple[int, dict[str, int]]:
    """Return how many walks took place in a quarter, and how many of each theme. For staff: nothing is hidden."""
    walked = WalkOutcome.objects.filter(borough_id=borough_id, quarter_date=quarter_date, outcome=Outcome.WALKED)
    themes = list(walked.values_list("themes", flat=True))
    return len(themes), dict(Counter(theme for of_one in themes for theme in of_one))


def preview_report(report: BoroughReport) -> dict[str, Any]:
    """Return a report as its page would show it if it were published now. Nothing is written."""
    walks, by_theme = counts_of(borough_id=report.borough_id, quarter_date=report.quarter_date)
    themes = list(report.themes.all())
    for theme in themes:
        theme.walks = shown(by_theme.get(theme.theme, 0))
    return {
        "pk": report.pk,
        "quarter_in_words": report.quarter_in_words,
        "introduction": report.introduction,
        "walks": shown(walks),
        "themes": {"all": themes},
    }


@transaction.atomic
def publish_report(*, report_id: int, now: datetime) -> Publication:
    """Publish a report with the numbers of its quarter, frozen as they are now; those under ten are hidden for good."""
    report = BoroughReport.objects.select_for_update(no_key=True).get(pk=report_id)
    if report.published_at is not None:
        return Publication.ALREADY
    if timezone.localtime(now).date() < next_quarter(report.quarter_date):
        return Publication.QUARTER_RUNS
    if not report.themes.exists():
        return Publication.NO_THEMES
    walks, by_theme = counts_of(borough_id=report.borough_id, quarter_date=report.quarter_date)
    report.walks, report.published_at = shown(walks), now
    for theme in report.themes.all():
        theme.walks = shown(by_theme.get(theme.theme, 0))
        theme.save(update_fields=["walks"])
    report.save(update_fields=["walks", "published_at"])
    drop_pages()
    return Publication.PUBLISHED


@transaction.atomic
def withdraw_report(*, report_id: int) -> bool:
    """Take a report off the site to mend its words; return whether it was on. Its quarter's numbers stay the same."""
    published = BoroughReport.objects.filter(pk=report_id, published_at__isnull=False)
    changed = published.update(published_at=None, walks=None)
    if changed:
        drop_pages()
    return bool(changed)
