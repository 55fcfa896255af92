"""Publishing, and what it would do. Keyword-only; `now` is an argument; one transaction each."""

from events.schedule.services.previewing import Preview, preview_event
from events.schedule.services.publishing import (
    move_with_tzdata,
    publish_event,
    publish_translation,
    withdraw_event,
    withdraw_translation,
)

__all__ = [
    "Preview",
    "move_with_tzdata",
    "preview_event",
    "publish_event",
    "publish_translation",
    "withdraw_event",
    "withdraw_translation",
]
