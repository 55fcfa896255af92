"""What each person's calendar has been told: invites and their revisions, append-only."""

from django.db import models
from django.db.models import Q

from events.invites.rules import Method, PartStat


class Invite(models.Model):
    """One calendar object that one person holds: one UID for one registration and session.

    After a CANCEL it is finished: coming back means a new invite with a new UID (calendar policy, row 11).
    The name and address are those that went out; they are kept with it, so that sending it again gives the same bytes.
    """

    registration = models.ForeignKey("events.Registration", on_delete=models.PROTECT, related_name="invites")
    session = models.ForeignKey("events.Session", on_delete=models.PROTECT, related_name="invites")
    uid = models.CharField(max_length=120, unique=True)
    attendee_name = models.CharField(
        max_length=200, help_text="Purpose: the calendar entry. Blanked with the registration."
    )
    attendee_email = models.EmailField(max_length=254, help_text="The same.")
    method = models.CharField(max_length=8, choices=[(m.value, m.value) for m in (Method.REQUEST, Method.CANCEL)])
    sequence = models.PositiveIntegerField(default=0, help_text="Of the latest revision.")
    by_mail = models.BooleanField(default=True, help_text="Sent as an invite mail; otherwise by the personal feed.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session"],
                condition=Q(method="REQUEST"),
                name="invite_one_live_a_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid} ({self.method} {self.sequence})"


class InviteRevision(models.Model):
    """One issue of an invite. Rendering it again gives the same bytes (calendar policy, decision 3)."""

    invite = models.ForeignKey(Invite, on_delete=models.CASCADE, related_name="revisions")
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=8, choices=[(m.value, m.value) for m in (Method.REQUEST, Method.CANCEL)])
    version = models.ForeignKey("events.SessionVersion", on_delete=models.PROTECT, related_name="+")
    partstat = models.CharField(max_length=12, choices=[(p.value, p.value) for p in PartStat])
    stamp = models.DateTimeField(help_text="DTSTAMP.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invite", "sequence"], name="invite_revision_once")]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence}"
