"""The times that officers give, and to whom they are offered."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class WalkSlot(models.Model):
    """A time at which an officer can walk. `walk` is set by one conditional UPDATE whose row count decides."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="walk_slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    walk = models.OneToOneField(
        "events.WalkRequest", null=True, blank=True, on_delete=models.SET_NULL, related_name="slot"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="walk_slot_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["officer", "starts_at"], condition=Q(withdrawn_at__isnull=True), name="walk_slot_once_a_start"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(walk__isnull=True), name="walk_slot_withdrawn_is_free"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class WalkOffer(models.Model):
    """A slot on one woman's page, with the place where the walk would begin."""

    walk = models.ForeignKey("events.WalkRequest", on_delete=models.CASCADE, related_name="offers")
    slot = models.ForeignKey(WalkSlot, on_delete=models.CASCADE, related_name="offers")
    meeting_point = models.ForeignKey("events.MeetingPoint", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is not on her page any more.")

    class Meta:
        ordering = ["slot__starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["walk", "slot"], condition=Q(ended_at__isnull=True), name="walk_offer_once_a_slot"
            )
        ]

    def __str__(self) -> str:
        return f"Offer {self.pk}"
