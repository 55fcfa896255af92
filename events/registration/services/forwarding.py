"""Passing on what a person must read: to the contact of the event that it is about, and then forgetting it."""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from events.invites.messages import forward_key
from events.invites.models import InboundMail, Invite
from events.invites.replies import InboundRead
from events.invites.rules import InboundOutcome
from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.outbox.services import address_digest, draft_row, enqueue
from events.schedule.models import Event, Session
from portal.addresses import email_key
from portal.branding import site_branding

MOST_FORWARDS_AN_HOUR = 3
# Words that could not be handed on by then are deleted all the same.
WORDS_KEPT = timedelta(days=30)
NO_WORDS = {"sender": "", "subject": "", "text": ""}

_OUR_MESSAGE_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@(.+)", re.IGNORECASE)


def forward(*, mail: InboundRead, row: InboundMail, words: str, now: datetime) -> None:
    """Queue a mail's words for whoever answers for the event, or note on the row why not.

    Nothing is passed on that a machine wrote, that comes from ourselves, or that the contact would find in the mailbox
    that it came from: no two machines may talk to each other through us.
    """
    envelope = mail.envelope
    session = _session_of(mail)
    event = session.event if session else _event_of_answered(mail)
    contact = (event.contact_email if event else "") or site_branding().contact_email
    ours = email_key(settings.DEFAULT_FROM_EMAIL)
    # A remark beside an answer that counts, or a speaker's decline, is news whoever's program sent it.
    if envelope.is_automatic and mail.reply is None:
        row.reason = "A machine wrote it."
    elif email_key(envelope.sender) == ours:
        row.reason = "We wrote it ourselves."
    elif not contact or email_key(contact) == ours:
        row.reason = "The contact reads this mailbox, or there is none."
    elif _forwarded_lately(envelope.sender, now) >= MOST_FORWARDS_AN_HOUR:
        row.reason = f"Its sender had {MOST_FORWARDS_AN_HOUR} mails passed on within the hour."
    else:
        row.sender, row.subject, row.text = envelope.sender, envelope.subject, words
        if row.outcome == InboundOutcome.IGNORED:
            row.outcome = InboundOutcome.FORWARDED
        message = draft_row(
            kind="forwarded",
            dedupe_key=forward_key(sender_digest=_digest(envelope.sender), digest=row.digest),
            to_email=contact,
            session_id=session.pk if session else None,
            now=now,
        )
        enqueue([message])


def forget_forwarded(*, now: datetime) -> int:
    """Blank the words that have been handed on, and those that are too old; return how many mails'."""
    waiting = InboundMail.objects.exclude(**NO_WORDS)
    old = waiting.filter(received_at__lte=now - WORDS_KEPT).update(**NO_WORDS)
    rows = list(waiting.order_by("id")[:500])
    by_key = {forward_key(sender_digest=_digest(row.sender), digest=row.digest): row.pk for row in rows}
    done = Message.objects.filter(dedupe_key__in=by_key, state=MessageState.ACCEPTED)
    ids = [by_key[key] for key in done.values_list("dedupe_key", flat=True)]
    return old + InboundMail.objects.filter(pk__in=ids).update(**NO_WORDS)


def _session_of(mail: InboundRead) -> Session | None:
    """Return the session whose entry it is about."""
    invite = Invite.objects.select_related("session__event").filter(uid=mail.uid).first() if mail.uid else None
    return invite.session if invite else None


def _event_of_answered(mail: InboundRead) -> Event | None:
    """Return the event of the mail of ours that it answers."""
    for answered in mail.envelope.answers[:10]:
        key = our_key(answered)
        message = (
            Message.objects.select_related("registration__event", "session__event").filter(key=key).first()
            if key
            else None
        )
        if message is not None and message.registration is not None:
            return message.registration.event
        if message is not None and message.session is not None:
            return message.session.event
    return None


def our_key(message_id: str) -> UUID | None:
    """Return the key of our message that a Message-ID names, or None for anybody else's."""
    match = _OUR_MESSAGE_ID.fullmatch(message_id)
    if match is None or match[2].lower() != settings.CALENDAR_DOMAIN.lower():
        return None
    with suppress(ValueError):
        return UUID(match[1])
    return None


def _forwarded_lately(sender: str, now: datetime) -> int:
    mine = Message.objects.filter(
        kind="forwarded", dedupe_key__startswith=forward_key(sender_digest=_digest(sender), digest="")
    )
    return mine.filter(created_at__gt=now - timedelta(hours=1)).count()


def _digest(sender: str) -> str:
    return address_digest(email_key(sender))[:32]
