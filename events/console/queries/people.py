"""One person: where they stand, what their calendars were told, and every message, past and to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from events.console.words import ANSWER_WORDS, HOLDING_WORDS, kind_label, place_in_words, sent_in_words, why_sent
from events.invites.models import Invite
from events.invites.queries import held_invites
from events.invites.rules import Holding, Method
from events.outbox.models import DeliveryReceipt, Message, Suppression
from events.outbox.rules import UNSETTLED, Delivery, MessageState
from events.registration.models import Registration
from events.registration.rules import LIVE_STATES, RegistrationState
from events.schedule.rules import PoolKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One message of somebody's past or future. `problem`: why it cannot be sent again; empty: it can."""

    message: Message
    moment: datetime
    is_to_come: bool
    label: str
    why: str
    stands: str
    why_not: str
    receipts: tuple[DeliveryReceipt, ...]
    problem: str

    @property
    def needs_care(self) -> bool:
        """Whether it has not arrived although it should have."""
        return self.message.state in {MessageState.FAILED, MessageState.UNKNOWN, MessageState.EXPIRED} or (
            self.message.delivery == Delivery.BOUNCED
        )


def messages_of(registration: Registration) -> list[Message]:
    """Return a person's messages with what providers reported, in two statements."""
    rows = Message.objects.filter(registration=registration).select_related("registration__event")
    return list(rows.prefetch_related("receipts"))


def timeline(messages: list[Message], problems: Mapping[int, str]) -> list[TimelineEntry]:
    """Return messages in the order of their time, what is to come last."""
    entries = [_entry(message, problems.get(message.pk, "")) for message in messages]
    return sorted(entries, key=lambda entry: (entry.is_to_come, entry.moment, entry.message.pk))


def _entry(message: Message, problem: str) -> TimelineEntry:
    is_to_come = message.state in (*UNSETTLED, MessageState.HELD)
    return TimelineEntry(
        message=message,
        moment=message.due_at if is_to_come else message.settled_at or message.due_at,
        is_to_come=is_to_come,
        label=kind_label(message.kind),
        why=why_sent(kind=message.kind, dedupe_key=message.dedupe_key),
        stands=sent_in_words(state=message.state, delivery=message.delivery),
        why_not=" ".join(part for part in (message.reason, message.delivery_reason) if part),
        receipts=tuple(message.receipts.all()),
        problem=problem,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteInWords:
    """One session in somebody's calendar: what was issued, how far it got, and what they answered."""

    invite: Invite
    title: str
    answer: str
    is_cancelled: bool
    holds: str
    is_old: bool


def invites_of(registration: Registration, *, now: datetime) -> list[InviteInWords]:
    """Return a person's invites, in two statements."""
    held: QuerySet[Any] = held_invites(event_id=registration.event_id, states=[registration.state], now=now)
    holding = {invite.pk: Holding(invite.holding) for invite in held.filter(registration=registration)}
    rows = Invite.objects.filter(registration=registration).select_related("session__event").order_by("pk")
    return [
        InviteInWords(
            invite=row,
            title=str(row.session),
            answer=ANSWER_WORDS.get(row.answer, ""),
            is_cancelled=row.method == Method.CANCEL,
            holds=HOLDING_WORDS[holding[row.pk]] if row.pk in holding else "",
            is_old=holding.get(row.pk) is Holding.OLD_TIME,
        )
        for row in rows
    ]


def history_of(registration: Registration) -> list[tuple[datetime, str]]:
    """Return what has happened to a registration, in order."""
    is_host = registration.pool.kind == PoolKind.HOSTS
    waited = registration.confirmed_at is None or registration.confirmed_at > registration.registered_at
    first = "Added by staff as a speaker or host" if is_host else "Registered" + (", and waited" if waited else "")
    moments: list[tuple[datetime | None, str]] = [
        (registration.registered_at, first),
        (registration.confirmed_at if waited else None, "Got a place"),
        (registration.joined_at, "Opened the join page while it was on"),
        (registration.attended_at, "Marked as attended"),
        (registration.undelivered_at, "Mail to the address began to bounce"),
        (
            registration.ended_at,
            place_in_words(state=registration.state, ended_by=registration.ended_by).capitalize(),
        ),
        (registration.erased_at, "Personal data deleted"),
    ]
    return sorted((moment, said) for moment, said in moments if moment is not None)


def suppressions_of(registration: Registration) -> list[Suppression]:
    """Return what is not sent to a person's address."""
    if not registration.email_key:
        return []
    return list(Suppression.objects.filter(email_key=registration.email_key).order_by("pk"))


def waiting_people(people: QuerySet[Registration]) -> QuerySet[Registration]:
    """Return those who wait, with `position`: which of all who wait for the same places is first, second and so on."""
    ahead = Registration.objects.filter(pool=OuterRef("pool"), state=RegistrationState.WAITING).filter(
        Q(registered_at__lt=OuterRef("registered_at"))
        | Q(registered_at=OuterRef("registered_at"), pk__lte=OuterRef("pk"))
    )
    return people.filter(state=RegistrationState.WAITING).annotate(position=_count(ahead))


def undelivered_people(people: QuerySet[Registration]) -> QuerySet[Registration]:
    """Return those with a live registration whose address bounces."""
    return people.filter(undelivered_at__isnull=False, state__in=LIVE_STATES, erased_at=None)


def _count(rows: QuerySet[Any]) -> Any:
    counted = rows.order_by().values("pool").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
