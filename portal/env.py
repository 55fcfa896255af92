"""The only door to environment variables: typed readers that fail loudly and name the variable.

Every reader returns a ready value or raises `ImproperlyConfigured`, so a wrong variable stops the start-up
with one sentence instead of breaking a request later. Values are never echoed: they may hold passwords.
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from portal.addresses import is_writable
from portal.sealing import new_key_pair

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

# Anymail's backends, and the options without which each cannot send.
ANYMAIL_PROVIDERS = {
    "amazon-ses": ("anymail.backends.amazon_ses.EmailBackend", ("region",)),
    "brevo": ("anymail.backends.brevo.EmailBackend", ("api_key",)),
    "mailersend": ("anymail.backends.mailersend.EmailBackend", ("api_token",)),
    "mailgun": ("anymail.backends.mailgun.EmailBackend", ("api_key",)),
    "mailjet": ("anymail.backends.mailjet.EmailBackend", ("api_key", "secret_key")),
    "mailtrap": ("anymail.backends.mailtrap.EmailBackend", ("api_token",)),
    "mandrill": ("anymail.backends.mandrill.EmailBackend", ("api_key",)),
    "postal": ("anymail.backends.postal.EmailBackend", ("api_url", "api_key")),
    "postmark": ("anymail.backends.postmark.EmailBackend", ("server_token",)),
    "resend": ("events.outbox.delivery.resend.EmailBackend", ("api_key",)),
    "sendgrid": ("anymail.backends.sendgrid.EmailBackend", ("api_key",)),
    "sparkpost": ("anymail.backends.sparkpost.EmailBackend", ("api_key",)),
    "unisender-go": ("anymail.backends.unisender_go.EmailBackend", ("api_url", "api_key")),
}
# What anymail needs besides the shared secret before it takes a provider's webhook.
WEBHOOK_KEYS = {
    "mailersend": "mailersend_signing_secret",
    "mailgun": "mailgun_webhook_signing_key",
    "mandrill": "mandrill_webhook_key",
    "postal": "postal_webhook_key",
    "unisender-go": "unisender_go_api_key",
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
    if parts.scheme not in {"http", "https"} or not parts.hostname or raw != f"{parts.scheme}://{parts.netloc}":
        raise refuse(name, "must look like https://events.example.org, without a path.")
    return raw


def email_address(name: str, default: str) -> str:
    """Return an e-mail address that can stand in a header."""
    raw = text(name, default)
    if not is_writable(raw) or "." not in raw.rpartition("@")[2]:
        raise refuse(name, "must be an email address like events@example.org.")
    return raw


def host_name(name: str, default: str) -> str:
    """Return a host name in ASCII."""
    raw = text(name, default)
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", raw):
        raise refuse(name, "must be a host name like events.example.org.")
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
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise refuse(name, "must be a mail server's name and port, without a path or a query.")
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
    backend, required = ANYMAIL_PROVIDERS[provider]
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if missing := [option for option in required if option not in options]:
        raise refuse(name, f"needs {' and '.join(missing)}: anymail+{provider}://?{required[0]}=….")
    return {"BACKEND": backend, "OPTIONS": _ses_options(options) if provider == "amazon-ses" else options}


def provider_of(mailer: dict[str, Any]) -> str:
    """Return the anymail provider of a `MAILERS` entry; empty for SMTP and the demo's folder."""
    return next((name for name, (backend, _) in ANYMAIL_PROVIDERS.items() if backend == mailer["BACKEND"]), "")


def webhooks(secret: str, providers: str, keys: str, *, default: str) -> tuple[list[str], dict[str, Any]]:
    """Return which providers may report, and anymail's settings for them; none without a secret.

    `secret` names the variable with `user:password`, `providers` the one with their names, `keys` the one with what
    single providers sign with, as a query (`mailgun_webhook_signing_key=…&resend_signing_secret=…`).
    """
    shared = text(secret, "")
    if not shared:
        return [], {}
    if not re.fullmatch(r"[^:\s]+:\S{20,}", shared):
        raise refuse(secret, "must be a user name and a password of at least 20 characters, as in portal:….")
    chosen = names(providers, [default] if default else [])
    for name in chosen:
        if name not in ANYMAIL_PROVIDERS:
            raise refuse(providers, f"must name some of: {', '.join(sorted(ANYMAIL_PROVIDERS))}.")
    signed = dict(parse_qsl(text(keys, "")))
    for name in chosen:
        if name in WEBHOOK_KEYS and WEBHOOK_KEYS[name] not in signed:
            raise refuse(keys, f"needs {WEBHOOK_KEYS[name]}=…, for {name} signs its reports with it.")
    return chosen, {"WEBHOOK_SECRET": shared, **{name.upper(): value for name, value in signed.items()}}


def mailbox(name: str) -> str:
    """Return the address of a mailbox to read: `imaps://user:password@host/Folder`, `imap+tls://…` or `maildir:///path`.

    Plain `imap://` is taken on this machine alone: everywhere else the password would cross the network in the clear.
    """
    raw = text(name, "")
    if not raw:
        return ""
    try:
        parts = urlsplit(raw)
        _ = parts.port  # raises ValueError on a port that is no number
    except ValueError as error:
        raise refuse(name, "is not an address.") from error
    if parts.query or parts.fragment:
        raise refuse(name, "must not have a query; write ? and # in a password as %3F and %23.")
    if parts.scheme == "maildir":
        if parts.netloc or not Path(unquote(parts.path), "new").is_dir():
            raise refuse(name, "must name a maildir that is there, for example maildir:///var/mail/events.")
        return raw
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK_HOSTS:
        raise refuse(name, "must start with imaps:// or imap+tls:// where the mailbox is on another machine.")
    if parts.scheme not in {"imap", "imaps", "imap+tls"}:
        raise refuse(name, "must start with imaps://, imap+tls:// or maildir:///.")
    if not (parts.hostname and parts.username and parts.password):
        raise refuse(name, "must look like imaps://user:password@mail.example.org/INBOX.")
    return raw


def walk_keys(public: str, private: str, laptop_file: Path | None) -> tuple[str, list[str]]:
    """Return the public key that requests are sealed with, and the private keys that this process may open them with.

    `public` and `private` name the variables; the private ones are a list, the newest first. Where neither is set, a
    laptop keeps a pair in `laptop_file`; elsewhere no request can be taken in.
    """
    own, held = text(public, ""), names(private, [])
    for name, keys in ((public, [own] if own else []), (private, held)):
        if not all(re.fullmatch(r"[A-Za-z0-9_-]{43}", key) for key in keys):
            raise refuse(name, "must hold what `manage.py walk_keys new` printed.")
    if own or held or laptop_file is None:
        return own, held
    if not laptop_file.exists():
        _keep_once(laptop_file, " ".join(new_key_pair()))
    own, secret = laptop_file.read_text().split()
    return own, [secret]


def _keep_once(path: Path, content: str) -> None:
    """Write a file that only we can read, unless another process that starts at the same time was faster."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as file:  # made with mode 0600
        file.write(content)
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)


def _ses_options(options: dict[str, Any]) -> dict[str, Any]:
    # Botocore retries a time-out by itself, which would send the mail twice: the outbox alone decides on that.
    retries = {"total_max_attempts": 1}
    params = {
        "region_name": options.pop("region"),
        "config": {"retries": retries, "connect_timeout": 10, "read_timeout": 20},
    }
    if endpoint := options.pop("endpoint", ""):
        params["endpoint_url"] = endpoint
    return {"client_params": params, **options}
