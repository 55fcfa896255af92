"""Signed links to one registration. Bound to a purpose, revocable, and the same each time, so that a mail that is
sent again is the same mail.
"""

import base64
import binascii
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from events.registration.models import Registration


class Purpose(StrEnum):
    """What a link may do. A calendar entry is shared and pasted into services: its links can neither see nor cancel."""

    MANAGE = "events.registration.manage"
    JOIN = "events.registration.join"
    CALENDAR = "events.registration.calendar"


def token_of(registration: Registration, purpose: Purpose) -> str:
    """Return a registration's token for one purpose."""
    raw = registration.key.bytes + registration.token_version.to_bytes(2, "big")
    payload = base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
    return Signer(salt=purpose, sep=".").sign(payload)


def read_token(token: str, purpose: Purpose) -> tuple[UUID, int] | None:
    """Return the registration's key and the token's version, or None for anything that we did not sign for this."""
    try:
        payload = Signer(salt=purpose, sep=".").unsign(token)
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return (UUID(bytes=raw[:16]), int.from_bytes(raw[16:18], "big")) if len(raw) == 18 else None


def registration_links(registration: Registration) -> dict[str, str]:
    """Return the addresses that only this person gets; computed, never stored."""
    names = {
        "manage_url": ("registration:manage", Purpose.MANAGE),
        "cancel_url": ("registration:cancel", Purpose.MANAGE),
        "join_url": ("registration:join", Purpose.JOIN),
        "ics_url": ("registration:ics", Purpose.CALENDAR),
        "feed_url": ("registration:feed", Purpose.CALENDAR),
    }
    return {
        name: settings.BASE_URL + reverse(view, args=[token_of(registration, purpose)])
        for name, (view, purpose) in names.items()
    }
