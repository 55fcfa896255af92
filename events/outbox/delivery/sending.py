"""One hand-off to the mail server, and what its answer or its silence means."""

import re
import smtplib
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import structlog
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from events.outbox.delivery.mime import ComposedMail
from events.outbox.delivery.smtp import GOING
from events.outbox.rules import Answer, Outcome

log = structlog.get_logger(__name__)


class MailServer:
    """The mail server or provider of EMAIL_URL, on a connection that stays open between messages."""

    def __init__(self) -> None:
        self._mailer: Any = None

    def open(self) -> Answer | None:
        """Open the connection if it is not; return None, or the answer that holds for every message that waits."""
        try:
            if self._mailer is None:
                self._mailer = mailers.default
            self._mailer.open()
        except (OSError, smtplib.SMTPException, AnymailError, ImproperlyConfigured) as error:
            self._drop()
            return Answer(
                outcome=Outcome.RETRY,
                reason=f"The mail server cannot be reached ({_short(error)}).",
                connection_lost=True,
            )
        return None

    def send(self, mail: ComposedMail) -> Answer:
        """Send one mail. Never raises for anything that a server or a network can do."""
        try:
            self._mailer.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return self._settled(_from_code(code, text, "the recipient"))
        except smtplib.SMTPDataError as error:
            return self._settled(_from_code(error.smtp_code, error.smtp_error, "the message"))
        except smtplib.SMTPResponseException as error:
            if self._in_doubt():
                return self._lost(Outcome.UNKNOWN, "The answer to the message could not be read.")
            # The sender, the greeting or the log-in: our own set-up, which an operator will mend. Never final.
            answer = self._lost(Outcome.RETRY, f"{error.smtp_code} {_mask(error.smtp_error)}")
            # 421: it only closes this line; opening another shows whether it is there.
            return replace(answer, route_down=error.smtp_code != GOING)
        except AnymailRecipientsRefused:
            return Answer(outcome=Outcome.REFUSED, reason="The provider refused the recipient.")
        except AnymailAPIError as error:
            return _from_provider(error)
        except ValueError as error:
            return Answer(outcome=Outcome.REFUSED, reason=f"It cannot be addressed: {_short(error)}")
        except (OSError, smtplib.SMTPException) as error:
            if self._in_doubt():
                return self._lost(Outcome.UNKNOWN, f"The line broke after the message had been sent ({_short(error)}).")
            return self._lost(Outcome.RETRY, f"The line broke before the message had been sent ({_short(error)}).")
        except Exception as error:
            # A fault of our own or of a library: whether it left nobody knows, and the batch must not stop at it.
            log.exception("outbox.sending_failed")
            return self._lost(Outcome.UNKNOWN, f"Sending failed ({type(error).__name__}). The log has the details.")
        status = getattr(mail, "anymail_status", None)
        return Answer(outcome=Outcome.ACCEPTED, provider_id=str(getattr(status, "message_id", "") or "")[:200])

    def close(self) -> None:
        """Say goodbye; a server that has gone already is no news."""
        if self._mailer is not None:
            try:
                self._mailer.close()
            except (OSError, smtplib.SMTPException):
                self._drop()
            self._mailer = None

    def _in_doubt(self) -> bool:
        return bool(getattr(self._mailer, "in_doubt", True))

    def _settled(self, answer: Answer) -> Answer:
        return self._lost(answer.outcome, answer.reason) if answer.connection_lost else answer

    def _lost(self, outcome: Outcome, reason: str) -> Answer:
        self._drop()
        return Answer(outcome=outcome, reason=reason[:300], connection_lost=True)

    def _drop(self) -> None:
        if hasattr(self._mailer, "abandon"):
            self._mailer.abandon()
        self._mailer = None


def _from_code(code: int, text: bytes | str, what: str) -> Answer:
    """RFC 5321, section 4.2.1: 2yz is a yes, 4yz may be tried again, 5yz may not; 421 also closes the line.

    Anything else (smtplib says -1 for what is no code at all) is no answer that could be relied on.
    """
    reason = f"The mail server refused {what}: {code} {_mask(text)}"[:300]
    if 200 <= code < 300:
        return Answer(outcome=Outcome.ACCEPTED)
    if not 400 <= code < 600:
        reason = f"The mail server's answer to {what} makes no sense: {code} {_mask(text)}"[:300]
        return Answer(outcome=Outcome.UNKNOWN, reason=reason, connection_lost=True)
    if 500 <= code < 600:
        return Answer(outcome=Outcome.REFUSED, reason=reason)
    return Answer(outcome=Outcome.RETRY, reason=reason, connection_lost=code == 421)


# Botocore's and requests' own names for "no connection was made": then certainly nothing was taken.
_NEVER_CONNECTED = {
    "ConnectTimeoutError",
    "EndpointConnectionError",
    "ConnectTimeout",
    "NewConnectionError",
    "ProxyConnectionError",
    "NoCredentialsError",
}
_BUSY = {
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "LimitExceededException",
    "SendingPausedException",
}


def _from_provider(error: AnymailAPIError) -> Answer:
    cause = error.__cause__
    response = getattr(cause, "response", None)
    if isinstance(response, dict):  # boto3: a parsed answer
        code = str(response.get("Error", {}).get("Code", ""))
        status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    else:
        code, status = "", error.status_code or 0
    reason = f"The provider answered {status or type(cause).__name__} {code}".strip()[:300]
    # Not about this message: the provider is away or busy, or refuses our credentials, which an operator will mend.
    if type(cause).__name__ in _NEVER_CONNECTED or code in _BUSY or status in {401, 403, 408, 429, 503}:
        return Answer(outcome=Outcome.RETRY, reason=reason, route_down=True, retry_after=_retry_after(error))
    if status == HTTPStatus.CONFLICT:
        # An idempotency key that it knows with other words, or is at work on: the first one may have left.
        return Answer(outcome=Outcome.UNKNOWN, reason=f"{reason}: it may have been taken."[:300])
    if 400 <= status < 500:
        return Answer(outcome=Outcome.REFUSED, reason=reason)
    return Answer(outcome=Outcome.UNKNOWN, reason=f"{reason}: it may have been taken."[:300])


def _retry_after(error: AnymailAPIError) -> timedelta | None:
    """Return how long a provider asks us to wait (RFC 9110, section 10.2.3: seconds or a date), if it says."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    said = str(headers.get("Retry-After", "")).strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said), 86_400))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    # By the provider's own clock, which wrote both.
    try:
        now = parsedate_to_datetime(str(headers.get("Date", "")))
        return max(until - now, timedelta(0))
    except (ValueError, TypeError):
        return None


def _mask(text: bytes | str) -> str:
    """Return a server's words without addresses: reasons are shown and logged (DESIGN law 7)."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return re.sub(r"[^\s<>]+@[^\s<>]+", "(address)", " ".join(words.split()))[:200]


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {_mask(str(error))}"[:160]
