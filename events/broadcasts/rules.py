"""Broadcasts: what officers write to many, and the steps from a draft to the last mail. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from events.broadcasts.audience_rules import Audience, audience_problems
from events.outbox.rules import UNSETTLED, Delivery, MessageState
from events.registration.wording_rules import (
    CONTACT_EMAIL,
    EVENT,
    NAME,
    NOT_IN_SUBJECT,
    ORGANISATION,
    PAGE,
    PLACE,
    WHEN,
)
from portal.rules import Problem
from portal.wording import placeholders_in, wrong_in_subject, wrong_in_text

LONGEST_TEXT = 10_000
LONGEST_WAIT = timedelta(days=7)
LATEST_START = timedelta(days=1)


class BroadcastState(StrEnum):
    """Where a broadcast stands. Once SENDING its words are fixed; HELD may go on, STOPPED and SENT are over."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    HELD = "held"
    STOPPED = "stopped"
    SENT = "sent"


class Purpose(StrEnum):
    """Why people are written to: about the event that they registered for, or with news that they can unsubscribe."""

    EVENT = "event"
    NEWS = "news"


PURPOSE_LABELS = {
    Purpose.EVENT: "About this event: people need it to take part",
    Purpose.NEWS: "News: about anything else, with one-click unsubscribe",
}

STATE_LABELS = {
    BroadcastState.DRAFT: "Draft",
    BroadcastState.SCHEDULED: "Scheduled",
    BroadcastState.SENDING: "Being sent",
    BroadcastState.HELD: "Held",
    BroadcastState.STOPPED: "Stopped",
    BroadcastState.SENT: "Sent",
}

# What the audit log keeps: what was done, and how it says so.
AUDITED = {
    "written": ("Write a broadcast", "Wrote a broadcast"),
    "changed": ("Change a broadcast", "Changed a broadcast"),
    "scheduled": ("Schedule a broadcast", "Scheduled it"),
    "taken_back": ("Make a draft of a scheduled broadcast", "Made a draft of it"),
    "tested": ("Send a broadcast to oneself", "Sent it to themselves"),
    "started": ("Start a broadcast", "Started to send it"),
    "held": ("Hold a broadcast", "Held it"),
    "resumed": ("Resume a broadcast", "Resumed it"),
    "stopped": ("Stop a broadcast", "Stopped it"),
    "shown": ("Look at the mails of a broadcast", "Looked at mails to people"),
}

# The kind of its messages. A test goes to the officer who asks for it, and counts as nobody's.
KIND_OF_PURPOSE = {Purpose.EVENT: "broadcast", Purpose.NEWS: "broadcast_news"}
TEST_KIND = "broadcast_test"
SENT_KINDS = tuple(KIND_OF_PURPOSE.values())

PLACEHOLDERS = (NAME, EVENT, WHEN, PLACE, ORGANISATION, CONTACT_EMAIL, PAGE)
IN_SUBJECT = tuple(known for known in PLACEHOLDERS if known not in NOT_IN_SUBJECT)
OF_A_SESSION = frozenset({WHEN.name, PLACE.name})


class Step(StrEnum):
    """What somebody, or the worker, can do with a broadcast."""

    CHANGE = "change"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    STOP = "stop"
    FINISH = "finish"


OVER = (BroadcastState.STOPPED, BroadcastState.SENT)
_NOT_BEGUN = (BroadcastState.DRAFT, BroadcastState.SCHEDULED)
_BEGUN = (BroadcastState.SENDING, BroadcastState.HELD)

# From which states, and to which.
STEPS: Mapping[Step, tuple[tuple[BroadcastState, ...], BroadcastState]] = {
    Step.CHANGE: (_NOT_BEGUN, BroadcastState.DRAFT),
    Step.SCHEDULE: (_NOT_BEGUN, BroadcastState.SCHEDULED),
    Step.UNSCHEDULE: ((BroadcastState.SCHEDULED,), BroadcastState.DRAFT),
    Step.START: (_NOT_BEGUN, BroadcastState.SENDING),
    Step.HOLD: ((BroadcastState.SENDING,), BroadcastState.HELD),
    Step.RESUME: ((BroadcastState.HELD,), BroadcastState.SENDING),
    Step.STOP: (_BEGUN, BroadcastState.STOPPED),
    Step.FINISH: ((BroadcastState.SENDING,), BroadcastState.SENT),
}

