"""The outbox's rules: states of a message, back-off, and what becomes of one whose fate is unknown. Plain Python."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID


class MessageState(StrEnum):
    """Where a message stands.

    QUEUED waits for its time; CLAIMED belongs to a worker; HANDED_OFF may be on the wire; ACCEPTED: the mail
    server took it. UNKNOWN: the line broke when it may or may not have been taken. SKIPPED and EXPIRED were
    not sent, with a reason; FAILED was refused for good or could not be composed. HELD: staff have stopped it for now.
    """

    QUEUED = "queued"
    HELD = "held"
    CLAIMED = "claimed"
    HANDED_OFF = "handed_off"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    FAILED = "failed"


class Delivery(IntEnum):
    """How far a mail got, as far as its provider has told. The higher one stands, in whatever order they are reported.

    BOUNCED is everything that was refused after it had been accepted; COMPLAINED: its reader called it spam.
    """

    NONE = 0
    QUEUED = 1
    ACCEPTED = 2
    DEFERRED = 3
    DELIVERED = 4
    BOUNCED = 5
    COMPLAINED = 6


DELIVERY_LABELS = {
    Delivery.NONE: "not sent",
    Delivery.QUEUED: "queued by the provider",
    Delivery.ACCEPTED: "accepted",
    Delivery.DEFERRED: "deferred",
    Delivery.DELIVERED: "delivered",
    Delivery.BOUNCED: "bounced",
    Delivery.COMPLAINED: "reported as spam",
}


class Scope(StrEnum):
    """How far a suppression goes: ALL nothing may be sent, OPTIONAL only what concerns a place, NEWS no news."""

    ALL = "all"
    OPTIONAL = "optional"
    NEWS = "news"


# What keeps which kind of message from leaving: a confirmation is sent to whoever has unsubscribed from news.
SERVICE = (Scope.ALL,)
COURTESY = (Scope.ALL, Scope.OPTIONAL)
MARKETING = (Scope.ALL, Scope.OPTIONAL, Scope.NEWS)

UNSETTLED = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OFF)
IN_HAND = (MessageState.CLAIMED, MessageState.HANDED_OFF)

PATIENCE = timedelta(hours=72)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)
LONGEST_PAUSE = timedelta(minutes=5)


class Outcome(StrEnum):
    """What a mail server's answer, or its silence, means."""

    ACCEPTED = "accepted"
    RETRY = "retry"  # certainly not taken, and may be taken later
    REFUSED = "refused"  # certainly not taken, and never will be
    UNKNOWN = "unknown"  # the line broke after everything had been said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of one hand-off. `reason` is for staff and holds no address.

    `route_down`: the answer is not about this message and holds for every other one as well; `retry_after` is how long
    the provider asked us to wait.
    """

    outcome: Outcome
    reason: str = ""
    provider_id: str = ""
    connection_lost: bool = False
    route_down: bool = False
    retry_after: timedelta | None = None


def back_off(*, attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after the given number of failed attempts.

    Doubles from half a minute to an hour; `jitter` (0 to 1) spreads it over half to one and a half times that,
    so that a thousand messages do not come back in the same second.
    """
    delay: timedelta = min(FIRST_DELAY * 2 ** min(attempts - 1, 12), LONGEST_DELAY)
    return delay * (0.5 + jitter)


def pause_of(*, failures: int, asked_for: timedelta | None, jitter: float) -> timedelta:
    """Return how long nothing is tried after a server or provider has failed so many times in a row.

    As long as it asked for, up to an hour; else doubling from half a minute to five, spread by `jitter` (0 to 1).
    """
    if asked_for is not None:
        return max(min(asked_for, LONGEST_DELAY), timedelta(seconds=1))
    delay: timedelta = min(FIRST_DELAY * 2 ** min(failures - 1, 12), LONGEST_PAUSE)
    return delay * (0.5 + jitter)


def gives_up_at(*, first_due_at: datetime, not_after: datetime | None) -> datetime:
    """Return when trying ends: at the message's own deadline, or after 72 hours where it has none."""
    return not_after or first_due_at + PATIENCE


def after_unknown(*, resend_when_unknown: bool, resends: int, same_key: bool) -> MessageState:
    """Return the next state of a message of unknown fate.

    Where the provider takes a key, and still knows it (`same_key`), a second try under it cannot be a second mail.
    Confirmations, cancellations and offers are sent once more under the same Message-ID: a second copy does
    less harm than none. Reminders are not.
    """
    again = same_key or (resend_when_unknown and resends == 0)
    return MessageState.QUEUED if again else MessageState.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a provider says about one mail.

    `event_id` is the provider's id of the report, where it has one. The mail is named by our own key, or else by the
    provider's id of it; `recipient`, where given, must be the one that the mail went to. `scope`: what must not be
    sent to the address any more. `reason` names no address.
    """

    provider: str
    event_id: str
    message_key: UUID | None
    provider_id: str
    delivery: Delivery
    is_permanent: bool
    scope: Scope | None
    reason: str
    happened_at: datetime
    recipient: str = ""


# Anymail's names of what happened (anymail.signals.EventType). What is not here says nothing about delivery, or
# watches people (opened, clicked): it is not kept.
REPORTED = {
    "queued": Delivery.QUEUED,
    "sent": Delivery.ACCEPTED,
    "deferred": Delivery.DEFERRED,
    "delivered": Delivery.DELIVERED,
    "bounced": Delivery.BOUNCED,
    "rejected": Delivery.BOUNCED,
    "failed": Delivery.BOUNCED,
    "complained": Delivery.COMPLAINED,
    "unsubscribed": Delivery.NONE,
}


def scope_of(*, event_type: str, reject_reason: str, is_permanent: bool) -> Scope | None:
    """Return what must not be sent any more after a report; None: nothing has changed.

    Who unsubscribes still gets the cancellation of her webinar, and who reports a mail as spam gets what concerns her
    place; an address that does not exist gets nothing.
    """
    if event_type == "unsubscribed" or reject_reason == "unsubscribed":
        return Scope.NEWS
    if event_type == "complained":
        return Scope.OPTIONAL
    return Scope.ALL if is_permanent else None


WORKER_GONE = timedelta(minutes=2)
LATE = timedelta(minutes=10)


def mail_problem(
    *,
    waiting: int,
    oldest_due: timedelta,
    worker_seen: timedelta | None,
    route: str,
    cause: str,
    failing_since: str,
    next_try: str,
) -> str:
    """Return what keeps mail from leaving and what to do about it; empty when nothing does.

    The first cause is named: a worker that does not run explains everything that comes after it.
    """
    mails = "1 mail waits" if waiting == 1 else f"{waiting} mails wait"
    if worker_seen is None or worker_seen > WORKER_GONE:
        since = "" if worker_seen is None else f" for {int(worker_seen.total_seconds() // 60)} minutes"
        return f"No worker has run{since}: {mails}. Start one (manage.py worker); nothing is lost."
    if route:
        again = f" It is tried again at {next_try}." if next_try else ""
        return (
            f"The mail server {route} has not taken mail since {failing_since}: {cause} {mails} and nothing is lost."
            f"{again}"
        )
    if oldest_due > LATE:
        minutes = int(oldest_due.total_seconds() // 60)
        return f"{mails}, the oldest for {minutes} minutes. One worker does not keep up, or its log says why."
    return ""
