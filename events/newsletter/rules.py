"""The newsletter: who has asked for what, and the steps of sending an issue. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.outbox.rules import UNSETTLED, Delivery, MessageState
from portal.rules import Problem


class Topic(StrEnum):
    """What a subscriber may ask for."""

    EVENTS = "events"
    STORIES = "stories"
    ROLES = "roles"


TOPIC_LABELS = {
    Topic.EVENTS: "Events and webinars",
    Topic.STORIES: "Stories of people who do the job",
    Topic.ROLES: "Roles and how to apply",
}
MOST_EVENTS = 8


class SubscriptionState(StrEnum):
    """PENDING: somebody typed the address; CONFIRMED: its reader has agreed; ENDED: wants no more, names nobody."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    ENDED = "ended"


LIVE = (SubscriptionState.PENDING, SubscriptionState.CONFIRMED)

# What nobody confirmed is forgotten; that a consent was given and ended can be shown for two years.
CONFIRM_WITHIN = timedelta(days=7)
PROOF_KEPT = timedelta(days=730)


class SendingState(StrEnum):
    """Where the sending of an issue stands. Once SENDING its content is fixed; STOPPED and SENT are over."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    HELD = "held"
    STOPPED = "stopped"
    SENT = "sent"


SENDING_LABELS = {
    SendingState.DRAFT: "Not sent",
    SendingState.SCHEDULED: "Scheduled",
    SendingState.SENDING: "Being sent",
    SendingState.HELD: "Held",
    SendingState.STOPPED: "Stopped",
    SendingState.SENT: "Sent",
}


class Step(StrEnum):
    """What somebody, or the worker, can do with a sending."""

    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    STOP = "stop"
    FINISH = "finish"


NOT_BEGUN = (SendingState.DRAFT, SendingState.SCHEDULED)
BEGUN = (SendingState.SENDING, SendingState.HELD)
OVER = (SendingState.STOPPED, SendingState.SENT)

# From which states, and to which.
STEPS: Mapping[Step, tuple[tuple[SendingState, ...], SendingState]] = {
    Step.SCHEDULE: (NOT_BEGUN, SendingState.SCHEDULED),
    Step.UNSCHEDULE: ((SendingState.SCHEDULED,), SendingState.DRAFT),
    Step.START: (NOT_BEGUN, SendingState.SENDING),
    Step.HOLD: ((SendingState.SENDING,), SendingState.HELD),
    Step.RESUME: ((SendingState.HELD,), SendingState.SENDING),
    Step.STOP: (BEGUN, SendingState.STOPPED),
    Step.FINISH: ((SendingState.SENDING,), SendingState.SENT),
}

_REFUSALS = {
    SendingState.DRAFT: "Nothing of this issue is being sent.",
    SendingState.SCHEDULED: "This issue is scheduled: nothing of it is being sent yet.",
    SendingState.SENDING: "This issue is being sent, so what it says is fixed. Hold it or stop it.",
    SendingState.HELD: "This issue is held half way. Resume it, or stop it for good.",
    SendingState.STOPPED: "This issue was stopped. Write another.",
    SendingState.SENT: "This issue was sent. Write another.",
}
CROSSED = "Somebody has changed this since you opened it. Look at it as it is now, then decide again."

# A week: what could not be delivered until then is no news. A day: what could not start until then is read again.
LONGEST_WAIT = timedelta(days=7)
LATEST_START = timedelta(days=1)

CONFIRM_KIND, KNOWN_KIND = "newsletter_confirm", "newsletter_known"
ISSUE_KIND, TEST_KIND = "newsletter_issue", "newsletter_test"

# What the audit log keeps: what was done, and how it says so.
AUDITED = {
    "scheduled": ("Schedule an issue", "Scheduled it"),
    "taken_back": ("Take a scheduled issue back", "Took it back"),
    "tested": ("Send an issue to oneself", "Sent it to themselves"),
    "started": ("Start an issue", "Started to send it"),
    "held": ("Hold an issue", "Held it"),
    "resumed": ("Resume an issue", "Resumed it"),
    "stopped": ("Stop an issue", "Stopped it"),
}


def allows(step: Step, state: str) -> bool:
    """Whether a step may be taken from a state."""
    return state in STEPS[step][0]


def refusal(state: str) -> str:
    """Return why a step cannot be taken from this state, and what can be done instead."""
    return _REFUSALS[SendingState(state)]


def in_order(topics: Iterable[str]) -> list[str]:
    """Return known topics once each, in the usual order: the same choice is the same list in every row."""
    chosen = set(topics)
    return [topic.value for topic in Topic if topic.value in chosen]


def concerns(about: Iterable[str], *, wanted: Iterable[str]) -> bool:
    """Whether somebody who wants these topics gets what is about those; what is about none is for everybody."""
    topics = set(about)
    return not topics or bool(topics & set(wanted))


def issue_problems(*, parts: int, topics: Iterable[str]) -> list[Problem]:
    """Return what keeps an issue from being published."""
    found = []
    if not parts:
        found.append(Problem("body", "Add at least one part: a story, events or a paragraph."))
    if unknown := set(topics) - set(Topic):
        found.append(Problem("topics", f"There is no topic {sorted(unknown)[0]!r}. Choose from the list."))
    return found


def why_too_late(*, send_at: datetime, now: datetime) -> str:
    """Return why something scheduled is not sent after all; empty when it is: a minute late is no harm."""
    if now - send_at > LATEST_START:
        return "Nothing could be sent at its time, and that is more than a day ago. Read it again."
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How far an issue has got, in people. Nobody's reading is watched: these come from mail servers and goodbyes."""

    recipients: int = 0
    accepted: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0
    waiting: int = 0
    left_out: int = 0
    failed: int = 0

    @property
    def percent(self) -> int:
        """Return how much of it is done."""
        return 100 * (self.recipients - self.waiting) // self.recipients if self.recipients else 0


_WAITING = frozenset({*UNSETTLED, MessageState.HELD})
_LEFT_OUT = frozenset({MessageState.SKIPPED, MessageState.EXPIRED})
_SENT = frozenset({MessageState.ACCEPTED, MessageState.UNKNOWN})
_ARRIVED = frozenset({Delivery.DELIVERED, Delivery.COMPLAINED})


def figures_of(counts: Mapping[tuple[str, int], int], *, recipients: int, unsubscribed: int, is_over: bool) -> Figures:
    """Return the figures from how many messages stand where, by (state, delivery).

    Those of the `recipients` for whom no message is written yet wait, or once it is over are left out.
    """

    def those(states: Iterable[str], deliveries: Iterable[int] = tuple(Delivery)) -> int:
        return sum(n for (state, delivery), n in counts.items() if state in states and delivery in deliveries)

    written = sum(counts.values())
    rest = max(recipients - written, 0)
    return Figures(
        recipients=written + rest,
        accepted=those(_SENT),
        delivered=those(_SENT, _ARRIVED),
        bounced=those(tuple(MessageState), (Delivery.BOUNCED,)),
        complained=those(tuple(MessageState), (Delivery.COMPLAINED,)),
        unsubscribed=unsubscribed,
        waiting=those(_WAITING) + (0 if is_over else rest),
        left_out=those(_LEFT_OUT) + (rest if is_over else 0),
        failed=those((MessageState.FAILED,)),
    )
