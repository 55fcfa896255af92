"""The links in the newsletter's mails: one to confirm, one that a reader changes and ends everything with.

The reader's link names the subscription, the version of its links and the issue that it came in. An older version only
says goodbye: whoever has an old mail can always say that they want no more.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import override

_READER, _CONFIRM = "events.newsletter.reader", "events.newsletter.confirm"
_FORM = struct.Struct(">16sHI")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLink:
    """What a link says. `issue`: the sending that it came with, 0 for none."""

    key: UUID
    version: int
    issue: int


def reader_token(*, key: UUID, version: int, issue: int = 0) -> str:
    """Return the token of a reader's link."""
    return _signed(_READER, key, version, issue)


def confirm_token(*, key: UUID, version: int) -> str:
    """Return the token of the link that confirms a subscription."""
    return _signed(_CONFIRM, key, version, 0)


def read_reader_token(token: str) -> ReaderLink | None:
    """Return what a reader's link says, or None for anything that we did not sign for this."""
    return _read(_READER, token)


def read_confirm_token(token: str) -> ReaderLink | None:
    """Return which subscription is to be confirmed, or None for anything that we did not sign for this."""
    return _read(_CONFIRM, token)


def preferences_url(token: str, language: str) -> str:
    """Return the address of the preference page in a language."""
    return _url("newsletter-preferences", token, language)


def unsubscribe_url(token: str, language: str) -> str:
    """Return the address that ends the newsletter."""
    return _url("newsletter-unsubscribe", token, language)


def confirm_url(token: str, language: str) -> str:
    """Return the address of the page that confirms."""
    return _url("newsletter-confirm", token, language)


def _signed(salt: str, key: UUID, version: int, issue: int) -> str:
    payload = base64.urlsafe_b64encode(_FORM.pack(key.bytes, version, issue)).decode("ascii").rstrip("=")
    return Signer(salt=salt, sep=".").sign(payload)


def _read(salt: str, token: str) -> ReaderLink | None:
    try:
        payload = Signer(salt=salt, sep=".").unsign(token)
        key, version, issue = _FORM.unpack(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (BadSignature, binascii.Error, struct.error, ValueError):
        return None
    return ReaderLink(key=UUID(bytes=key), version=version, issue=issue)


def _url(name: str, token: str, language: str) -> str:
    before, after = _address(name, language)
    return f"{before}{token}{after}"


@cache
def _address(name: str, language: str) -> tuple[str, str]:
    with override(language):
        before, _, after = reverse(f"registration:{name}", args=["TO.KEN"]).partition("TO.KEN")
    return settings.BASE_URL + before, after
