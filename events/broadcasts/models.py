"""What officers write to many people at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.broadcasts.rules import PURPOSE_LABELS, BroadcastState, Purpose


class Broadcast(models.Model):
    """One message to a chosen part of an event's registrants. Its words are fixed once it is being sent."""

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="broadcasts")
    purpose = models.CharField(
        max_length=5, choices=[(p.value, label) for p, label in PURPOSE_LABELS.items()], default=Purpose.EVENT
    )
    subject = models.CharField(max_length=150)
    text = models.TextField(max_length=10_000)
    audience = models.JSONField(default=dict, help_text="Which of the event's registrations it goes to.")
    state = models.CharField(
        max_length=9, choices=[(s.value, s.value) for s in BroadcastState], default=BroadcastState.DRAFT
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change: two editors cannot cross.")
    send_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when each recipient has a message; empty: some may still get theirs."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    recipients = models.PositiveIntegerField(default=0, help_text="How many it went to, counted when it started.")
    problem = models.CharField(max_length=300, blank=True, help_text="Why it did not start at its time.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["send_at"], condition=Q(state="scheduled"), name="broadcast_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(send_at__isnull=False), name="broadcast_scheduled_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "scheduled"]) | Q(started_at__isnull=False),
                name="broadcast_started_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
