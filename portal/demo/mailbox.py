"""A mail backend that puts each mail into a folder, as the bytes that a mail server would get."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class MailboxBackend(BaseEmailBackend):
    """One .eml file a mail, written whole or not at all."""

    def __init__(self, *, folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail; the name sorts by time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{os.urandom(4).hex()}"
            draft = self.folder / f"{name}.part"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(self.folder / f"{name}.eml")
        return len(email_messages)
