"""Resend through anymail, with its idempotency key: what it has taken once under a key it does not send again.

https://resend.com/docs/dashboard/emails/idempotency-keys: a key of up to 256 characters, kept for 24 hours; the same
key with the same body is answered as the first time.
"""

from datetime import timedelta
from typing import Any

from anymail.backends.resend import EmailBackend as AnymailResendBackend
from anymail.backends.resend import ResendPayload

from events.outbox.delivery.mime import ComposedMail


class EmailBackend(AnymailResendBackend):
    """Anymail's backend; each mail of the outbox goes under the key that stands in its Message-ID."""

    # An hour less than they keep it: a mail that is tried again later than that is one of unknown fate.
    same_key_for = timedelta(hours=23)

    def build_message_payload(self, message: Any, defaults: Any) -> ResendPayload:
        """Add the header to anymail's own payload."""
        payload = super().build_message_payload(message, defaults)
        if isinstance(message, ComposedMail):
            payload.headers["Idempotency-Key"] = message.message_id.strip("<>")
        return payload
