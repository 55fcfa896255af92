"""Keeping a wording as it was shown to somebody."""

import hashlib
from datetime import datetime

from events.consent.models import ConsentWording


def consent_wording(text: str, now: datetime) -> ConsentWording:
    """Return the wording as it was shown; a new text is a new version."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    wording = ConsentWording.objects.filter(digest=digest).first()
    if wording is None:
        version = ConsentWording.objects.count() + 1
        wording = ConsentWording.objects.create(version=version, text=text, digest=digest, created_at=now)
    return wording
