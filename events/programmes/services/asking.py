"""Expressing interest: one form, one transaction, the same answer whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from events.consent.services import consent_wording
from events.outbox.services import enqueue
from events.programmes.models import Interest, Phase
from events.programmes.rules import OPEN_STATES, Answer, InterestState
from events.programmes.services.telling import interest_message
from events.registration.services.strangers import MOST_DAYS_LATE, within_daily_limit
from events.schedule.queries import availability_of
from events.schedule.rules import Availability
from portal.addresses import email_key

log = structlog.get_logger(__name__)


class PhaseNotOpenError(Exception):
    """Raised when nobody can express interest now; `availability` says why."""

    def __init__(self, availability: Availability) -> None:
        super().__init__(availability.value)
        self.availability = availability


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the form holds, cleaned. `earlier_id`: hers in the phase before, where she was asked again."""

    name: str
    email: str
    access_needs: str
    answers: Sequence[Answer]
    consent_text: str
    submission: UUID
    is_under_18: bool = False
    charity_id: int | None = None
    earlier_id: int | None = None
    language: str = "en"
    source: str = ""


def express_interest(*, phase_id: int, application: Application, now: datetime) -> Interest:
    """Write an expression of interest and queue the mail that says so.

    The same address twice is told by mail and changes nothing; the same submission twice is one. Raises
    PhaseNotOpenError.
    """
    for last_try in (False, False, True):
        try:
            return _express(phase_id, application, now)
        except IntegrityError:
            # The same address came between our look and our insert: now the look finds it.
            if last_try:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def _express(phase_id: int, application: Application, now: datetime) -> Interest:
    phase = Phase.objects.select_related("event").get(pk=phase_id)
    availability = availability_of(phase.event, now=now)
    if availability is not Availability.INTEREST:
        raise PhaseNotOpenError(availability)
    key = email_key(application.email)
    known = Interest.objects.filter(submission=application.submission).first()
    if known is not None:
        return known
    there = Interest.objects.filter(phase=phase, email_key=key, erased_at=None)
    known = there.exclude(state=InterestState.WITHDRAWN).first()
    if known is not None:
        message = interest_message(interest=known, kind="mentoring_known", cause=str(application.submission), now=now)
        enqueue(within_daily_limit([message], key, now, 0))
        return known
    interest = Interest.objects.create(
        phase=phase,
        charity_id=application.charity_id,
        state=InterestState.INTERESTED,
        state_at=now,
        name=application.name,
        email=application.email,
        email_key=key,
        access_needs=application.access_needs,
        answers=[answer.as_data() for answer in application.answers],
        language=application.language,
        consent=consent_wording(application.consent_text, now),
        submission=application.submission,
        is_under_18=application.is_under_18,
        source=application.source,
        earlier_id=application.earlier_id,
        expressed_at=now,
    )
    message = interest_message(interest=interest, kind="mentoring_received", cause="first", now=now)
    enqueue(within_daily_limit([message], key, now, MOST_DAYS_LATE))
    log.info("interest.expressed", interest=interest.pk, phase=phase.pk)
    return interest


@transaction.atomic
def change_details(*, interest_id: int, name: str, access_needs: str) -> None:
    """Change what she told us of herself, while she takes part. Her answers stay as staff have read them."""
    Interest.objects.filter(pk=interest_id, state__in=OPEN_STATES, erased_at=None).update(
        name=name, access_needs=access_needs
    )
