"""How somebody gets a place: states and limits. Plain Python."""

from enum import StrEnum


class RegistrationState(StrEnum):
    """Where one person's place stands. That somebody attended is a fact, not a state."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


LIVE_STATES = (RegistrationState.CONFIRMED, RegistrationState.WAITING, RegistrationState.OFFERED)
HOLDING_STATES = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)

# Up to so many sessions one REQUEST mail each; beyond that a summary, a feed and one file: clients ignore all
# but the first event of a mail, and six mails at once look like an accident (calendar policy, row 21).
MOST_INVITE_MAILS = 3


class CancelledBy(StrEnum):
    """Who ended a registration."""

    ATTENDEE = "attendee"
    STAFF = "staff"


def sends_single_invites(session_count: int) -> bool:
    """Whether each session gets an invite mail of its own."""
    return session_count <= MOST_INVITE_MAILS
