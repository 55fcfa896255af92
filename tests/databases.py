"""Test databases, copied from a migrated template.

Wagtail's migrations take 12 to 19 seconds. They run once for each set of migration files; after that a
database is a copy: of a file on SQLite, `CREATE DATABASE … TEMPLATE` on PostgreSQL. A transactional test
also ends with a fresh copy, not with Django's flush: a flush empties what the migrations made (Wagtail's root
page, Site and Locale) and takes half a second; the copy keeps them, with the same ids, and is quicker.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.test import TransactionTestCase

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "var" / "test-templates"


def template_key() -> str:
    """Return a hash of everything that shapes a migrated database."""
    parts = [connection.vendor, settings.LANGUAGE_CODE, *settings.INSTALLED_APPS]
    parts += [f"{name} {importlib.metadata.version(name)}" for name in ("django", "wagtail")]
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            parts += [app.label, file.name, hashlib.sha256(file.read_bytes()).hexdigest()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock that the kernel frees when this process ends: of several test workers, one migrates."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate(url: str) -> None:
    """Run all migrations in a process of its own, away from pytest's warnings, sockets and coverage."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"The migrations failed:\n{ended.stdout}{ended.stderr}")


class SQLiteDatabase:
    """A file, not memory: tests of races start real processes that must see it."""

    def __init__(self, worker: str) -> None:
        self.path = Path(settings.DATA_DIR) / f"test-{worker}.sqlite3"
        self.url = f"sqlite:///{self.path}"
        self.template = TEMPLATES / f"{template_key()}.sqlite3"
        if self.template.exists():
            return
        with one_at_a_time():
            if self.template.exists():
                return
            for old in TEMPLATES.glob("*.sqlite3"):
                old.unlink()
            unfinished = self.template.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            migrate(f"sqlite:///{unfinished}")
            unfinished.rename(self.template)

    def select(self) -> None:
        connection.settings_dict["NAME"] = str(self.path)

    def restore(self) -> None:
        # A new file under the old name: a process that still holds the old one cannot write into the new.
        fresh = self.path.with_suffix(".fresh")
        shutil.copyfile(self.template, fresh)
        for leftover in ("-journal", "-wal", "-shm"):
            Path(f"{self.path}{leftover}").unlink(missing_ok=True)
        fresh.rename(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


class PostgresDatabase:
    """A database beside the one in DATABASE_URL, which is only used to create and drop."""

    def __init__(self, worker: str) -> None:
        self.home = urlsplit(os.environ["DATABASE_URL"])
        # Two runs on one server must not drop each other's databases.
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
        self.name = f"test_{run}_{worker}"
        self.url = self._url_of(self.name)
        self.template = f"template_{template_key()}"
        with one_at_a_time():
            if not self._execute("SELECT 1 FROM pg_database WHERE datname = %s", self.template):
                unfinished = f"{self.template}_unfinished"
                self._execute(f"DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")
                self._execute(f"CREATE DATABASE {unfinished}")
                migrate(self._url_of(unfinished))
                self._execute(f"ALTER DATABASE {unfinished} RENAME TO {self.template}")

    def select(self) -> None:
        connection.settings_dict["NAME"] = self.name
        # A pool would keep connections to a database that a test has just replaced.
        connection.settings_dict["OPTIONS"].pop("pool", None)

    def restore(self) -> None:
        self.remove()
        self._execute(f"CREATE DATABASE {self.name} TEMPLATE {self.template}")

    def remove(self) -> None:
        # FORCE: a process that a test started, or killed, may still be connected.
        self._execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _url_of(self, name: str) -> str:
        return urlunsplit(self.home._replace(path=f"/{name}"))

    def _execute(self, statement: str, *parameters: str) -> object:
        # Here, because a run on SQLite must work without the driver.
        import psycopg  # noqa: PLC0415

        with psycopg.connect(urlunsplit(self.home), autocommit=True) as server:
            cursor = server.execute(statement, parameters or None)
            return cursor.fetchone() if cursor.description else None


@contextmanager
def own_database() -> Iterator[None]:
    """Give this worker a database of its own; child processes find it in DATABASE_URL."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = (SQLiteDatabase if connection.vendor == "sqlite" else PostgresDatabase)(worker)
    connections.close_all()
    database.select()
    # Kept open, a connection of a server thread would outlive the database that it belongs to.
    connection.settings_dict["CONN_MAX_AGE"] = 0
    database.restore()

    def restore(self: TransactionTestCase) -> None:
        connections.close_all()
        database.restore()
        ContentType.objects.clear_cache()

    with pytest.MonkeyPatch.context() as patch:
        # TestCase rolls back and never comes here; only a transactional test does.
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        patch.setenv("DATABASE_URL", database.url)
        yield
    connections.close_all()
    database.remove()
