"""What anybody who types an address may cause."""

from datetime import datetime

from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.outbox.services import book_stranger_mail

# A mail beyond the three a day waits for a day that has one left, at most so long.
MOST_DAYS_LATE = 7


def within_daily_limit(messages: list[Message], key: str, now: datetime, days_ahead: int) -> list[Message]:
    """Give each message a day on which its address has a mail left (law 6), or keep it unsent with its reason."""
    for message in messages:
        due_at = book_stranger_mail(email_key=key, now=now, days_ahead=days_ahead)
        if due_at is None:
            message.state, message.settled_at = MessageState.SKIPPED, now
            message.reason = "The address had its three mails for the day."
        else:
            message.due_at = message.first_due_at = due_at
    return messages
