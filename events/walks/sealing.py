"""What is sealed of a request, with this installation's keys."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from portal import sealing
from portal.sealing import Sealed


class NotTakenInError(Exception):
    """Raised where nothing can be sealed: this installation has no public key."""


def can_seal() -> bool:
    """Whether this process can take in a request."""
    return bool(settings.WALKS_PUBLIC_KEY)


def can_open() -> bool:
    """Whether this process holds a private key: the staff's web process and the worker do, the public one does not."""
    return bool(settings.WALKS_PRIVATE_KEYS)


def seal(content: Mapping[str, Any], *, about: UUID) -> Sealed:
    """Seal what belongs to one request. Raises NotTakenInError where there is no public key."""
    if not can_seal():
        raise NotTakenInError
    return sealing.seal(content, about=about, public=settings.WALKS_PUBLIC_KEY)


def contact_digest(contact: str) -> str:
    """Return what one woman's requests have in common; nothing for no contact. For a process with a private key."""
    return sealing.secret_digest(contact, private=settings.WALKS_PRIVATE_KEYS[0]) if contact else ""


def open_box(box: bytes | memoryview, *, key_id: str, about: UUID) -> dict[str, Any]:
    """Return what was sealed for this request; nothing for an empty box. Raises CannotOpenError."""
    if not box:
        return {}
    return sealing.open_sealed(Sealed(bytes(box), key_id), about=about, privates=settings.WALKS_PRIVATE_KEYS)
