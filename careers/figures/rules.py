"""When a figure has to be looked at again. Plain Python."""

from datetime import date, timedelta
from enum import StrEnum

SOON = timedelta(days=30)


class Freshness(StrEnum):
    """How far a figure can be trusted today."""

    FRESH = "fresh"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


LABELS = {
    Freshness.FRESH: "Up to date",
    Freshness.DUE_SOON: "Look at it this month",
    Freshness.OVERDUE: "Out of date",
}


def freshness(*, review_by: date, today: date) -> Freshness:
    """Return whether somebody has to check a figure: from the day of its review on it is overdue."""
    if review_by <= today:
        return Freshness.OVERDUE
    return Freshness.DUE_SOON if review_by - today <= SOON else Freshness.FRESH
