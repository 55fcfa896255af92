"""Fixtures of every test. The environment and the browsers have plugins beside this file."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from portal import env
from portal.page_cache.shared import memory, next_changes
from portal.page_cache.store import pages
from tests.databases import own_database
from tests.people import clock, editor, post, site, visitor  # noqa: F401 (fixtures)
from tests.programmes import charity, express, make_pair, make_phase, phase  # noqa: F401 (fixtures)
from tests.smtp_sink import SmtpSink
from tests.walks import (  # noqa: F401 (fixtures)
    coordinator,
    lambeth,
    make_officer,
    make_slots,
    make_walk,
    offer,
    officer,
    southwark,
)

# In CI nothing may be missing, so a skipped test is a failed run.
SKIPS_FAIL = os.environ.get("CI") == "true"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("needs_node") and not shutil.which("node"):
        pytest.skip("there is no node on this machine")
    if item.get_closest_marker("needs_gettext") and not shutil.which("xgettext"):
        pytest.skip("there is no gettext on this machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what belongs to the other database: a skip would say that something is missing.

    What asks no database runs on SQLite alone: it would say the same again.
    """
    if connection.vendor == "sqlite":
        left_out = [item for item in items if item.get_closest_marker("postgres")]
    else:
        left_out = [item for item in items if item.get_closest_marker("sqlite") or not _asks_database(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _asks_database(item: pytest.Item) -> bool:
    named = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(named) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if number := _skipped(config):
        terminalreporter.write_line(f"FAILED: {number} skipped; with CI=true every test must run.", red=True)


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if SKIPS_FAIL and reporter else 0


@pytest.fixture(scope="session", autouse=True)
def settings_for_tests(django_test_environment: None) -> Iterator[None]:
    """Change what would make tests slow, and what needs a build."""
    storages = django_settings.STORAGES | {
        # The manifest that hashes file names is made by collectstatic, which tests do not run.
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # A real password hash takes a tenth of a second for each log-in.
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(
        STORAGES=storages, PASSWORD_HASHERS=hashers, WHITENOISE_AUTOREFRESH=True, REGISTRATION_FLOOR=0.0
    ):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replace pytest-django's: see tests/databases.py for what and why."""
    database = ExitStack()
    with django_db_blocker.unblock():
        database.enter_context(own_database())
    yield
    with django_db_blocker.unblock():
        database.close()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Start with an empty cache: a rolled-back test leaves its counters and Wagtail's site paths in it.

    Kept pages are those of another database. Most tests never meet them: Django's client names no host.
    """
    cache.clear()
    pages.clear()
    memory.clear()
    next_changes.clear()


@pytest.fixture
def now() -> datetime:
    """Return the moment at which every test happens, unless it says otherwise."""
    return datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def data_dir() -> Path:
    """Return this worker's DATA_DIR."""
    return Path(django_settings.DATA_DIR)


@pytest.fixture
def smtp_sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpSink]:
    """Return a mail server that all mail of this test goes to, that of child processes too."""
    with SmtpSink() as sink:
        monkeypatch.setenv("EMAIL_URL", sink.url)
        with override_settings(MAILERS={"default": env.mailer("EMAIL_URL", Path())}):
            yield sink
