"""Counting what came of a poster, in numbers that outlive the requests."""

from django.db.models import F

from events.consent.rules import POSTER
from events.walks.models import PosterTally, WalkRequest


def count_asked(walk: WalkRequest) -> None:
    """Count a request once, when it is known that it is nobody's second one; for the transaction that knows it."""
    _count(walk, "asked")


def count_walked(walk: WalkRequest) -> None:
    """Count a walk once, when its outcome is recorded; for the transaction that records it."""
    _count(walk, "walked")


def _count(walk: WalkRequest, column: str) -> None:
    if walk.source.startswith(POSTER):
        PosterTally.objects.bulk_create([PosterTally(source=walk.source)], ignore_conflicts=True)
        PosterTally.objects.filter(source=walk.source).update(**{column: F(column) + 1})
