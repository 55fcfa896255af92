"""What can happen to a registration. Keyword-only; `now` and `by` are arguments; one transaction each."""

from events.registration.services.announcing import announce_event, settle_event
from events.registration.services.catching_up import tell_old_holders
from events.registration.services.hosting import hold_for_host
from events.registration.services.leaving import cancel_registration
from events.registration.services.managing import change_details, note_joined, send_again
from events.registration.services.readdressing import change_address, correct_address
from events.registration.services.registering import EventNotOpenError, register
from events.registration.services.resending import Resent, resend_message, resend_problems
from events.registration.services.together import mark_attended, remove_people, send_again_to

__all__ = [
    "EventNotOpenError",
    "Resent",
    "announce_event",
    "cancel_registration",
    "change_address",
    "change_details",
    "correct_address",
    "hold_for_host",
    "mark_attended",
    "note_joined",
    "register",
    "remove_people",
    "resend_message",
    "resend_problems",
    "send_again",
    "send_again_to",
    "settle_event",
    "tell_old_holders",
]
