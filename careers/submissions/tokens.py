"""The teller's link: signed for this purpose, revocable, and the same in every letter."""

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

from careers.submissions.models import StorySubmission

SALT = "careers.submissions.teller"


def token_of(story: StorySubmission) -> str:
    """Return the token of a story's teller."""
    raw = story.key.bytes + story.token_version.to_bytes(2, "big")
    return Signer(salt=SALT, sep=".").sign(base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="))


def read_token(token: str) -> tuple[UUID, int] | None:
    """Return the story's key and the token's version, or None for anything that we did not sign for this."""
    try:
        payload = Signer(salt=SALT, sep=".").unsign(token)
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return (UUID(bytes=raw[:16]), int.from_bytes(raw[16:18], "big")) if len(raw) == 18 else None


def teller_address(story: StorySubmission) -> str:
    """Return the full address of the teller's page, in her language; computed, never stored."""
    with override(story.language):
        return settings.BASE_URL + reverse("careers:teller", args=[token_of(story)])
