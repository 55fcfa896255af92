"""The only door to environment variables: typed readers that fail loudly and name the variable.

Every reader returns a ready value or raises `ImproperlyConfigured`, so a wrong variable stops the start-up
with one sentence instead of breaking a request later. Values are never echoed: they may hold passwords.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

# Anymail's backend names; the ones that take raw MIME carry calendar mail whole (docs/settings.md).
ANYMAIL_PROVIDERS = {
    "amazon-ses": "anymail.backends.amazon_ses.EmailBackend",
    "brevo": "anymail.backends.brevo.EmailBackend",
    "mailersend": "anymail.backends.mailersend.EmailBackend",
    "mailgun": "anymail.backends.mailgun.EmailBackend",
    "mailjet": "anymail.backends.mailjet.EmailBackend",
    "postmark": "anymail.backends.postmark.EmailBackend",
    "resend": "anymail.backends.resend.EmailBackend",
    "sendgrid": "anymail.backends.sendgrid.EmailBackend",
    "sparkpost": "anymail.backends.sparkpost.EmailBackend",
}
RAW_MIME_PROVIDERS = frozenset({"amazon-ses"})


def refuse(name: str, problem: str) -> ImproperlyConfigured:
    """Return the error that stops the start-up, in the one form that all readers use."""
    return ImproperlyConfigured(f"Environment variable {name}: {problem} See docs/settings.md.")


def text(name: str, default: str) -> str:
    """Return a variable's text without surrounding space; unset or empty counts as the default."""
    return os.environ.get(name, "").strip() or default


def whole_number(name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number between `least` and `most`."""
    raw = text(name, str(default))
    if not re.fullmatch(r"-?\d{1,9}", raw) or not least <= int(raw) <= most:
        raise refuse(name, f"must be a whole number from {least} to {most}.")
    return int(raw)


def one_of(name: str, default: str, allowed: set[str]) -> str:
    """Return one of the allowed words."""
    raw = text(name, default)
    if raw not in allowed:
        raise refuse(name, f"must be one of: {', '.join(sorted(allowed))}.")
    return raw


def names(name: str, default: list[str]) -> list[str]:
    """Return a comma-separated list of names."""
    raw = text(name, "")
    return [part.strip() for part in raw.split(",") if part.strip()] or default


def folder(name: str, default: Path) -> Path:
    """Return a folder that exists and can be written to; it is made when missing."""
    path = Path(text(name, str(default))).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(name, f"the folder cannot be made ({error.strerror}).") from error
    if not os.access(path, os.W_OK):
        raise refuse(name, "the folder cannot be written to.")
    return path


def web_address(name: str, default: str) -> str:
    """Return an http or https address without a path, a query or a trailing slash."""
    raw = text(name, default).rstrip("/")
    try:
        parts = urlsplit(raw)
        _ = parts.port  # raises ValueError on a port that is no number
    except ValueError as error:
        raise refuse(name, "is not a web address.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.username:
        raise refuse(name, "must look like https://events.example.org, without a path.")
    return raw


def database(name: str, default: str) -> dict[str, Any]:
    """Return Django's settings for a sqlite:/// or postgres:// address."""
    raw = text(name, default)
    scheme = raw.partition(":")[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise refuse(name, "must start with sqlite:/// or postgres://.")
    try:
        config = dict(environ.Env.db_url_config(raw))
    except (ValueError, environ.ImproperlyConfigured) as error:
        raise refuse(name, "is not a database address.") from error
    if not config.get("NAME"):
        raise refuse(name, "names no database.")
    return config


def mailer(name: str, mailbox: Path) -> dict[str, Any]:
    """Return Django's `MAILERS` entry for EMAIL_URL.

    `smtp://user:pass@host:port`, `smtp+tls://` (STARTTLS), `smtp+ssl://`, or `anymail+<provider>://` with the
    provider's options as a query (`anymail+postmark://?server_token=…`). Unset: a folder of .eml files.
    """
    raw = text(name, "")
    if not raw:
        return {"BACKEND": "portal.demo.mailbox.MailboxBackend", "OPTIONS": {"folder": str(mailbox)}}
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError as error:
        raise refuse(name, "is not an address.") from error
    if parts.scheme in {"smtp", "smtp+tls", "smtp+ssl"}:
        if not parts.hostname:
            raise refuse(name, "names no mail server.")
        return {
            "BACKEND": "events.outbox.delivery.smtp.OpenConnectionBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": port,
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_tls": parts.scheme == "smtp+tls",
                "use_ssl": parts.scheme == "smtp+ssl",
                "timeout": 20,
            },
        }
    kind, _, provider = parts.scheme.partition("+")
    if kind != "anymail" or provider not in ANYMAIL_PROVIDERS:
        known = ", ".join(sorted(ANYMAIL_PROVIDERS))
        raise refuse(name, f"must start with smtp://, smtp+tls://, smtp+ssl:// or anymail+<one of: {known}>://.")
    return {"BACKEND": ANYMAIL_PROVIDERS[provider], "OPTIONS": _anymail_options(name, provider, parts.query)}


def _anymail_options(name: str, provider: str, query: str) -> dict[str, Any]:
    options: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if provider != "amazon-ses":
        return options
    region = options.pop("region", "")
    if not region:
        raise refuse(name, "needs a region: anymail+amazon-ses://?region=eu-west-2.")
    # Botocore retries a time-out by itself, which would send the mail twice: the outbox alone decides on that.
    retries = {"total_max_attempts": 1}
    params = {
        "region_name": region,
        "config": {"retries": retries, "connect_timeout": 10, "read_timeout": 20},
    }
    if endpoint := options.pop("endpoint", ""):
        params["endpoint_url"] = endpoint
    return {"client_params": params, **options}
