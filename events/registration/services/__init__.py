"""What can happen to a registration. Keyword-only; `now` and `by` are arguments; one transaction each."""

from events.registration.services.announcing import announce_event, settle_event
from events.registration.services.leaving import cancel_registration
from events.registration.services.managing import change_details, send_again
from events.registration.services.registering import EventNotOpenError, register

__all__ = [
    "EventNotOpenError",
    "announce_event",
    "cancel_registration",
    "change_details",
    "register",
    "send_again",
    "settle_event",
]
