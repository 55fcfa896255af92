"""No more news, and news again: by the link in a mail, for the address that got it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from events.broadcasts.queries import mail_of_token
from events.outbox.rules import Scope
from events.outbox.services import lift_suppression, suppress
from portal.addresses import email_key

BY_LINK = "Unsubscribed from news, by the link in a mail."


@transaction.atomic
def unsubscribe(*, key: UUID, now: datetime) -> bool:
    """Send no more news to the address that got this mail; return whether that is new.

    What concerns a place still comes.
    """
    mail = mail_of_token(key)
    if mail is None or not mail.to_email:
        return False
    return suppress(email_key=email_key(mail.to_email), scope=Scope.NEWS, reason=BY_LINK, now=now)


@transaction.atomic
def subscribe_again(*, key: UUID) -> bool:
    """Send news to the address again; return whether it had been unsubscribed. What bounces stays suppressed."""
    mail = mail_of_token(key)
    if mail is None or not mail.to_email:
        return False
    return lift_suppression(email_key=email_key(mail.to_email), scope=Scope.NEWS)
