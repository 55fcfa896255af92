"""Writing a broadcast, sending it, and what its readers can answer: no more of this."""

from events.broadcasts.services.refusals import (
    Crossed,
    NobodyToWriteTo,
    NotReady,
    StepRefused,
    TimeHasPassed,
    ready_to_send,
)
from events.broadcasts.services.sending import hold, resume, start, stop, work_on_broadcasts
from events.broadcasts.services.unsubscribing import subscribe_again, unsubscribe
from events.broadcasts.services.writing import (
    change_broadcast,
    create_broadcast,
    schedule,
    send_test,
    take_back,
)

__all__ = [
    "Crossed",
    "NobodyToWriteTo",
    "NotReady",
    "StepRefused",
    "TimeHasPassed",
    "change_broadcast",
    "create_broadcast",
    "hold",
    "ready_to_send",
    "resume",
    "schedule",
    "send_test",
    "start",
    "stop",
    "subscribe_again",
    "take_back",
    "unsubscribe",
    "work_on_broadcasts",
]
