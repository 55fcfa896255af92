"""Signed links to one registration. Bound to a purpose, revocable, and the same each time, so that a mail that is
sent again is the same mail.
"""

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from events.registration.models import Registration

MANAGE = "events.registration.manage"


def manage_token(registration: Registration) -> str:
    """Return the token of the manage, join and calendar links of a registration."""
    raw = registration.key.bytes + registration.token_version.to_bytes(2, "big")
    payload = base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
    return Signer(salt=MANAGE, sep=".").sign(payload)


def read_manage_token(token: str) -> tuple[UUID, int] | None:
    """Return the registration's key and the token's version, or None for anything that we did not sign."""
    try:
        payload = Signer(salt=MANAGE, sep=".").unsign(token)
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return (UUID(bytes=raw[:16]), int.from_bytes(raw[16:18], "big")) if len(raw) == 18 else None


def registration_links(registration: Registration) -> dict[str, str]:
    """Return the addresses that only this person gets; computed, never stored."""
    token = manage_token(registration)
    names = {
        "manage_url": "registration:manage",
        "join_url": "registration:join",
        "cancel_url": "registration:cancel",
        "ics_url": "registration:ics",
        "feed_url": "registration:feed",
    }
    return {name: settings.BASE_URL + reverse(view, args=[token]) for name, view in names.items()}
