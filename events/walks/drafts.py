"""Answers between the steps of the form: a row that only the browser's cookie can open.

The page must survive a reload and the form works without script, so the answers have to be somewhere. In the
database they are a box (libsodium's secret box) whose key is in her cookie alone: whoever reads the table, or a
backup, reads nothing. A day later they are deleted.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from events.walks.models import WalkDraft
from events.walks.rules import DRAFT_KEPT

COOKIE = "form"
BLOCK = 1_024


@dataclass(frozen=True, slots=True)
class Draft:
    """What she has answered so far, and the cookie that opens it. `answers`: by step."""

    key: UUID
    secret: bytes
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """Return the cookie's value."""
        return base64.urlsafe_b64encode(self.key.bytes + self.secret).decode("ascii").rstrip("=")


def new_draft() -> Draft:
    """Return an empty draft with a key of its own; nothing is stored yet."""
    return Draft(uuid4(), random(SecretBox.KEY_SIZE))


def read_draft(cookie: str, *, now: datetime) -> Draft | None:
    """Return the draft of a cookie, or None: there is none, it is over, or the cookie is not one of ours."""
    try:
        raw = base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + SecretBox.KEY_SIZE:
        return None
    key, secret = UUID(bytes=raw[:16]), raw[16:]
    row = WalkDraft.objects.filter(pk=key, changed_at__gt=now - DRAFT_KEPT).first()
    if row is None:
        return None
    try:
        return Draft(key, secret, json.loads(SecretBox(secret).decrypt(bytes(row.box))))
    except (CryptoError, ValueError):
        return None


def keep_draft(draft: Draft, *, step: str, answers: dict[str, Any], now: datetime) -> Draft:
    """Store the answers of one step beside those of the others."""
    kept = Draft(draft.key, draft.secret, draft.answers | {step: answers})
    plain = json.dumps(kept.answers, ensure_ascii=False).encode()
    box = SecretBox(draft.secret).encrypt(plain + b" " * (-len(plain) % BLOCK))
    WalkDraft.objects.update_or_create(pk=draft.key, defaults={"box": bytes(box), "changed_at": now})
    return kept


def forget_draft(draft: Draft) -> None:
    """Delete the answers."""
    WalkDraft.objects.filter(pk=draft.key).delete()


def forget_old_drafts(*, now: datetime) -> int:
    """Delete what nobody finished; return how many."""
    deleted, _ = WalkDraft.objects.filter(changed_at__lte=now - DRAFT_KEPT).delete()
    return deleted
