"""The link that ends news: bound to its purpose and to one mail, so that it unsubscribes the address that got it.

It does not end with the registration, and moving a registration to another address does not revoke it: whoever has an
old mail can always say that they want no more.
"""

import base64
import binascii
from functools import cache
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

_SALT = "events.broadcasts.unsubscribe"


def unsubscribe_token(key: UUID) -> str:
    """Return the token of the mail with this key."""
    return Signer(salt=_SALT, sep=".").sign(base64.urlsafe_b64encode(key.bytes).decode("ascii").rstrip("="))


def read_unsubscribe_token(token: str) -> UUID | None:
    """Return the mail's key, or None for anything that we did not sign for this."""
    try:
        payload = Signer(salt=_SALT, sep=".").unsign(token)
        raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except (BadSignature, binascii.Error, ValueError):
        return None
    return UUID(bytes=raw) if len(raw) == 16 else None


def unsubscribe_url(key: UUID, language: str) -> str:
    """Return the address of the page in a language."""
    before, after = _address(language)
    return f"{before}{unsubscribe_token(key)}{after}"


@cache
def _address(language: str) -> tuple[str, str]:
    with override(language):
        before, _, after = reverse("registration:unsubscribe", args=["TOKEN"]).partition("TOKEN")
    return settings.BASE_URL + before, after
