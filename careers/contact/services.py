"""Asking a recruiter, working on the questions, and forgetting them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.log_actions import log as audit

from careers.contact.models.enquiry import RecruiterEnquiry
from careers.contact.rules import FORGOTTEN_AFTER, EnquiryState

log = structlog.get_logger(__name__)

TAKEN, NOTED = "careers.enquiry_taken", "careers.enquiry_noted"
CLOSED, REOPENED = "careers.enquiry_closed", "careers.enquiry_reopened"


# What a form says; its number alone tells a double click from a second question.
ASKED = ("topic", "message", "name", "way", "email", "phone", "preferred_time", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the form holds, cleaned."""

    topic: str
    message: str
    name: str
    way: str
    email: str
    phone: str
    preferred_time: str
    language: str
    submission: UUID


def ask_recruiter(*, question: Question, now: datetime) -> RecruiterEnquiry:
    """Put a question into the queue; the same submission twice (a double click, a reload) is one.

    Who goes back, corrects the form and sends it again has corrected the question, as long as nobody has taken it;
    afterwards it is another one.
    """
    asked = {name: getattr(question, name) for name in ASKED}
    enquiry, made = RecruiterEnquiry.objects.get_or_create(
        submission=question.submission, defaults=asked | {"asked_at": now}
    )
    if not made and any(getattr(enquiry, name) != value for name, value in asked.items()):
        untouched = RecruiterEnquiry.objects.filter(pk=enquiry.pk, state=EnquiryState.NEW, erased_at=None)
        if untouched.update(**asked):
            enquiry.refresh_from_db()
            log.info("enquiry.corrected", enquiry=enquiry.pk)
            return enquiry
        enquiry, made = RecruiterEnquiry.objects.create(submission=uuid4(), asked_at=now, **asked), True
    if made:
        log.info("enquiry.asked", enquiry=enquiry.pk, topic=enquiry.topic)
    return enquiry


@transaction.atomic
def take_enquiry(*, enquiry_id: int, by: Any) -> bool:
    """Make somebody responsible; return whether anything changed. What is closed stays closed."""
    open_ones = RecruiterEnquiry.objects.filter(pk=enquiry_id).exclude(state=EnquiryState.CLOSED)
    taken = open_ones.exclude(state=EnquiryState.IN_HAND, assigned_to=by).update(
        state=EnquiryState.IN_HAND, assigned_to=by
    )
    return _audited(taken, enquiry_id, TAKEN, by)


@transaction.atomic
def note_enquiry(*, enquiry_id: int, note: str, by: Any) -> bool:
    """Keep a note; return whether it is another than before. Nothing is added to what was erased."""
    kept = RecruiterEnquiry.objects.filter(pk=enquiry_id, erased_at=None).exclude(note=note).update(note=note)
    return _audited(kept, enquiry_id, NOTED, by)


@transaction.atomic
def close_enquiry(*, enquiry_id: int, by: Any, now: datetime) -> bool:
    """Note that it is answered; return whether it was open. From now on its data has an end date."""
    open_ones = RecruiterEnquiry.objects.filter(pk=enquiry_id).exclude(state=EnquiryState.CLOSED)
    return _audited(open_ones.update(state=EnquiryState.CLOSED, closed_at=now), enquiry_id, CLOSED, by)


@transaction.atomic
def reopen_enquiry(*, enquiry_id: int, by: Any) -> bool:
    """Take it up again; return whether it was closed and still says whom to answer."""
    closed = RecruiterEnquiry.objects.filter(pk=enquiry_id, state=EnquiryState.CLOSED, erased_at=None)
    changed = closed.update(state=EnquiryState.IN_HAND, closed_at=None, assigned_to=by)
    return _audited(changed, enquiry_id, REOPENED, by)


def _audited(changed: int, enquiry_id: int, action: str, by: Any) -> bool:
    if changed:
        audit(instance=RecruiterEnquiry.objects.get(pk=enquiry_id), action=action, user=by)
    return bool(changed)


def purge_enquiries(*, now: datetime, dry_run: bool) -> int:
    """Blank what names somebody once its time is over; return how many (with `dry_run`: would be).

    The time counts from closing; what nobody closed ends a year after it was asked. Running it twice, or on a
    restored backup, is safe.
    """
    due = _due(now)
    if dry_run:
        return due.count()
    erased = due.update(name="", email="", phone="", message="", note="", erased_at=now)
    if erased:
        log.info("personal_data.erased", enquiries=erased)
    return erased


def _due(now: datetime) -> QuerySet[RecruiterEnquiry]:
    over = Q(closed_at__lte=now - settings.RETENTION) | Q(asked_at__lte=now - FORGOTTEN_AFTER, closed_at=None)
    return RecruiterEnquiry.objects.filter(over, erased_at=None)
