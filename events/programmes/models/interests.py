"""One young woman's wish to take part in one phase, and asking somebody of the last phase again."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.programmes.rules import STATE_LABELS, InterestState


class Interest(models.Model):
    """An expression of interest, from the form to the end of the programme.

    Purpose of what names her: to choose, to pair, to run the sessions. Blanked `RETENTION` after the programme's end,
    or after she was declined or withdrew; the row stays for the figures.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_version = models.PositiveSmallIntegerField(default=1, help_text="Raising it revokes every link sent so far.")
    phase = models.ForeignKey("events.Phase", on_delete=models.PROTECT, related_name="interests")
    charity = models.ForeignKey(
        "events.Charity", null=True, blank=True, on_delete=models.PROTECT, related_name="interests"
    )
    state = models.CharField(max_length=10, choices=[(s.value, STATE_LABELS[s]) for s in InterestState])
    state_at = models.DateTimeField(help_text="Since when.")
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True)
    access_needs = models.TextField(blank=True)
    is_under_18 = models.BooleanField(default=False, help_text="Purpose: nobody meets her alone.")
    answers = models.JSONField(default=list, help_text="Each with the label that it was asked with.")
    language = models.CharField(max_length=10, default="en")
    consent = models.ForeignKey("events.ConsentWording", on_delete=models.PROTECT, related_name="+")
    submission = models.UUIDField(unique=True, help_text="The form that was sent: a double click is one submission.")
    source = models.CharField(max_length=40, blank=True)
    expressed_at = models.DateTimeField()
    earlier = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="later",
        help_text="Hers in the phase before: she is an alumna.",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="For colleagues. She never reads it.")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["expressed_at", "id"]
        indexes = [
            models.Index(fields=["phase", "state", "expressed_at"], name="interest_by_phase"),
            models.Index(fields=["charity", "phase"], name="interest_by_charity"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "email_key"],
                condition=~Q(state="withdrawn") & Q(erased_at__isnull=True),
                name="interest_one_an_address_and_phase",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(email_key=""), name="interest_has_an_address_until_erased"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason="") | Q(erased_at__isnull=False),
                name="interest_declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined", "paired", "completed"]) | Q(decided_at__isnull=False),
                name="interest_decided_has_its_time",
            ),
        ]
        permissions = [
            ("follow_interest", "Can see the people of the charity they work for, and no other page"),
            ("be_paired", "Can be paired with a mentor, and see the own sessions"),
        ]

    def __str__(self) -> str:
        return f"Interest {self.pk}"  # the audit log keeps it: no name, and nothing that changes

    @property
    def is_alumna(self) -> bool:
        """Whether she took part in the phase before."""
        return self.earlier_id is not None


class Invitation(models.Model):
    """Asking somebody who completed the phase before whether she wants to take part again."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    earlier = models.ForeignKey(Interest, on_delete=models.CASCADE, related_name="invitations")
    phase = models.ForeignKey("events.Phase", on_delete=models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["earlier", "phase"], name="invitation_once_a_phase")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"
