"""Django's SMTP backend on a connection that knows whether a lost line leaves a message in doubt."""

import re
import smtplib
from contextlib import suppress
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from events.outbox.delivery.mime import ComposedMail

END_OF_DATA = b"\r\n.\r\n"
LEADING_PERIOD = re.compile(rb"(?m)^\.")
OK, GO_AHEAD, GOING = 250, 354, 421  # 421: it closes the line with this answer
TAKEN = {250, 251}


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

    def send_one(self, sender: str, recipient: str, message: bytes) -> None:
        """Send one message to one recipient; raises what `sendmail` raises.

        Where the server knows PIPELINING (RFC 2920), MAIL, RCPT and DATA leave together: two round trips, not four.
        The addresses were checked when the mail was composed, and `message` has CRLF line ends.
        """
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("pipelining"):
            self.sendmail(sender, [recipient], message)
            return
        self.send(f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n")
        mail = self.getreply()
        rcpt = self.getreply() if mail[0] != GOING else mail
        data = self.getreply() if rcpt[0] != GOING else rcpt
        if data[0] == GOING:
            self.close()
        if data[0] == GO_AHEAD and (mail[0] != OK or rcpt[0] not in TAKEN):
            # It let the data come all the same (RFC 2920, section 3.1): end it with nothing in it.
            super().send(b".\r\n")
            self.getreply()
        if mail[0] != OK:
            self._rset()
            raise smtplib.SMTPSenderRefused(*mail, sender)
        if rcpt[0] not in TAKEN:
            self._rset()
            raise smtplib.SMTPRecipientsRefused({recipient: rcpt})
        if data[0] != GO_AHEAD:
            self._rset()
            raise smtplib.SMTPDataError(*data)
        # Looked for first: hardly any mail has such a line, and the search is a hundredth of the substitution.
        dotted = message.startswith(b".") or b"\n." in message
        self.send((LEADING_PERIOD.sub(b"..", message) if dotted else message) + b".\r\n")
        answer = self.getreply()
        if answer[0] != OK:
            self._rset()
            raise smtplib.SMTPDataError(*answer)

    def _rset(self) -> None:
        with suppress(smtplib.SMTPServerDisconnected):
            self.rset()


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
        connection: Any = self.connection
        if connection is None or not all(isinstance(mail, ComposedMail) for mail in email_messages):
            return int(super().send_messages(email_messages))
        for mail in email_messages:
            connection.send_one(mail.envelope_from, mail.envelope_to, mail.raw.as_bytes())
        return len(email_messages)

    def abandon(self) -> None:
        """Drop the connection without a goodbye: after a broken line a QUIT would only wait for its time-out."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
