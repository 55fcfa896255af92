"""The signed link to one request's page. Its address says nothing of walks, police or boroughs."""

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

from events.walks.models import WalkRequest

_SALT = "events.walks.appointment"


def appointment_token(walk: WalkRequest) -> str:
    """Return the token of a request's page."""
    raw = walk.key.bytes + walk.token_version.to_bytes(2, "big")
    return Signer(salt=_SALT, sep=".").sign(base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="))


def read_appointment_token(token: str) -> tuple[UUID, int] | None:
    """Return the request's key and the token's version, or None for anything that we did not sign for this."""
    try:
        payload = Signer(salt=_SALT, sep=".").unsign(token)
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return (UUID(bytes=raw[:16]), int.from_bytes(raw[16:18], "big")) if len(raw) == 18 else None


def appointment_url(walk: WalkRequest) -> str:
    """Return the whole address of a request's page, for mails and entries."""
    with override(walk.language):
        path = reverse("registration:appointment", args=[appointment_token(walk)])
    return (settings.DISCREET_URL if walk.is_discreet else settings.BASE_URL) + path
