"""Signed links of a programme, bound to a purpose. One for the calendar can see and withdraw nothing."""

import base64
import binascii
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

from events.programmes.models import Interest, Invitation


class Purpose(StrEnum):
    """What a link may do. A calendar entry is shared: its link leads into a video call and shows nothing else."""

    PAGE = "events.programmes.page"
    JOIN = "events.programmes.join"
    AGAIN = "events.programmes.again"


def token_for(key: UUID, version: int, purpose: Purpose) -> str:
    """Return a token."""
    raw = key.bytes + version.to_bytes(2, "big")
    return Signer(salt=purpose, sep=".").sign(base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="))


def token_of(interest: Interest, purpose: Purpose = Purpose.PAGE) -> str:
    """Return the token of somebody's own page, or of her way into the calls."""
    return token_for(interest.key, interest.token_version, purpose)


def read_token(token: str, purpose: Purpose) -> tuple[UUID, int] | None:
    """Return the key and the token's version, or None for anything that we did not sign for this."""
    try:
        payload = Signer(salt=purpose, sep=".").unsign(token)
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return (UUID(bytes=raw[:16]), int.from_bytes(raw[16:18], "big")) if len(raw) == 18 else None


def page_url(interest: Interest) -> str:
    """Return the whole address of somebody's own page."""
    return _address("mentoring", token_of(interest), interest.language)


def join_url(interest: Interest) -> str:
    """Return the whole address of her way into the video calls."""
    return _address("mentoring-join", token_of(interest, Purpose.JOIN), interest.language)


def again_url(invitation: Invitation) -> str:
    """Return the whole address of the form with what she answered before; revoked with her own links."""
    token = token_for(invitation.key, invitation.earlier.token_version, Purpose.AGAIN)
    return _address("mentoring-again", token, invitation.earlier.language)


def _address(view: str, token: str, language: str) -> str:
    with override(language):
        return settings.BASE_URL + reverse(f"registration:{view}", args=[token])
