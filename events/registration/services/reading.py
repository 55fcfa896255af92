"""Reading the mailbox that calendar replies come to, a bounded number of mails at a time."""

from datetime import datetime

import structlog
from django.db import InterfaceError, OperationalError

from events.invites.mailboxes import open_inbox
from events.registration.services.replying import receive_mail

log = structlog.get_logger(__name__)

MOST_MAILS_A_ROUND = 100


def read_replies(*, url: str, now: datetime) -> int:
    """Take in what is unread; return how many mails. Each is marked only after it has been recorded.

    Raises MailboxError. When the database fails, the mail in hand and all after it stay unread for the next round.
    """
    taken = 0
    with open_inbox(url) as inbox:
        for name, raw in inbox.unread(MOST_MAILS_A_ROUND):
            try:
                receive_mail(raw=raw, now=now)
            except (OperationalError, InterfaceError):
                log.exception("replies.database_failed")
                break
            inbox.mark(name)
            taken += 1
    if taken:
        log.info("replies.read", mails=taken)
    return taken
