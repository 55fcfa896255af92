"""Messages as rows: written in the transaction of their cause, rendered when they are sent."""

import uuid

from django.db import models
from django.db.models import F, Q

from events.outbox.rules import DELIVERY_LABELS, Delivery, MessageState, Scope


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
    broadcast = models.ForeignKey(
        "events.Broadcast", null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    # A subscription is deleted in the end, and the figures of its issues stay: the row goes on without it.
    subscription = models.ForeignKey(
        "events.Subscription", null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    issue_sending = models.ForeignKey(
        "events.IssueSending", null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    # To the woman who asked for a walk: `to_email` is empty, for her address is sealed until the mail is written.
    walk = models.ForeignKey(
        "events.WalkRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    walk_entry = models.ForeignKey(
        "events.WalkEntry", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    # About one expression of interest: to her, or to the senior officer whom she is paired with.
    interest = models.ForeignKey(
        "events.Interest", null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    pair_entry = models.ForeignKey(
        "events.PairEntry", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revisions = models.JSONField(default=list, blank=True, help_text="Ids of the invite revisions that it carries.")
    about = models.CharField(
        max_length=80, blank=True, help_text="What another app's letter is about: careers.storysubmission:17."
    )

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

    # What the provider has reported since (`DeliveryReceipt`). `followed`: what the features above have acted on.
    delivery = models.PositiveSmallIntegerField(
        choices=[(d.value, label) for d, label in DELIVERY_LABELS.items()], default=Delivery.NONE
    )
    delivery_at = models.DateTimeField(null=True, blank=True)
    delivery_reason = models.CharField(max_length=300, blank=True)
    followed = models.PositiveSmallIntegerField(default=Delivery.NONE)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(delivery__gt=F("followed")), name="message_to_follow"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
            models.Index(
                fields=["broadcast", "state"], condition=Q(broadcast__isnull=False), name="message_of_broadcast"
            ),
            models.Index(
                fields=["issue_sending", "state"], condition=Q(issue_sending__isnull=False), name="message_of_issue"
            ),
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
            models.Index(fields=["about"], condition=~Q(about=""), name="message_about"),
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

    SCOPES = (
        (Scope.ALL, "every mail"),
        (Scope.OPTIONAL, "everything but what concerns a place"),
        (Scope.NEWS, "news only"),
    )

    email_key = models.CharField(
        max_length=254, help_text="Purpose: to keep a promise not to write. Deleted when lifted."
    )
    scope = models.CharField(max_length=8, choices=SCOPES)
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


class DeliveryReceipt(models.Model):
    """One thing that a provider has reported about one mail. Append-only; it names no address."""

    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="receipts")
    digest = models.CharField(max_length=64, unique=True, help_text="The same report twice is one.")
    provider = models.CharField(max_length=40)
    provider_id = models.CharField(max_length=200, blank=True, help_text="The provider's name for the mail.")
    delivery = models.PositiveSmallIntegerField(choices=[(d.value, label) for d, label in DELIVERY_LABELS.items()])
    scope = models.CharField(max_length=8, blank=True, help_text="What is not sent to the address any more.")
    is_permanent = models.BooleanField(default=False, help_text="A bounce that no later try would mend.")
    reason = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [
            # What came before our own record of the hand-off waits for it.
            models.Index(fields=["provider_id"], condition=Q(message__isnull=True), name="receipt_without_message"),
        ]

    def __str__(self) -> str:
        return f"{self.get_delivery_display()} ({self.provider})"


class MailRoute(models.Model):
    """One way out for mail (a server or provider), and whether it is open: the circuit that all workers share."""

    name = models.CharField(max_length=80, unique=True)
    failures = models.PositiveIntegerField(default=0, help_text="Since the last mail that it took.")
    closed_until = models.DateTimeField(null=True, blank=True, help_text="Nothing is tried before; empty: open.")
    failing_since = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
