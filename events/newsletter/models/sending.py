"""The sending of an issue: what is operational about it, for a page holds only what editors write."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.newsletter.rules import SENDING_LABELS, SendingState


class IssueSending(models.Model):
    """One issue on its way, in all its languages. Each subscriber gets it once."""

    key = models.UUIDField(unique=True, editable=False, help_text="The issue, whatever its language.")
    page = models.ForeignKey("wagtailcore.Page", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=255, help_text="As it was called when it was last looked at.")
    state = models.CharField(
        max_length=9, choices=[(s.value, SENDING_LABELS[s]) for s in SendingState], default=SendingState.DRAFT
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change: two editors cannot cross.")
    topics = models.JSONField(default=list, help_text="Fixed when it starts. None: for everybody.")
    send_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when each subscriber has a message; empty: some may still get theirs."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    cursor = models.PositiveBigIntegerField(default=0, help_text="The last subscription that has a message.")
    recipients = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True, help_text="Why it did not start at its time.")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["send_at"], condition=Q(state="scheduled"), name="issue_sending_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(send_at__isnull=False), name="issue_scheduled_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "scheduled"]) | Q(started_at__isnull=False),
                name="issue_started_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IssueEdition(models.Model):
    """What an issue says in one language, fixed when its sending starts: a later edit changes nobody's mail."""

    sending = models.ForeignKey(IssueSending, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(max_length=10)
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    content = models.JSONField(help_text="Subject, introduction and parts, without anything personal.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sending", "language"], name="issue_edition_once_a_language")]

    def __str__(self) -> str:
        return f"{self.sending_id} ({self.language})"
