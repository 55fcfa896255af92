"""Where calendar replies arrive: an IMAP folder or a maildir. Reading and marking, nothing else.

A mail is marked as seen only when whoever reads it says so: until then it is brought again.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from events.invites.inbound import MOST_MAIL_BYTES

TIMEOUT = 10  # seconds for each answer: the worker has mail to send in the meantime
_SIZE_READ = MOST_MAIL_BYTES + 1  # enough to see that a mail is too large, without fetching the rest of it


class MailboxError(Exception):
    """Raised when the mailbox cannot be reached or opened; the text is for staff and holds no password."""


class Inbox(Protocol):
    """A mailbox that is open."""

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Yield (name, bytes) of mails that have not been marked, the oldest first."""
        ...

    def mark(self, name: str) -> None:
        """Mark a mail as dealt with. It stays in the mailbox."""
        ...


@contextmanager
def open_inbox(url: str) -> Iterator[Inbox]:
    """Open the mailbox of REPLIES_URL. Raises MailboxError."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "maildir":
            yield MaildirInbox(Path(unquote(parts.path)))
            return
        with _logged_in(url) as server:
            yield ImapInbox(server, unquote(parts.path.lstrip("/")) or "INBOX")
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        # Their words may repeat what was sent to them.
        raise MailboxError(f"The mailbox cannot be read ({type(error).__name__}).") from error


@contextmanager
def _logged_in(url: str) -> Iterator[imaplib.IMAP4]:
    parts = urlsplit(url)
    host, trusted = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=trusted, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
    try:
        if parts.scheme == "imap+tls":
            server.starttls(trusted)
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


class ImapInbox:
    """A folder on an IMAP server; what is dealt with is flagged as seen."""

    def __init__(self, server: imaplib.IMAP4, folder: str) -> None:
        self.server = server
        name = folder.replace("\\", "\\\\").replace('"', '\\"')
        self._ask(server.select(f'"{name}"'))

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Yield the unseen mails in the order of their UIDs."""
        found = self._ask(self.server.uid("SEARCH", "UNSEEN"))
        names = sorted((found[0] or b"").split(), key=int)[:limit]
        for name in names:
            # PEEK: fetching a mail must not mark it.
            answer = self._ask(self.server.uid("FETCH", name.decode(), f"(BODY.PEEK[]<0.{_SIZE_READ}>)"))
            content = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if content is not None:  # otherwise somebody has deleted it meanwhile
                yield name.decode(), content

    def mark(self, name: str) -> None:
        """Flag a mail as seen."""
        self._ask(self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))

    @staticmethod
    def _ask(answer: tuple[str, Any]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error("The server refused.")
        return list(answer[1])


class MaildirInbox:
    """A maildir: what is new is in `new`, what is dealt with moves to `cur` with the flag S."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "new").is_dir():
            raise FileNotFoundError

    def unread(self, limit: int) -> Iterator[tuple[str, bytes]]:
        """Yield the new mails, in the order in which they were delivered: their names begin with the time."""
        names = sorted(path.name for path in (self.folder / "new").iterdir() if not path.name.startswith("."))
        for name in sorted(names, key=_delivered_at)[:limit]:
            path = self.folder / "new" / name
            if path.is_file():
                with path.open("rb") as file:
                    yield name, file.read(_SIZE_READ)

    def mark(self, name: str) -> None:
        """Move a mail to `cur`; another reader may have done so."""
        (self.folder / "cur").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            (self.folder / "new" / name).rename(self.folder / "cur" / f"{name.partition(':')[0]}:2,S")


def _delivered_at(name: str) -> int:
    digits = re.match(r"\d{1,15}", name)
    return int(digits[0]) if digits else 0
