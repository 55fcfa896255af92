"""Who has asked for the newsletter."""

import uuid

from django.db import models
from django.db.models import Q

from events.newsletter.rules import SubscriptionState

UNTIL = "Blanked the moment the subscription ends."


class Subscription(models.Model):
    """One address that asked for the newsletter, and what its reader agreed to.

    Personal data (the address) serves to send the newsletter. What nobody confirms within a week is deleted; what has
    ended keeps the wording, times and a keyed digest for two years, as proof that the consent was given and ended.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="In the links of its mails.")
    token_version = models.PositiveSmallIntegerField(default=1, help_text="Links of an older one only say goodbye.")
    state = models.CharField(
        max_length=9, choices=[(s.value, s.value) for s in SubscriptionState], default=SubscriptionState.PENDING
    )
    email = models.EmailField(max_length=254, blank=True, help_text=f"Purpose: to send the newsletter. {UNTIL}")
    email_key = models.CharField(max_length=254, blank=True, help_text=f"Purpose: one subscription each. {UNTIL}")
    digest = models.CharField(
        max_length=64, db_index=True, help_text="Keyed digest of the address: an old link ends a later subscription."
    )
    language = models.CharField(max_length=10)
    topics = models.JSONField(default=list, help_text="What they want to read about.")
    source = models.CharField(max_length=40, blank=True, help_text="Where the sign-up came from.")
    consent = models.ForeignKey("events.ConsentWording", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_issue = models.ForeignKey(
        "events.IssueSending", null=True, blank=True, on_delete=models.SET_NULL, related_name="goodbyes"
    )

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "language"], name="subscription_by_state"),
            models.Index(fields=["asked_at"], condition=Q(state="pending"), name="subscription_pending"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"], condition=Q(state__in=["pending", "confirmed"]), name="subscription_once_live"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="subscription_confirmed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False, email="", email_key="")
                | (~Q(state="ended") & Q(ended_at__isnull=True) & ~Q(email="") & ~Q(email_key="")),
                name="subscription_ended_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"Subscription {self.pk}"
