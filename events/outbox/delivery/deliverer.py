"""The delivery of a batch: claim, compose, re-check, hand off, record."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from events.outbox.delivery.circuit import Circuit
from events.outbox.delivery.claims import FREE, claim, release, settle_unknown
from events.outbox.delivery.composing import Composition, Compositions, UnknownKindError, composing
from events.outbox.delivery.lifeline import Lifeline
from events.outbox.delivery.mime import ComposedMail
from events.outbox.delivery.sending import MailServer
from events.outbox.delivery.statements import Statement, markers
from events.outbox.messages import Draft, MessageKind, Obsolete
from events.outbox.models import Message
from events.outbox.queries import still_true
from events.outbox.rules import Answer, Delivery, MessageState, Outcome, back_off, gives_up_at
from portal.addresses import email_key

log = structlog.get_logger(__name__)

BATCH = 100
TOO_LATE = "Its deadline had passed before it could be sent."


def hand_off_statement(kind: MessageKind) -> Statement:
    """Compile the hand-off of one kind: our claim still stands, and the message is still true at this moment."""

    def build(values: dict[str, Any]) -> tuple[QuerySet[Message], dict[str, Any]]:
        now = values["now"]
        mine = Message.objects.filter(
            id=values["id"], fence=values["fence"], state=MessageState.CLAIMED, lease_until__gt=now
        )
        truth = still_true(
            registration_states=kind.registration_states,
            event_statuses=kind.event_statuses,
            stands=kind.stands,
            suppressed_by=kind.suppressed_by,
            email_key=values["email_key"],
            now=now,
        )
        return mine.filter(truth), {
            "state": MessageState.HANDED_OFF,
            "handed_off_at": now,
            "lease_until": values["lease_until"],
            "attempts": F("attempts") + 1,
        }

    return Statement(build, markers("id", "fence", "email_key", "now", "lease_until"))


def acceptance_statement(*, followed: bool) -> Statement:
    """Compile the recording of what nearly every hand-off ends in.

    `followed`: nobody waits to hear that such a message was accepted, so it counts as followed at once.
    """

    def build(values: dict[str, Any]) -> tuple[QuerySet[Message], dict[str, Any]]:
        mine = Message.objects.filter(id=values["id"], fence=values["fence"], state=MessageState.HANDED_OFF)
        return mine, {
            "state": MessageState.ACCEPTED,
            "reason": "",
            "settled_at": values["now"],
            "provider_id": values["provider_id"],
            "delivery": Greatest(F("delivery"), Delivery.ACCEPTED.value),
            **({"followed": Greatest(F("followed"), Delivery.ACCEPTED.value)} if followed else {}),
            **FREE,
        }

    return Statement(build, markers("id", "fence", "now", "provider_id"))


class Deliverer:
    """Delivers due messages with one worker's lifeline and one open connection.

    `clock` gives the moment of each decision. `should_stop` is asked between two messages, so that SIGTERM finishes
    the message in hand and no more.
    """

    def __init__(
        self,
        *,
        lifeline: Lifeline,
        clock: Callable[[], datetime],
        server: MailServer | None = None,
        should_stop: Callable[[], bool] = lambda: False,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.lifeline = lifeline
        self.clock = clock
        self.server = server or MailServer()
        self.should_stop = should_stop
        self.jitter = jitter
        self.circuit = Circuit(jitter=jitter)
        self._batch_began_at = clock()
        self._hand_offs: dict[str, Statement] = {}
        self._acceptances: dict[bool, Statement] = {}

    def deliver_batch(self) -> int:
        """Deliver up to one batch; return how many messages were taken in hand (0: nothing is due)."""
        limit = self.circuit.allows(most=BATCH, now=self.clock())
        messages = claim(worker=self.lifeline.key, now=self.clock(), limit=limit) if limit else []
        if not messages:
            self.server.close()
            return 0
        unreachable = self.server.open()
        if unreachable is not None:
            self._wait_for_server(messages, unreachable)
            return len(messages)
        self._batch_began_at = self.clock()
        self._hand_off_all(messages)
        return len(messages)

    def _wait_for_server(self, messages: list[Message], answer: Answer) -> None:
        """Put a batch back until the way out is tried again: when it works, everything that waits is due at once."""
        now = self.clock()
        due_at = self.circuit.fail(answer=answer, now=now)
        waiting = []
        for message in messages:
            if gives_up_at(first_due_at=message.first_due_at, not_after=message.not_after) <= now:
                self._close(message, MessageState.FAILED, answer.reason)
            else:
                waiting.append(message)
        if waiting:
            release(messages=waiting, due_at=due_at, reason=answer.reason, failed_attempt=True)
        log.warning("outbox.server_unreachable", messages=len(messages), reason=answer.reason)

    def _hand_off_all(self, messages: list[Message]) -> None:
        """Send a batch. Recording one answer and handing off the next message share a transaction: at any moment
        at most one message is handed off and unrecorded, so a crash leaves at most one in doubt.
        """
        last: tuple[Message, Answer] | None = None
        with composing(messages, finish=self._mail) as (batch, mails):
            if any(message.fence - message.attempts > 1 for message in messages):
                mails.finish_all()
            for position, composition in enumerate(batch):
                if self.should_stop():
                    break
                if last is not None and last[1].connection_lost:
                    self._record(*last)
                    last = None
                    unreachable = self.server.open()
                    if unreachable is not None:
                        self._wait_for_server(messages[position:], unreachable)
                        return
                mail = self._composed(composition, mails, position)
                if mail is None:
                    mails.begin(position + 1)
                    continue
                with transaction.atomic():
                    if last is not None:
                        self._record(*last)
                        last = None
                    handed_off_at = self._hand_off(composition.message, composition.kind)
                    # Now, because the commit that follows leaves the processor to it.
                    mails.begin(position + 1)
                if handed_off_at is None:
                    continue
                answer = self._send(mail, handed_off_at)
                if answer is None:
                    continue
                last = (composition.message, answer)
                if answer.route_down:
                    self.circuit.fail(answer=answer, now=self.clock())
                    break
                if answer.outcome is Outcome.ACCEPTED:
                    self.circuit.recover()
        if last is not None:
            self._record(*last)
        left = [message.id for message in messages]
        held = list(Message.objects.filter(id__in=left, state=MessageState.CLAIMED, claimed_by=self.lifeline.key))
        if held:  # stopped half way, or the way out is closed
            release(messages=held, due_at=self.clock())

    def _composed(self, composition: Composition, mails: Compositions, position: int) -> ComposedMail | None:
        """Return the mail; one that cannot be composed is settled here, alone and visibly."""
        message = composition.message
        try:
            return mails.take(position)
        except Obsolete as obsolete:
            self._close(message, MessageState.SKIPPED, str(obsolete))
        except UnknownKindError as error:
            self._close(message, MessageState.FAILED, str(error))
        except Exception as error:
            log.exception("outbox.cannot_compose", message=message.id, kind=message.kind)
            why = f"It could not be composed: {type(error).__name__}. The log has the details."
            self._close(message, MessageState.FAILED, why)
        return None

    def _hand_off(self, message: Message, kind: MessageKind | None) -> datetime | None:
        """Cross the line after which the message may be on the wire; None when it must not be.

        One conditional UPDATE: our claim (fence) still stands, and the message is still true at this moment.
        """
        now = self.clock()
        if kind is None:
            return None
        statement = self._hand_offs.get(kind.name)
        if statement is None:
            statement = self._hand_offs[kind.name] = hand_off_statement(kind)
        if statement.run(
            id=message.id,
            fence=message.fence,
            email_key=email_key(message.to_email),
            now=now,
            lease_until=now + settings.LEASE,
        ):
            return now
        mine = Message.objects.filter(
            id=message.id, fence=message.fence, state=MessageState.CLAIMED, lease_until__gt=now
        )
        late = message.not_after is not None and message.not_after <= now
        mine.update(
            state=MessageState.EXPIRED if late else MessageState.SKIPPED,
            reason=TOO_LATE if late else "It was no longer true, or the address must not be written to.",
            settled_at=now,
            **FREE,
        )
        return None

    def _mail(self, message: Message, draft: Draft) -> ComposedMail:
        domain = draft.from_email.rpartition("@")[2] or settings.CALENDAR_DOMAIN
        mail = ComposedMail(
            draft=draft,
            from_email=draft.from_email or settings.DEFAULT_FROM_EMAIL,
            date=self._batch_began_at,
            message_id=f"<{message.key}@{domain}>",
        )
        mail.metadata = {"message": str(message.key)}  # type: ignore[attr-defined] # anymail's own attribute
        return mail

    def _send(self, mail: ComposedMail, handed_off_at: datetime) -> Answer | None:
        if self.clock() >= handed_off_at + settings.LEASE:
            # Stopped between the hand-off and this line (SIGSTOP, a suspended laptop): others have settled it.
            return None
        return self.server.send(mail)

    def _record(self, message: Message, answer: Answer) -> None:
        now = self.clock()
        if answer.outcome is Outcome.ACCEPTED:
            followed = not message.revisions
            if followed not in self._acceptances:
                self._acceptances[followed] = acceptance_statement(followed=followed)
            self._acceptances[followed].run(id=message.id, fence=message.fence, now=now, provider_id=answer.provider_id)
            return
        log.warning("outbox.not_accepted", message=message.id, outcome=answer.outcome.value, reason=answer.reason)
        mine = Message.objects.filter(id=message.id, fence=message.fence, state=MessageState.HANDED_OFF)
        match answer.outcome:
            case Outcome.REFUSED:
                mine.update(state=MessageState.FAILED, reason=answer.reason, settled_at=now, **FREE)
            case Outcome.UNKNOWN:
                settle_unknown(message, reason=answer.reason, now=now)
            case Outcome.RETRY:
                attempts = message.attempts + 1
                if gives_up_at(first_due_at=message.first_due_at, not_after=message.not_after) <= now:
                    mine.update(state=MessageState.FAILED, reason=answer.reason, settled_at=now, **FREE)
                else:
                    due_at = now + back_off(attempts=attempts, jitter=self.jitter())
                    mine.update(
                        state=MessageState.QUEUED,
                        due_at=due_at,
                        reason=answer.reason,
                        handed_off_at=None,
                        **FREE,
                    )

    def _close(self, message: Message, state: MessageState, reason: str) -> None:
        Message.objects.filter(id=message.id, fence=message.fence, state=MessageState.CLAIMED).update(
            state=state, reason=reason[:300], settled_at=self.clock(), **FREE
        )
