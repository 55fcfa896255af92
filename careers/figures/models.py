"""A fact with its source and its date: written once, shown on many pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index

from careers.figures.rules import LABELS, Freshness, freshness


class Figure(TranslatableMixin, index.Indexed, models.Model):
    """One figure. A page shows it with its source and the day it was true; staff are told when to look again."""

    figure = models.CharField(max_length=20, help_text="For example: 16,000 or 1 in 3.")
    meaning = models.CharField(max_length=120, help_text="What is counted, for example: women work for us.")
    source = models.CharField(max_length=160, help_text="Who says so, for example: Workforce data, published monthly.")
    source_address = models.URLField("address of the source", blank=True)
    as_of = models.DateField("true on", help_text="The day that the figure describes. The page shows month and year.")
    review_by = models.DateField(
        "look again by", help_text="From this day on the figure is marked as out of date in the CMS."
    )

    panels: ClassVar[list[Any]] = [
        FieldRowPanel([FieldPanel("figure"), FieldPanel("meaning")]),
        MultiFieldPanel([FieldPanel("source"), FieldPanel("source_address")], heading="Where it comes from"),
        FieldRowPanel([FieldPanel("as_of"), FieldPanel("review_by")]),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("meaning"),
        index.AutocompleteField("meaning"),
        index.SearchField("source"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["review_by", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(review_by__gt=F("as_of")), name="figure_is_reviewed_after_its_date")
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.meaning}"

    def clean(self) -> None:
        """Say in words what the database would refuse."""
        super().clean()
        if self.as_of and self.review_by and self.review_by <= self.as_of:
            raise ValidationError({"review_by": "Choose a day after the one that the figure describes."})

    def freshness(self) -> Freshness:
        """Return how far it can be trusted today."""
        return freshness(review_by=self.review_by, today=timezone.localdate())

    def freshness_label(self) -> str:
        """Return that in words, for the list in the CMS."""
        return LABELS[self.freshness()]
