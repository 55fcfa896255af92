"""The outbox as the office that delivers other apps' letters (portal/outgoing.py, ADR 19)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q

from events.outbox.messages import Draft, MessageKind, Obsolete, register
from events.outbox.models import Message
from events.outbox.rules import UNSETTLED, MessageState
from events.outbox.services import book_stranger_mail, draft_row, enqueue
from portal.addresses import email_key
from portal.outgoing import Letter, LetterKind, NoLongerTrueError


class OutboxOffice:
    """Writes letters as messages, and composes them by their own kind."""

    def accept_kind(self, kind: LetterKind) -> None:
        """Register a kind of letter as a kind of message."""
        register(MessageKind(name=kind.name, prepare=partial(_prepare, kind), compose=partial(_compose, kind)))

    def take(self, letters: Sequence[Letter], *, now: datetime) -> None:
        """Write letters; what strangers cause counts against the address's daily limit, once for each letter."""
        rows = [_row(letter, now) for letter in letters]
        known = {row.dedupe_key for row in rows} & set(
            Message.objects.filter(dedupe_key__in=[row.dedupe_key for row in rows]).values_list("dedupe_key", flat=True)
        )
        enqueue(
            [
                row
                for row, letter in zip(rows, letters, strict=True)
                if row.dedupe_key not in known and (not letter.by_stranger or _has_one_left(letter, now))
            ]
        )

    def forget(self, abouts: Sequence[str], *, now: datetime) -> None:
        """Skip what waits and blank the addresses of what is settled; what is on the wire is met by the next call."""
        if not abouts:
            return
        named = Q(about__in=abouts)
        for about in abouts:
            named |= Q(about__startswith=f"{about}/")
        ours = Message.objects.filter(named)
        ours.filter(state__in=(MessageState.QUEUED, MessageState.HELD)).update(
            state=MessageState.SKIPPED, reason="The person's data has been deleted.", settled_at=now
        )
        ours.exclude(state__in=UNSETTLED).update(to_email="")


def _row(letter: Letter, now: datetime) -> Message:
    row = draft_row(kind=letter.kind, dedupe_key=letter.dedupe_key, to_email=letter.to_email, now=now)
    row.about = letter.about
    return row


def _has_one_left(letter: Letter, now: datetime) -> bool:
    return book_stranger_mail(email_key=email_key(letter.to_email), now=now, days_ahead=0) is not None


def _prepare(kind: LetterKind, messages: Sequence[Message]) -> Any:
    return kind.prepare([message.about for message in messages])


def _compose(kind: LetterKind, message: Message, context: Any) -> Draft:
    try:
        letter = kind.compose(message.about, context)
    except NoLongerTrueError as reason:
        raise Obsolete(str(reason)) from reason
    return Draft(
        to_name=letter.to_name,
        to_email=message.to_email,
        from_name=letter.from_name,
        reply_to=letter.reply_to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
