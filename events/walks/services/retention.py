"""Personal data has an end date: words 30 days after closing, the request 90 days after (docs/walks.md)."""

from datetime import datetime

import structlog
from django.db import transaction

from events.walks.drafts import forget_old_drafts
from events.walks.models import WalkRequest, WalkSlot
from events.walks.rules import REQUEST_KEPT, WORDS_KEPT

log = structlog.get_logger(__name__)


@transaction.atomic
def purge_walks(*, now: datetime, dry_run: bool) -> int:
    """Delete what is over; return how many requests lost something (with `dry_run`: would).

    Borough, quarter, outcome and themes stay, without anything that leads back. Running it twice is safe.
    """
    wordy = WalkRequest.objects.filter(closed_at__lte=now - WORDS_KEPT, words_erased_at=None)
    over = WalkRequest.objects.filter(closed_at__lte=now - REQUEST_KEPT)
    if dry_run:
        return (wordy | over).count()
    forget_old_drafts(now=now)
    erased = wordy.update(sealed_words=b"", sealed_note=b"", words_erased_at=now)
    deleted = over.count()
    over.delete()
    WalkSlot.objects.filter(ends_at__lte=now - REQUEST_KEPT, walk=None).delete()
    if erased or deleted:
        log.info("personal_data.erased", walks=deleted, walk_words=erased)
    return erased + deleted
