"""Asking those who completed the phase before, with one click, each once."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from events.outbox.services import draft_row, enqueue
from events.programmes.models import Invitation
from events.programmes.queries.phases import alumni_to_invite
from events.programmes.services.locking import lock_phase
from events.schedule.queries import availability_of
from events.schedule.rules import Availability

log = structlog.get_logger(__name__)


@transaction.atomic
def invite_alumni(*, phase_id: int, by: Any, now: datetime) -> int | None:
    """Ask everybody who has not been asked yet; return how many, or None where nobody can express interest now."""
    phase = lock_phase(phase_id)
    if availability_of(phase.event, now=now) is not Availability.INTEREST:
        return None
    rows = []
    for earlier in alumni_to_invite(phase):
        invitation = Invitation.objects.create(earlier=earlier, phase=phase, invited_at=now, invited_by=by)
        row = draft_row(
            kind="mentoring_invited",
            dedupe_key=f"mentoring_invited:{invitation.pk}",
            to_email=earlier.email,
            now=now,
            not_after=phase.event.first_starts_at,
        )
        row.interest_id = earlier.pk
        rows.append(row)
    enqueue(rows)
    if rows:
        log.info("alumni.invited", phase=phase.pk, people=len(rows))
    return len(rows)
