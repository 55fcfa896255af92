"""One person's place in one event."""

import uuid

from django.db import models
from django.db.models import Q

from events.consent.models import ConsentWording
from events.registration.rules import LIVE_STATES, CancelledBy, RegistrationState


class Registration(models.Model):
    """One person's place in one event.

    Personal data (name, address, access needs) serves to run the event and is blanked `RETENTION_DAYS` after it
    (`purge_personal_data`); the row stays, so that figures stay true.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="registrations")
    pool = models.ForeignKey("events.SeatPool", on_delete=models.PROTECT, related_name="registrations")
    state = models.CharField(max_length=9, choices=[(s.value, s.value) for s in RegistrationState])
    name = models.CharField(
        max_length=200, blank=True, help_text="Purpose: how we address them and their calendar entry."
    )
    email = models.EmailField(
        max_length=254, blank=True, help_text="Purpose: confirmation, invite, reminders, changes."
    )
    email_key = models.CharField(max_length=254, blank=True, help_text="The address as it is compared.")
    access_needs = models.TextField(blank=True, max_length=1000, help_text="Purpose: to make the event work for them.")
    relies_on = models.JSONField(
        default=list, blank=True, help_text="Purpose: to tell them when an access fact changes that they came for."
    )
    access_told = models.JSONField(default=dict, blank=True, help_text="The answers that they were last told.")
    language = models.CharField(max_length=10, default="en", help_text="Purpose: to write to them in it.")
    source = models.CharField(max_length=40, blank=True, help_text="Where they came from: the link that they followed.")
    # Facts, not states: ticked off by staff, or the join page opened while it was on.
    attended_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    undelivered_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when mail to this address bounces; empty: it does not, as far as known."
    )
    repair_digest = models.CharField(
        max_length=64, blank=True, help_text="Of the code by which the person can correct an address that bounces."
    )
    consent = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="+")
    submission = models.UUIDField(help_text="The form that was sent: a double click is one submission.")
    token_version = models.PositiveSmallIntegerField(default=1, help_text="Raising it revokes every link sent so far.")
    registered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=8, blank=True, choices=[(b.value, b.value) for b in CancelledBy])
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["pool", "registered_at", "id"],
                condition=Q(state="waiting"),
                name="registration_waiting_order",
            ),
            models.Index(fields=["event", "state", "id"], name="registration_by_event"),
            models.Index(fields=["undelivered_at"], condition=Q(undelivered_at__isnull=False), name="undelivered"),
            models.Index(fields=["repair_digest"], condition=~Q(repair_digest=""), name="registration_by_repair"),
            # The partial unique index below does not serve SQLite's look-ups: its condition comes as parameters.
            models.Index(fields=["event", "email_key"], name="registration_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email_key"],
                condition=Q(state__in=[s.value for s in LIVE_STATES], erased_at__isnull=True),
                name="registration_one_live_an_address",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "expired"], ended_at__isnull=False)
                | (~Q(state__in=["cancelled", "expired"]) & Q(ended_at__isnull=True)),
                name="registration_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="registration_confirmed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(email_key=""),
                name="registration_has_an_address_until_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"Registration {self.pk} ({self.state})"
