"""A question to a recruiter."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from careers.contact.rules import LONGEST_MESSAGE, STATE_LABELS, EnquiryState, PreferredTime, Topic, Way

UNTIL = "Deleted RETENTION_DAYS (90) days after the question was closed."


class RecruiterEnquiry(models.Model):
    """One question of somebody who thinks about joining.

    Personal data (name, email, phone, message, our note) serves to answer them and is blanked `RETENTION_DAYS` after
    the question was closed, or a year after it was asked where nobody closed it; the row stays for the figures.
    """

    state = models.CharField(
        max_length=7, choices=[(s.value, STATE_LABELS[s]) for s in EnquiryState], default=EnquiryState.NEW.value
    )
    topic = models.CharField(max_length=11, choices=[(t.value, t.name.capitalize()) for t in Topic])
    name = models.CharField(max_length=200, blank=True, help_text=f"Purpose: how we address them. {UNTIL}")
    way = models.CharField("answer by", max_length=5, choices=[(w.value, w.name.capitalize()) for w in Way])
    email = models.EmailField(max_length=254, blank=True, help_text=f"Purpose: to answer by email. {UNTIL}")
    phone = models.CharField(max_length=40, blank=True, help_text=f"Purpose: to answer by phone. {UNTIL}")
    preferred_time = models.CharField(max_length=9, choices=[(t.value, t.name.capitalize()) for t in PreferredTime])
    message = models.TextField(
        max_length=LONGEST_MESSAGE, blank=True, help_text=f"Purpose: what they want to know. {UNTIL}"
    )
    language = models.CharField(max_length=10, help_text="The language of the page that they wrote on.")
    submission = models.UUIDField(unique=True, help_text="The form that was sent: a double click is one submission.")
    asked_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(max_length=1000, blank=True, help_text=f"Purpose: what we answered. {UNTIL}")
    closed_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "question to a recruiter"
        verbose_name_plural = "questions to recruiters"
        indexes = [models.Index(fields=["state", "asked_at"], name="enquiry_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="enquiry_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False)
                | (Q(way="email") & ~Q(email=""))
                | (Q(way="phone") & ~Q(phone="")),
                name="enquiry_can_be_answered_until_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.pk}"
