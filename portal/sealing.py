"""Sealed boxes: one process writes what only another can read (libsodium, X25519 and XSalsa20-Poly1305).

A box is JSON with the number of what it belongs to, so that a box moved to another row is refused. A key's name (the
key id) is the beginning of the public key's digest. Keys are texts as the settings hold them.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

# Every box is filled up to a multiple of this: its length must not tell how much somebody wrote.
BLOCK = 512


class CannotOpenError(Exception):
    """Raised where a box cannot be opened: no key of its name here, another row's, or damaged."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A box and the name of the key that opens it."""

    box: bytes
    key_id: str


def new_key_pair() -> tuple[str, str]:
    """Return a new public and private key."""
    private = PrivateKey.generate()
    return _encoded(bytes(private.public_key)), _encoded(bytes(private))


def public_key_of(private: str) -> str:
    """Return the public key that belongs to a private one."""
    return _encoded(bytes(PrivateKey(_decoded(private)).public_key))


def key_id_of(public: str) -> str:
    """Return the name of a key."""
    return hashlib.sha256(_decoded(public)).hexdigest()[:12]


def seal(content: Mapping[str, Any], *, about: UUID, public: str) -> Sealed:
    """Seal what belongs to one row."""
    plain = json.dumps({"about": about.hex} | dict(content), ensure_ascii=False).encode()
    padded = plain + b" " * (-len(plain) % BLOCK)
    return Sealed(SealedBox(PublicKey(_decoded(public))).encrypt(padded), key_id_of(public))


def open_sealed(sealed: Sealed, *, about: UUID, privates: Iterable[str]) -> dict[str, Any]:
    """Return what was sealed for this row. Raises CannotOpenError."""
    private = next((key for key in privates if key_id_of(public_key_of(key)) == sealed.key_id), None)
    if private is None:
        raise CannotOpenError(f"This process does not hold the key {sealed.key_id}.")
    try:
        content = json.loads(SealedBox(PrivateKey(_decoded(private))).decrypt(bytes(sealed.box)))
    except (CryptoError, ValueError) as error:
        raise CannotOpenError("The box is damaged.") from error
    if content.pop("about", "") != about.hex:
        raise CannotOpenError("The box belongs to another row.")
    return dict(content)


def secret_digest(text: str, *, private: str) -> str:
    """Return what two equal texts have in common for who holds a private key, and nothing for anybody else.

    A plain digest of an address or a number is found by trying them all; without the key nobody can try.
    """
    return hashlib.blake2b(text.encode(), key=_decoded(private), person=b"secret digest", digest_size=16).hexdigest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _decoded(key: str) -> bytes:
    """Return the 32 bytes of a key. Raises ValueError for anything else."""
    try:
        raw = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ValueError("A key has 32 bytes.")
    return raw
