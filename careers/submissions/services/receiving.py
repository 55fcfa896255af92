"""Taking in a story with its picture and its consents."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q

from careers.submissions.messages import RECEIVED
from careers.submissions.models import Consent, StorySubmission
from careers.submissions.rules import WORDING_VERSION, What, Where
from portal.addresses import email_key
from portal.outgoing import Letter, post_letters
from portal.pictures.storage import private_name, private_storage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """What the form holds, cleaned. `consents`: what, where, and the words in which it was asked."""

    story: str
    part: str
    name: str
    email: str
    picture: bytes | None
    picture_alt: str
    consents: Sequence[tuple[What, Where, str]]
    until_date: date
    language: str
    submission: UUID


def take_story(*, tale: Tale, now: datetime) -> StorySubmission:
    """Put a story into the queue and write to its teller. The same form, or the same words from her again, is one."""
    known = _known(tale)
    if known is not None:
        return known
    name = _keep(tale.picture)
    try:
        with transaction.atomic():
            return _take(tale, name, now)
    except IntegrityError:
        # Two clicks at the same moment: the other one has it.
        _drop(name)
        known = _known(tale)
        if known is None:
            raise
        return known
    except BaseException:
        _drop(name)
        raise


def _take(tale: Tale, name: str, now: datetime) -> StorySubmission:
    story = StorySubmission.objects.create(
        name=tale.name,
        email=tale.email,
        part=tale.part,
        story=tale.story,
        picture=name,
        picture_alt=tale.picture_alt if name else "",
        language=tale.language,
        submission=tale.submission,
        fingerprint=fingerprint_of(tale),
        sent_at=now,
        changed_at=now,
    )
    Consent.objects.bulk_create(
        Consent(
            submission=story,
            what=what,
            where=where,
            until_date=tale.until_date,
            given_at=now,
            wording=f"{words}, {tale.until_date:%Y-%m-%d}",
            wording_version=WORDING_VERSION,
        )
        for what, where, words in tale.consents
    )
    received = Letter(
        kind=RECEIVED,
        to_email=story.email,
        about=story.about,
        dedupe_key=f"{RECEIVED}:{story.pk}",
        by_stranger=True,
    )
    post_letters([received], now=now)
    log.info("story.taken", story=story.pk, consents=len(tale.consents), has_picture=bool(name))
    return story


def _known(tale: Tale) -> StorySubmission | None:
    same = Q(submission=tale.submission) | Q(fingerprint=fingerprint_of(tale))
    return StorySubmission.objects.filter(same).first()


def fingerprint_of(tale: Tale) -> str:
    """Return a keyed digest of who says what: it tells the same story sent anew, and names nobody."""
    said = f"{email_key(tale.email)}\n{' '.join(tale.story.split())}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"reader-story:" + said, hashlib.sha256).hexdigest()


def _keep(picture: bytes | None) -> str:
    if picture is None:
        return ""
    return private_storage().save(private_name(None, ""), ContentFile(picture))


def _drop(name: str) -> None:
    if name:
        private_storage().delete(name)
