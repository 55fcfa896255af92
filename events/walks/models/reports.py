"""What came of walks: outcomes without a person, and what staff publish of them."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from events.walks.rules import OUTCOME_LABELS, THEME_LABELS, Outcome, Theme, next_quarter, quarter_of


def quarter_said(first_day: date) -> str:
    """Return a quarter in a reader's words."""
    last = next_quarter(first_day) - timedelta(days=1)
    return gettext("{first} to {last} {year}").format(
        first=MONTHS[first_day.month], last=MONTHS[last.month], year=last.year
    )


class WalkOutcome(models.Model):
    """What stays of a walk when its request is gone: borough, quarter, outcome, themes."""

    borough = models.ForeignKey("events.Borough", on_delete=models.PROTECT, related_name="outcomes")
    quarter_date = models.DateField(help_text="The first day of the quarter in which it was closed.")
    outcome = models.CharField(max_length=12, choices=[(o.value, OUTCOME_LABELS[o]) for o in Outcome])
    themes = models.JSONField(default=list)
    walk = models.OneToOneField(
        "events.WalkRequest", null=True, blank=True, on_delete=models.SET_NULL, related_name="recorded"
    )

    class Meta:
        indexes = [models.Index(fields=["borough", "quarter_date"], name="outcome_by_borough")]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.quarter_date})"


class PosterTally(models.Model):
    """How many women asked, and walked, after scanning one poster: two numbers that only grow.

    Counted here and not from the requests, which are deleted: a count that sinks on the 90th day tells when.
    """

    source = models.CharField(max_length=40, unique=True)
    asked = models.PositiveIntegerField(default=0)
    walked = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.source


class BoroughReport(ClusterableModel):
    """“You said, we did”: what a quarter's walks in one borough were about, and what was done.

    Written by staff; published once, with the numbers of that moment.
    """

    borough = models.ForeignKey("events.Borough", on_delete=models.PROTECT, related_name="reports")
    quarter_date = models.DateField("quarter", help_text="The first day of the quarter.")
    introduction = models.TextField(
        blank=True, max_length=600, help_text="What the quarter was about, in general. Nothing that one walk told."
    )
    walks = models.PositiveIntegerField(null=True, blank=True, help_text="Frozen when published; empty: under ten.")
    published_at = models.DateTimeField(null=True, blank=True)

    panels: ClassVar[list[Any]] = [
        FieldPanel("borough"),
        FieldPanel("quarter_date"),
        FieldPanel("introduction"),
        InlinePanel("themes", label="Theme", heading="You said, we did"),
    ]

    class Meta:
        ordering = ["-quarter_date", "borough__name"]
        constraints = [
            models.UniqueConstraint(fields=["borough", "quarter_date"], name="borough_report_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(walks__isnull=True),
                name="borough_report_counts_when_published",
            ),
        ]
        permissions = [("publish_boroughreport", "Can publish what was said and done in a borough")]

    def __str__(self) -> str:
        return f"{self.borough}, {self.quarter_in_words}"

    @property
    def quarter_in_words(self) -> str:
        """Return the quarter in a reader's words."""
        return quarter_said(self.quarter_date)

    def clean(self) -> None:
        """Take any day of a quarter for the quarter; one report a quarter and borough."""
        super().clean()
        if self.quarter_date:
            self.quarter_date = quarter_of(self.quarter_date)


class BoroughReportTheme(Orderable):
    """One theme of a report: what women said, and what was done about it."""

    report = ParentalKey(BoroughReport, on_delete=models.CASCADE, related_name="themes")
    theme = models.CharField(max_length=12, choices=[(t.value, label) for t, label in THEME_LABELS.items()])
    said = models.CharField(
        "you said", max_length=300, help_text="In your own words and in general: no quote, no street, no person."
    )
    did = models.TextField("we did", max_length=1_000, help_text="What was done, by whom and since when.")
    walks = models.PositiveIntegerField(null=True, blank=True, editable=False)

    panels: ClassVar[list[Any]] = [FieldPanel("theme"), FieldPanel("said"), FieldPanel("did")]

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["report", "theme"], name="borough_report_theme_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the theme in a reader's words."""
        return gettext(THEME_LABELS[Theme(self.theme)])
