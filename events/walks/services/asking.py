"""Taking in a request: written by the public process, which cannot read it afterwards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from django.db import transaction

from events.walks.models import WalkRequest
from events.walks.rules import SafeTime, WalkState, Way
from events.walks.sealing import seal

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the form holds, cleaned. `address`: an email address or a phone number, as `way` says."""

    borough_id: int
    area: str
    day_parts: tuple[str, ...]
    worries: str
    needs: str
    wants_woman: bool
    brings_somebody: bool
    name: str
    way: Way
    address: str
    safe_time: SafeTime
    safe_time_words: str
    is_discreet: bool
    language: str
    source: str
    submission: UUID


@transaction.atomic
def ask_for_walk(*, application: Application, now: datetime) -> WalkRequest:
    """Write a request; the same submission twice (a double click, a reload) is one.

    Whether she has asked before is not looked at here: this process cannot know, and whoever asks must not learn.
    """
    known = WalkRequest.objects.filter(submission=application.submission).first()
    if known is not None:
        return known
    key = uuid4()
    person = seal(
        {
            "name": application.name,
            "way": application.way.value,
            "address": application.address,
            "safe_time_words": application.safe_time_words,
        },
        about=key,
    )
    words = seal({"area": application.area, "worries": application.worries, "needs": application.needs}, about=key)
    walk, made = WalkRequest.objects.get_or_create(
        submission=application.submission,
        defaults={
            "key": key,
            "borough_id": application.borough_id,
            "state": WalkState.NEW,
            "state_at": now,
            "asked_at": now,
            "language": application.language,
            "is_discreet": application.is_discreet,
            "way": application.way,
            "safe_time": application.safe_time,
            "day_parts": list(application.day_parts),
            "wants_woman": application.wants_woman,
            "brings_somebody": application.brings_somebody,
            "source": application.source,
            "sealed_person": person.box,
            "sealed_words": words.box,
            "key_id": person.key_id,
        },
    )
    if made:
        log.info("walk.asked", walk=walk.pk)
    return walk
