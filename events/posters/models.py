"""Where posters hang, and how often each was scanned on a day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.posters.rules import LENGTH, LONGEST_HEADLINE, LONGEST_LINE, LONGEST_PLACE


class PosterSite(models.Model):
    """One place where a poster hangs: for an event, or for Walk & Talk in a borough. It names no visitor."""

    code = models.CharField(max_length=LENGTH, unique=True, editable=False)
    place = models.CharField(max_length=LONGEST_PLACE, help_text="Where it hangs: Brixton Library, noticeboard.")
    event = models.ForeignKey("events.Event", null=True, blank=True, on_delete=models.PROTECT, related_name="posters")
    borough = models.ForeignKey(
        "events.Borough", null=True, blank=True, on_delete=models.PROTECT, related_name="posters"
    )
    headline = models.CharField(
        max_length=LONGEST_HEADLINE, blank=True, help_text="Instead of the title. Short: it is read from across a road."
    )
    line = models.CharField(
        "text", max_length=LONGEST_LINE, blank=True, help_text="Instead of the event's or the borough's introduction."
    )
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it hangs there no more. Its address goes on working."
    )

    class Meta:
        ordering = ["-created_at", "place", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, borough__isnull=True) | Q(event__isnull=True, borough__isnull=False),
                name="poster_is_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} ({self.code})"


class PosterScan(models.Model):
    """How often a poster was scanned on one day: a number, and nothing about anybody."""

    site = models.ForeignKey(PosterSite, on_delete=models.CASCADE, related_name="scans")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="poster_scan_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
