"""Django's SMTP backend on a connection that knows whether a lost line leaves a message in doubt."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from events.outbox.delivery.mime import ComposedMail

END_OF_DATA = b"\r\n.\r\n"


class CarefulSMTP(smtplib.SMTP):
    """Remembers when everything had been said and the answer is still out.

    Before the final dot has left, a broken line means that the server cannot have taken the message
    (RFC 5321, section 4.1.1.4); after it, nobody knows.
    """

    in_doubt = False

    def send(self, s: Any) -> None:
        """Send, and note when the end of a message has gone out whole."""
        super().send(s)
        if isinstance(s, bytes) and s.endswith(END_OF_DATA):
            self.in_doubt = True

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer; any answer ends the doubt."""
        reply = super().getreply()
        self.in_doubt = False
        return reply


class CarefulSMTPOverTLS(CarefulSMTP, smtplib.SMTP_SSL):
    """The same where TLS starts with the connection."""


class OpenConnectionBackend(EmailBackend):
    """Django's backend; the outbox opens it once and sends many messages."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Return the connection that knows about doubt."""
        return CarefulSMTPOverTLS if self.use_ssl else CarefulSMTP

    @property
    def in_doubt(self) -> bool:
        """Whether the last message may have been taken without our hearing of it."""
        return bool(getattr(self.connection, "in_doubt", False))

    def send_messages(self, email_messages: Any) -> int:
        """Send; our own mails have addresses that were checked when they were composed, and bytes that are ready."""
        if self.connection is None or not all(isinstance(mail, ComposedMail) for mail in email_messages):
            return int(super().send_messages(email_messages))
        for mail in email_messages:
            self.connection.sendmail(mail.envelope_from, [mail.envelope_to], mail.raw.as_bytes())
        return len(email_messages)

    def abandon(self) -> None:
        """Drop the connection without a goodbye: after a broken line a QUIT would only wait for its time-out."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
