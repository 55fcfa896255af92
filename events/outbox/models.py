"""Messages as rows: written in the transaction of their cause, rendered when they are sent."""

import uuid

from django.db import models
from django.db.models import Q

from events.outbox.rules import MessageState


class Message(models.Model):
    """One mail to one address. Holds ids and no text, so that no table keeps a live link."""

    key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="In the Message-ID and the provider's metadata.",
    )
    kind = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=200, unique=True, help_text="Two messages for the same cause are one.")
    stream = models.CharField(
        max_length=80, blank=True, help_text="Messages of one stream leave in the order of their ids."
    )
    to_email = models.EmailField(max_length=254, help_text="Purpose: delivery. Blanked with the registration.")
    registration = models.ForeignKey(
        "events.Registration", null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    session = models.ForeignKey("events.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revisions = models.JSONField(default=list, blank=True, help_text="Ids of the invite revisions that it carries.")

    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value.replace("_", " ")) for s in MessageState],
        default=MessageState.QUEUED,
    )
    reason = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(help_text="Its time, or the next attempt.")
    first_due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)

    # The fence rises with every claim: a worker that was stopped and lost its claim no longer matches it.
    fence = models.PositiveIntegerField(default=0)
    claimed_by = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    handed_off_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state=MessageState.QUEUED), name="message_due"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "handed_off"]),
                name="message_in_hand",
            ),
            models.Index(
                fields=["stream", "id"],
                condition=Q(state__in=["queued", "claimed", "handed_off"]) & ~Q(stream=""),
                name="message_stream_order",
            ),
            models.Index(fields=["registration", "kind"], name="message_of_registration"),
            models.Index(fields=["state", "-id"], name="message_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "handed_off"], claimed_by__isnull=False, lease_until__isnull=False)
                | (~Q(state__in=["claimed", "handed_off"]) & Q(claimed_by__isnull=True, lease_until__isnull=True)),
                name="message_claimed_has_owner_and_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["handed_off", "accepted", "unknown"]) | Q(handed_off_at__isnull=False),
                name="message_handed_off_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["skipped", "expired", "failed", "unknown"]) | ~Q(reason=""),
                name="message_not_sent_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Suppression(models.Model):
    """An address that must not be written to, and how far that goes."""

    SCOPES = (("all", "every mail"), ("news", "news only"))

    email_key = models.CharField(
        max_length=254, help_text="Purpose: to keep a promise not to write. Deleted when lifted."
    )
    scope = models.CharField(max_length=4, choices=SCOPES)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["email_key", "scope"], name="suppression_once_a_scope")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.reason}"


class StrangerMailCount(models.Model):
    """How many mails anybody who types an address has caused to it on one day (DESIGN law 6)."""

    address_digest = models.CharField(max_length=64)
    day = models.DateField()
    count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address_digest", "day"], name="stranger_count_once_a_day"),
            models.CheckConstraint(condition=Q(count__lte=3), name="stranger_mails_at_most_three_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class WorkerProcess(models.Model):
    """A worker that is or was alive. Whether it lives is asked of its lock, not of these times."""

    key = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
