"""Broadcasts: what officers write to many, its states, and who may be chosen. Plain Python."""

from enum import StrEnum


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
