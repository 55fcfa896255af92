"""Which figures somebody has to look at."""

from datetime import date

from django.db.models import QuerySet

from careers.figures.models import Figure


def overdue_figures(*, today: date) -> QuerySet[Figure]:
    """Return the figures whose day of review has come, the oldest first."""
    return Figure.objects.filter(review_by__lte=today).order_by("review_by", "pk")
