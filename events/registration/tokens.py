"""Signed links to one registration. Bound to a purpose, revocable, and the same each time, so that a mail that is
sent again is the same mail.
"""

import base64
import binascii
from enum import StrEnum
from functools import cache
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

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
    tokens = {purpose: token_of(registration, purpose) for purpose in Purpose}
    addresses = _addresses(registration.language)
    return {name: f"{before}{tokens[purpose]}{after}" for name, (purpose, before, after) in addresses.items()}


@cache
def _addresses(language: str) -> dict[str, tuple[Purpose, str, str]]:
    """Return each link's purpose and what stands before and after its token: looked up once, for a thousand mails."""
    views = {
        "manage_url": ("manage", Purpose.MANAGE),
        "cancel_url": ("cancel", Purpose.MANAGE),
        "join_url": ("join", Purpose.JOIN),
        "ics_url": ("ics", Purpose.CALENDAR),
        "feed_url": ("feed", Purpose.CALENDAR),
    }
    found = {}
    for name, (view, purpose) in views.items():
        with override(language):
            before, _, after = reverse(f"registration:{view}", args=["TOKEN"]).partition("TOKEN")
        found[name] = (purpose, settings.BASE_URL + before, after)
    return found
