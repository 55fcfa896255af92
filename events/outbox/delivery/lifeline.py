"""A worker's life is a lock that the kernel or the database holds: it ends with the process, whatever kills it."""

import fcntl
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, connections

OWN_LOCK = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND (classid::bigint << 32) | objid::bigint = %s
"""


class Lifeline(Protocol):
    """What the outbox asks of a worker's lock."""

    key: UUID

    def is_held(self) -> bool:
        """Whether this worker's own lock still stands."""

    def is_alive(self, other: UUID) -> bool:
        """Whether another worker's lock stands."""

    def release(self) -> None:
        """Let go, at the end."""


class FileLifeline:
    """A file lock under DATA_DIR: for SQLite, where all workers are on one machine."""

    def __init__(self, folder: Path) -> None:
        self.key = uuid4()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file = self._path(self.key).open("w")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _path(self, key: UUID) -> Path:
        return self._folder / f"{key}.lock"

    def is_held(self) -> bool:
        """A file lock cannot be lost while the process lives."""
        return True

    def is_alive(self, other: UUID) -> bool:
        """Try the other's lock: whoever gets it has proved that its owner is gone."""
        try:
            with self._path(other).open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        self._path(other).unlink(missing_ok=True)
        return False

    def release(self) -> None:
        """Let go and leave no file behind."""
        self._path(self.key).unlink(missing_ok=True)
        self._file.close()


class SessionLifeline:
    """A PostgreSQL advisory lock on a connection of its own: it falls when the session ends, on any machine."""

    def __init__(self) -> None:
        self.key = uuid4()
        # Outside the pool: a pooled connection outlives its borrower, and the lock would with it.
        self._connection: Any = connections.create_connection("default")
        options = {k: v for k, v in self._connection.settings_dict["OPTIONS"].items() if k != "pool"}
        self._connection.settings_dict = {**self._connection.settings_dict, "OPTIONS": options}
        self._ask("SELECT pg_try_advisory_lock(%s)", self.key)

    def _ask(self, sql: str, key: UUID) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, [int.from_bytes(key.bytes[:8], signed=True)])
            return cursor.fetchone()[0]

    def is_held(self) -> bool:
        """Ask the server: after a restart of it, or a broken line, the lock is gone."""
        try:
            return bool(self._ask(OWN_LOCK, self.key))
        except Exception:  # whatever the driver raises, the lock cannot be vouched for
            return False

    def is_alive(self, other: UUID) -> bool:
        """Try the other's lock; got means that its session is gone."""
        if self._ask("SELECT pg_try_advisory_lock(%s)", other):
            self._ask("SELECT pg_advisory_unlock(%s)", other)
            return False
        return True

    def release(self) -> None:
        """Let go."""
        self._connection.close()


def hold_lifeline() -> Lifeline:
    """Return a held lock of the kind that fits the database."""
    if connection.vendor == "postgresql":
        return SessionLifeline()
    return FileLifeline(settings.DATA_DIR / "workers")
