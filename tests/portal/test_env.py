"""Environment variables: a right value works, a wrong one stops the start-up and names itself."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {
    "BASE_URL": "https://events.example.org",
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "events.example.org",
    "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example.org:587",
}


SHOW = "import django; django.setup(); from django.conf import settings as s; print(s.MAILERS, s.DATABASES)"


def start(tmp_path, **variables):
    """Start Django with these variables and nothing else of ours; return (exit code, what it said)."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from django.conf import settings as s; print(s.MAILERS, s.DATABASES)",
        ],
        cwd=ROOT,
        env=clean | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DATA_DIR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_a_laptop_needs_no_variable_at_all(tmp_path):
    code, said = start(tmp_path)

    assert code == 0, said
    assert "MailboxBackend" in said
    assert str(tmp_path / "portal.sqlite3") in said
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_public_site_starts_when_everything_is_chosen(tmp_path):
    code, said = start(tmp_path, **PUBLIC)

    assert code == 0, said
    assert "'password': 'p@ss'" in said
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_a_public_site_has_no_default_for_what_must_be_chosen(tmp_path, missing):
    code, said = start(tmp_path, **{name: value for name, value in PUBLIC.items() if name != missing})

    assert code != 0
    assert f"Environment variable {missing}:" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "events.example.org"),
        ("BASE_URL", "https://events.example.org/path"),
        ("BASE_URL", "http://127.0.0.1:eight"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("DATABASE_URL", "mysql://localhost/portal"),
        ("DATABASE_URL", "postgres://"),
        ("DATA_DIR", "/proc/portal"),
        ("EMAIL_URL", "imap://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("EMAIL_URL", "anymail+pigeon://"),
        ("EMAIL_URL", "anymail+amazon-ses://"),
        ("EMAIL_URL", "anymail+postmark://"),
        ("EMAIL_URL", "smtp://mail.example.org?tls=no"),
        ("FROM_EMAIL", "not an address"),
        ("CALENDAR_DOMAIN", "a b"),
        ("BASE_URL", "http://127.0.0.1/#top"),
        ("TLS_ENDS_AT_PROXY", "perhaps"),
        ("REDIS_URL", "http://localhost"),
        ("TASKS_BACKEND", "carrots"),
        ("STORAGE_URL", "ftp://files"),
        ("SECRET_KEY", "short"),
        ("DEBUG", "yes"),
        ("QUIET_PERIOD_SECONDS", "-5"),
        ("LOG_LEVEL", "LOUD"),
        ("PAGE_CACHE_MEGABYTES", "-1"),
        ("FRONTEND_CACHE_URL", "varnish:6081"),
        ("FRONTEND_CACHE_URL", "http://varnish.example.org:6081/purge"),
    ],
)
def test_a_wrong_value_stops_the_start_up_and_names_the_variable(tmp_path, name, value):
    code, said = start(tmp_path, **{name: value})

    assert code != 0
    assert f"ImproperlyConfigured: Environment variable {name}:" in said
    assert "docs/settings.md" in said


def test_a_wrong_value_is_not_repeated(tmp_path):
    """It may hold a password, and start-up errors end up in logs."""
    _, said = start(tmp_path, EMAIL_URL="imap://user:hunter2@mail.example.org")

    assert "hunter2" not in said


def test_amazon_ses_is_a_provider(tmp_path):
    code, said = start(tmp_path, EMAIL_URL="anymail+amazon-ses://?region=eu-west-2")

    assert code == 0, said
    assert "anymail.backends.amazon_ses.EmailBackend" in said
    assert "'total_max_attempts': 1" in said, "botocore must not send again by itself"


def test_what_a_database_address_says_stands(tmp_path):
    _, said = start(tmp_path, DATABASE_URL="postgres://user@db.example.org/portal?sslmode=require")

    assert "'sslmode': 'require'" in said
    assert "'pool'" in said


def test_every_variable_is_documented():
    """The settings table and the example name each variable that the code reads."""
    source = (ROOT / "portal" / "settings.py").read_text() + (ROOT / "portal" / "env.py").read_text()

    names = set(re.findall(r'env\.(?:\w+)\(\s*"([A-Z_]+)"', source))
    assert len(names) > 15
    for document in ("docs/settings.md", ".env.example"):
        text = (ROOT / document).read_text()
        assert not {name for name in names if name not in text}, document
