"""The outbox's rules: states of a message, back-off, and what becomes of one whose fate is unknown. Plain Python."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class MessageState(StrEnum):
    """Where a message stands.

    QUEUED waits for its time; CLAIMED belongs to a worker; HANDED_OFF may be on the wire; ACCEPTED: the mail
    server took it. UNKNOWN: the line broke when it may or may not have been taken. SKIPPED and EXPIRED were
    not sent, with a reason; FAILED was refused for good or could not be composed.
    """

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDED_OFF = "handed_off"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    FAILED = "failed"


UNSETTLED = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDED_OFF)
IN_HAND = (MessageState.CLAIMED, MessageState.HANDED_OFF)

PATIENCE = timedelta(hours=72)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(hours=1)


class Outcome(StrEnum):
    """What a mail server's answer, or its silence, means."""

    ACCEPTED = "accepted"
    RETRY = "retry"  # certainly not taken, and may be taken later
    REFUSED = "refused"  # certainly not taken, and never will be
    UNKNOWN = "unknown"  # the line broke after everything had been said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of one hand-off. `reason` is for staff and holds no address."""

    outcome: Outcome
    reason: str = ""
    provider_id: str = ""
    connection_lost: bool = False


def back_off(*, attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after the given number of failed attempts.

    Doubles from half a minute to an hour; `jitter` (0 to 1) spreads it over half to one and a half times that,
    so that a thousand messages do not come back in the same second.
    """
    delay: timedelta = min(FIRST_DELAY * 2 ** min(attempts - 1, 12), LONGEST_DELAY)
    return delay * (0.5 + jitter)


def gives_up_at(*, first_due_at: datetime, not_after: datetime | None) -> datetime:
    """Return when trying ends: at the message's own deadline, or after 72 hours where it has none."""
    return not_after or first_due_at + PATIENCE


def after_unknown(*, resend_when_unknown: bool, resends: int) -> MessageState:
    """Return the next state of a message of unknown fate.

    Confirmations, cancellations and offers are sent once more under the same Message-ID: a second copy does
    less harm than none. Reminders are not.
    """
    return MessageState.QUEUED if resend_when_unknown and resends == 0 else MessageState.UNKNOWN
