"""What can happen to a registration. Keyword-only; `now` and `by` are arguments; one transaction each."""

from events.registration.services.announcing import announce_event, settle_event
from events.registration.services.hosting import hold_for_host
from events.registration.services.leaving import cancel_registration
from events.registration.services.managing import change_details, note_joined, send_again
from events.registration.services.readdressing import change_address, correct_address
from events.registration.services.registering import EventNotOpenError, register

__all__ = [
    "EventNotOpenError",
    "announce_event",
    "cancel_registration",
    "change_address",
    "change_details",
    "correct_address",
    "hold_for_host",
    "note_joined",
    "register",
    "send_again",
    "settle_event",
]
