"""A reader's story, what she consents to, and what she was shown before it was published."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.dateformat import format as format_date

from careers.submissions.rules import (
    LONGEST_STORY,
    LONGEST_WISHES,
    STATE_LABELS,
    Answer,
    Grant,
    Part,
    StoryState,
    What,
    Where,
)
from portal.pictures.storage import private_name, private_storage

UNTIL = "Deleted when the last consent ends, or RETENTION_DAYS (90) days after it was declined or last moved on."


class StorySubmission(models.Model):  # type: ignore[django-manager-missing] # Wagtail has no types
    """One story that somebody sent us.

    Pages name this row and hold the words as edited; who told it stands here only.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="In the teller's link.")
    token_version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=12, choices=[(s.value, STATE_LABELS[s]) for s in StoryState], default=StoryState.NEW.value
    )
    changed_at = models.DateTimeField(help_text="When the state last changed: the time until deletion runs from here.")
    name = models.CharField(max_length=200, blank=True, help_text=f"Purpose: how we address and credit her. {UNTIL}")
    email = models.EmailField(max_length=254, blank=True, help_text=f"Purpose: preview, consents, answer. {UNTIL}")
    part = models.CharField(max_length=13, choices=[(p.value, p.name.capitalize()) for p in Part])
    story = models.TextField(max_length=LONGEST_STORY, blank=True, help_text=f"Purpose: to publish it. {UNTIL}")
    picture = models.FileField(
        upload_to=private_name,
        storage=private_storage,
        blank=True,
        help_text="Purpose: to publish it. A file of our own making; removed when the consents for it end.",
    )
    picture_alt = models.CharField(max_length=200, blank=True)
    image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The picture as an editor took it into the library.",
    )
    language = models.CharField(max_length=10)
    submission = models.UUIDField(unique=True, help_text="The form that was sent: a double click is one submission.")
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="Keyed digest of address and words: the same story sent anew is one."
    )
    sent_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(max_length=1000, blank=True, help_text=f"Purpose: for whoever takes over. {UNTIL}")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "reader’s story"
        verbose_name_plural = "readers’ stories"
        indexes = [models.Index(fields=["state", "sent_at"], name="story_queue")]
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], condition=~Q(fingerprint=""), name="story_once"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | (~Q(email="") & ~Q(story="")),
                name="story_is_whole_until_erased",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(email="", story="", name="", picture="", fingerprint=""),
                name="story_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"Story {self.pk}"

    @property
    def about(self) -> str:
        """Return how letters name this row."""
        return f"careers.storysubmission:{self.pk}"


class Ledger(models.QuerySet["Consent"]):
    """Rows that are written once: of what stands in the ledger only the withdrawal is added."""

    def update(self, **changes: Any) -> int:
        """Write withdrawals; refuse everything else."""
        if set(changes) != {"withdrawn_at"}:
            raise TypeError("A consent is not changed: it is withdrawn, and another one given.")
        return super().update(**changes)


class Consent(models.Model):
    """One consent: what may be used where, until when, in the words in which it was given.

    Names nobody: the rows stay as proof when the story is erased.
    """

    submission = models.ForeignKey(StorySubmission, on_delete=models.PROTECT, related_name="consents")
    what = models.CharField(max_length=5, choices=[(w.value, w.name.capitalize()) for w in What])
    where = models.CharField(max_length=6, choices=[(w.value, w.name.capitalize()) for w in Where])
    until_date = models.DateField(help_text="Its last day.")
    given_at = models.DateTimeField()
    wording = models.TextField(help_text="What was agreed to, as it was shown.")
    wording_version = models.PositiveSmallIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = Ledger.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "what", "where"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once_while_it_stands",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}, {self.where}, until {format_date(self.until_date, 'j F Y')}"

    @property
    def grant(self) -> Grant:
        """Return it as the rules see it."""
        return Grant(
            what=What(self.what),
            where=Where(self.where),
            until_date=self.until_date,
            withdrawn=self.withdrawn_at is not None,
        )


class Preview(models.Model):
    """One version of one page that the teller was asked about. What she approves is what may be published."""

    submission = models.ForeignKey(StorySubmission, on_delete=models.CASCADE, related_name="previews")
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    # An old revision may be purged: what she answered still stands, by its digest.
    revision = models.ForeignKey("wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64, help_text="Of what a reader sees in this version.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(max_length=8, choices=[(a.value, a.name.capitalize()) for a in Answer], blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    wishes = models.TextField(
        max_length=LONGEST_WISHES, blank=True, help_text=f"Purpose: what she wants changed. {UNTIL}"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["page", "digest"], name="preview_once_a_version"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="preview_answered_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Preview {self.pk} of story {self.submission_id}"
