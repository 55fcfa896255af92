"""One woman's wish for a walk. What names her is sealed; what is left says little about anybody."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.walks.rules import OUTCOME_LABELS, STATE_LABELS, WITH_OFFICER, SafeTime, WalkState, Way


class WalkRequest(models.Model):
    """A request, from asking to closing.

    `sealed_person`: the name to use and the way to reach her; `sealed_words`: area, worries, access and language
    needs, and the officer's note. Purpose of both: to arrange the walk and to hear her. The words are deleted 30 days
    after closing, the row 90 days after.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_version = models.PositiveSmallIntegerField(default=1, help_text="Raising it revokes every link sent so far.")
    borough = models.ForeignKey("events.Borough", on_delete=models.PROTECT, related_name="walks")
    state = models.CharField(max_length=9, choices=[(s.value, STATE_LABELS[s]) for s in WalkState])
    state_at = models.DateTimeField(help_text="Since when; the clock of unanswered requests starts here.")
    escalated = models.PositiveSmallIntegerField(default=0, help_text="Steps of the clock already told in this state.")
    language = models.CharField(max_length=10, default="en")
    is_discreet = models.BooleanField(default=True)
    way = models.CharField(max_length=5, choices=[(w.value, w.value) for w in Way])
    # Unsealed, as `day_parts` is: the web process decides by it when a mail may leave. Her own words are in the box.
    safe_time = models.CharField(max_length=13, choices=[(s.value, s.value) for s in SafeTime], default=SafeTime.ANY)
    day_parts = models.JSONField(default=list, help_text="When a walk would suit her.")
    wants_woman = models.BooleanField(default=False)
    brings_somebody = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True, help_text="The poster or link that she followed.")

    sealed_person = models.BinaryField(help_text="Purpose: to reach her. For her officer and the worker.")
    sealed_words = models.BinaryField(blank=True, help_text="Purpose: to prepare the walk. The same.")
    sealed_note = models.BinaryField(blank=True, help_text="The officer's own note on the walk. The same.")
    contact_digest = models.CharField(
        max_length=32,
        blank=True,
        editable=False,
        help_text="Purpose: to see that she has asked before. Keyed by the private key; gone when the request closes.",
    )
    key_id = models.CharField(max_length=12, help_text="The key that opens the boxes.")

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # whoever leaves has the log-in closed, and the worker gives back what is open
        related_name="walks",
    )
    meeting_point = models.ForeignKey(
        "events.MeetingPoint", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    wants_other_time = models.BooleanField(default=False, help_text="She asked for other times than those offered.")
    undelivered_at = models.DateTimeField(null=True, blank=True, help_text="Since when mail to her bounces.")
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the worker had looked whether she asked before, and wrote to her."
    )
    submission = models.UUIDField(unique=True, help_text="The form that was sent: a double click is one submission.")
    asked_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=12, blank=True, choices=[(o.value, label) for o, label in OUTCOME_LABELS.items()]
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    words_erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["borough", "state", "asked_at"], name="walk_by_borough"),
            models.Index(fields=["id"], condition=Q(settled_at__isnull=True), name="walk_to_settle"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact_digest"], condition=~Q(contact_digest=""), name="walk_one_open_request_each"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in WITH_OFFICER], officer__isnull=False)
                | Q(state="new", officer__isnull=True)
                | Q(state="closed"),
                name="walk_has_an_officer_or_waits",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at__isnull=True, outcome=""),
                name="walk_closed_has_its_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(meeting_point__isnull=False), name="walk_booked_has_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"Walk {self.number}"

    @property
    def number(self) -> str:
        """Return what staff call it: no name, and no count of how many there are."""
        return self.key.hex[:6].upper()


class WalkDraft(models.Model):
    """Answers of a form that is being filled in, sealed with a key that only the browser's cookie holds."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.BinaryField(help_text="Purpose: to keep answers between the steps. Deleted after a day.")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
