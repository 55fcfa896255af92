"""A mentor and a senior officer, their sessions, what their calendars were told, and who came."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from events.invites.rules import Method
from events.programmes.rules import PARTY_LABELS, Party

ONE_SUBJECT = Q(pair_session__isnull=False, session__isnull=True) | Q(pair_session__isnull=True, session__isnull=False)
PARTIES = [(p.value, PARTY_LABELS[p]) for p in Party]


class Pair(models.Model):
    """Two people for one phase. Who has ended can be paired anew; a completed pair stays theirs."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phase = models.ForeignKey("events.Phase", on_delete=models.PROTECT, related_name="pairs")
    interest = models.ForeignKey("events.Interest", on_delete=models.PROTECT, related_name="pairs")
    senior = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,  # whoever leaves has the log-in closed, and the worker ends the pair
        related_name="pairs",
    )
    made_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["interest"], condition=Q(ended_at__isnull=True), name="pair_one_live_a_mentor"
            ),
            models.UniqueConstraint(
                fields=["phase", "senior"], condition=Q(ended_at__isnull=True), name="pair_one_live_a_senior"
            ),
            models.CheckConstraint(
                condition=Q(senior__isnull=False) | Q(erased_at__isnull=False), name="pair_has_a_senior_until_erased"
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(ended_at__isnull=True), name="pair_completed_or_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"Pair {self.pk}"


class PairSession(models.Model):
    """A time at which the two meet. The wall-clock times are the truth, the instants follow from them."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="sessions")
    starts_local = models.CharField(max_length=16)
    ends_local = models.CharField(max_length=16)
    time_zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True, help_text="Of a video call. Never in mails or calendars.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "starts_at"], condition=Q(cancelled_at__isnull=True), name="pair_session_once_a_start"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pair_session_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_local} ({self.time_zone})"


class PairEntry(models.Model):
    """One issue of one calendar entry: append-only, so that sending it again gives the same bytes.

    It names nobody. Either a session of the pair, or one of the programme's sessions for everybody.
    """

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="entries")
    party = models.CharField(max_length=6, choices=PARTIES)
    pair_session = models.ForeignKey(PairSession, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey("events.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uid = models.CharField(max_length=200)
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=8, choices=[(m.value, m.value) for m in (Method.REQUEST, Method.CANCEL)])
    title = models.CharField(max_length=520)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    place = models.CharField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True, help_text="To compare with: a new one is told.")
    is_online = models.BooleanField(default=False)
    first_at = models.DateTimeField(help_text="CREATED.")
    stamp = models.DateTimeField(help_text="DTSTAMP.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["uid", "sequence"], name="pair_entry_once_a_sequence"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pair_entry_ends_after_it_starts"),
            models.CheckConstraint(condition=ONE_SUBJECT, name="pair_entry_has_one_session"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence} ({self.party})"


class Attendance(models.Model):
    """Whether one of the two came to one session. No row: nobody has said."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="attendance")
    party = models.CharField(max_length=6, choices=PARTIES)
    pair_session = models.ForeignKey(PairSession, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey("events.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    came = models.BooleanField()
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "party", "pair_session"],
                condition=Q(pair_session__isnull=False),
                name="attendance_once_a_pair_session",
            ),
            models.UniqueConstraint(
                fields=["pair", "party", "session"],
                condition=Q(session__isnull=False),
                name="attendance_once_a_session",
            ),
            models.CheckConstraint(condition=ONE_SUBJECT, name="attendance_has_one_session"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {'came' if self.came else 'did not come'}"
