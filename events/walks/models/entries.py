"""What the two calendars have been told: append-only, so that sending it again gives the same bytes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from events.invites.rules import Method
from events.walks.rules import Party


class WalkEntry(models.Model):
    """One issue of one calendar entry: a REQUEST, its update, or the CANCEL (calendar policy, rows 2, 4, 7 and 10).

    It names nobody: the address is taken from the sealed box, or from the officer's account, when the mail is written.
    """

    walk = models.ForeignKey("events.WalkRequest", on_delete=models.CASCADE, related_name="entries")
    party = models.CharField(max_length=7, choices=[(p.value, p.value) for p in Party])
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    uid = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=8, choices=[(m.value, m.value) for m in (Method.REQUEST, Method.CANCEL)])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=330)
    first_at = models.DateTimeField(help_text="CREATED.")
    stamp = models.DateTimeField(help_text="DTSTAMP.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["uid", "sequence"], name="walk_entry_once_a_sequence"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="walk_entry_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(party="woman", officer__isnull=True) | Q(party="officer", officer__isnull=False),
                name="walk_entry_officer_has_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence} ({self.party})"
