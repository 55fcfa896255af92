"""What each person's calendar has been told: invites and their revisions, append-only."""

from django.db import models
from django.db.models import Q

from events.invites.rules import InboundOutcome, Method, PartStat


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
    # How far its issues got: the SEQUENCE last taken by the mail server, delivered, and seen by the person on a page or
    # in their feed. Empty: none yet.
    accepted_sequence = models.PositiveIntegerField(null=True, blank=True)
    delivered_sequence = models.PositiveIntegerField(null=True, blank=True)
    seen_sequence = models.PositiveIntegerField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    # The last calendar reply: a hint, never the truth (calendar policy, rows 13 and 14).
    answer = models.CharField(max_length=12, blank=True, choices=[(p.value, p.value) for p in PartStat])
    answer_sequence = models.PositiveIntegerField(null=True, blank=True)
    answer_stamp = models.DateTimeField(null=True, blank=True, help_text="DTSTAMP of the reply.")
    answered_at = models.DateTimeField(null=True, blank=True)
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


class InboundMail(models.Model):
    """One mail that came in, and what became of it. Its words are kept only while they wait to be forwarded."""

    digest = models.CharField(max_length=64, unique=True, help_text="Of its Message-ID: the same mail twice is one.")
    outcome = models.CharField(max_length=12, choices=[(o.value, o.value) for o in InboundOutcome])
    reason = models.CharField(max_length=200, blank=True)
    invite = models.ForeignKey(Invite, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    sender = models.CharField(max_length=254, blank=True, help_text="Purpose: to answer them. Blanked once forwarded.")
    subject = models.CharField(max_length=300, blank=True, help_text="The same.")
    text = models.TextField(blank=True, help_text="The same.")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}"