_REFUSALS = {
    BroadcastState.DRAFT: "This is a draft: nothing of it is being sent.",
    BroadcastState.SCHEDULED: "This is scheduled: nothing of it is being sent yet.",
    BroadcastState.SENDING: "This is being sent, so its words are fixed. Hold it or stop it, and write another.",
    BroadcastState.HELD: "This is held half way, so its words are fixed. Resume it, or stop it and write another.",
    BroadcastState.STOPPED: "This was stopped. Write another to those who are left.",
    BroadcastState.SENT: "This was sent. Write another.",
}

CROSSED = "Somebody has changed this since you opened it. Look at it as it is now, then decide again."


def allows(step: Step, state: str) -> bool:
    """Whether a step may be taken from a state."""
    return state in STEPS[step][0]


def refusal(state: str) -> str:
    """Return why a step cannot be taken from this state, and what can be done instead."""
    return _REFUSALS[BroadcastState(state)]


def broadcast_problems(*, subject: str, text: str, audience: Audience, purpose: Purpose) -> list[Problem]:
    """Return everything that keeps a broadcast from being written down, each beside its field."""
    found = [Problem("subject", wrong) for wrong in wrong_in_subject(subject, IN_SUBJECT)]
    if not subject.strip():
        found.append(Problem("subject", "Write a subject: it decides whether the mail is opened."))
    found += [Problem("text", wrong) for wrong in wrong_in_text(text, PLACEHOLDERS)]
    if not text.strip():
        found.append(Problem("text", "Write what people are to read."))
    if len(text) > LONGEST_TEXT:
        found.append(
            Problem("text", f"A text has at most {LONGEST_TEXT:,} characters. This one has {len(text):,}: shorten it.")
        )
    return found + audience_problems(audience, is_news=purpose is Purpose.NEWS)


def names_a_session(*, subject: str, text: str) -> bool:
    """Whether the words hold a placeholder that only a session to come can fill."""
    return bool(OF_A_SESSION & {*placeholders_in(subject), *placeholders_in(text)})


def deadline(*, started_at: datetime, over_at: datetime | None, purpose: Purpose) -> datetime:
    """Return after which moment nobody gets it any more.

    A week: what could not be delivered until then is no news. What people need to take part is worth nothing after the
    event's end, unless that is when it was written.
    """
    latest = started_at + LONGEST_WAIT
    if purpose is Purpose.EVENT and over_at is not None and started_at < over_at:
        return min(latest, over_at)
    return latest


def why_too_late(*, send_at: datetime, over_at: datetime | None, now: datetime, purpose: Purpose) -> str:
    """Return why something scheduled is not sent after all; empty when it is: a minute late is no harm."""
    if purpose is Purpose.EVENT and over_at is not None and send_at < over_at <= now:
        return "Nothing could be sent at its time, and the event is over now. Read it again."
    if now - send_at > LATEST_START:
        return "Nothing could be sent at its time, and that is more than a day ago. Read it again."
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a broadcast has got, in people."""

    recipients: int = 0
    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    waiting: int = 0
    left_out: int = 0
    failed: int = 0

    def of_all(self, recipients: int, *, is_over: bool) -> "Progress":
        """Return it with those for whom no message is written yet: they wait, or once it is over are left out."""
        rest = max(recipients - self.recipients, 0)
        waiting, left_out = (0, rest) if is_over else (rest, 0)
        return replace(
            self,
            recipients=self.recipients + rest,
            waiting=self.waiting + waiting,
            left_out=self.left_out + left_out,
        )

    @property
    def percent(self) -> int:
        """Return how much of it is done."""
        done = self.recipients - self.waiting
        return 100 * done // self.recipients if self.recipients else 0


_WAITING = frozenset({*UNSETTLED, MessageState.HELD})
_LEFT_OUT = frozenset({MessageState.SKIPPED, MessageState.EXPIRED})
_SENT = frozenset({MessageState.ACCEPTED, MessageState.UNKNOWN})
_BOUNCED = frozenset({Delivery.BOUNCED})
_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.COMPLAINED})


def progress_of(counts: Mapping[tuple[str, int], int]) -> Progress:
    """Return the progress from how many messages stand where, by (state, delivery)."""

    def those(states: frozenset[MessageState], deliveries: frozenset[Delivery] = frozenset(Delivery)) -> int:
        return sum(n for (state, delivery), n in counts.items() if state in states and delivery in deliveries)

    return Progress(
        recipients=sum(counts.values()),
        sent=those(_SENT),
        delivered=those(_SENT, _ARRIVED),
        bounced=those(frozenset(MessageState), _BOUNCED),
        waiting=those(_WAITING),
        left_out=those(_LEFT_OUT),
        failed=those(frozenset({MessageState.FAILED})),
    )
