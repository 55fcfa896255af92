"""Reading the demo's mails as a person would: HTML, text and the calendar file. On a laptop only."""

import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from portal.security import MAIL_READER_CSP

MOST_LISTED = 200


View = Callable[..., HttpResponse]


def on_this_machine(view: View) -> View:
    """Answer only requests that no proxy has passed on: the mailbox is for whoever sits at the laptop."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if {"X-Forwarded-For", "Forwarded", "X-Forwarded-Host"} & set(request.headers):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail of the mailbox, for the list and for reading."""

    name: str
    message: EmailMessage

    @property
    def has_calendar(self) -> bool:
        """Whether it carries an invite."""
        return self.calendar is not None

    @property
    def calendar(self) -> bytes | None:
        """Return the calendar alternative's bytes."""
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                content = part.get_payload(decode=True)
                return content if isinstance(content, bytes) else None
        return None

    def body(self, kind: str) -> str:
        """Return the `plain` or `html` alternative."""
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


def _read(path: Path) -> Mail:
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    return Mail(name=path.stem, message=message)


def _find(name: str) -> Mail:
    # The name is a file's stem: nothing that could lead out of the folder.
    path = settings.MAILBOX_DIR / f"{name}.eml"
    if not re.fullmatch(r"[0-9T]+-[0-9a-f]+", name) or not path.exists():
        raise Http404
    return _read(path)


@on_this_machine
@never_cache
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that the demo sent, the latest first."""
    paths = sorted(settings.MAILBOX_DIR.glob("*.eml"), reverse=True)
    address = request.GET.get("to", "").strip().lower()
    mails = []
    for path in paths:
        found = _read(path)
        if not address or address in str(found.message["To"]).lower():
            mails.append(found)
        if len(mails) == MOST_LISTED:
            break
    return render(request, "demo/mailbox.html", {"mails": mails, "count": len(paths), "address": address})


@on_this_machine
@never_cache
@require_safe
@csp_override(MAIL_READER_CSP)
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail."""
    found = _find(name)
    calendar = found.calendar
    context = {"mail": found, "text": found.body("plain"), "calendar": calendar.decode() if calendar else ""}
    return render(request, "demo/mail.html", context)


@on_this_machine
@never_cache
@require_safe
@xframe_options_exempt
@csp_override(MAIL_READER_CSP | {"frame-ancestors": ["'self'"], "script-src": ["'none'"]})
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of one mail, for the frame of the reader."""
    return HttpResponse(_find(name).body("html"))


@on_this_machine
@never_cache
@require_safe
def mail_calendar(request: HttpRequest, name: str) -> HttpResponse:
    """The calendar file of one mail, to open in a calendar."""
    calendar = _find(name).calendar
    if calendar is None:
        raise Http404
    return HttpResponse(
        calendar,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invite.ics"'},
    )
