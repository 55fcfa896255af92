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


# Without what is mistaken for another (I, L, O, U): somebody types it from a screen (Crockford's base 32).
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code_of(digest: bytes) -> str:
    """Return the first 40 bits of a digest as a code that people can type: K7MQ-4XTB."""
    number = int.from_bytes(digest[:5], "big")
    letters = "".join(CODE_ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


class CancelledBy(StrEnum):
    """Who ended a registration."""

    ATTENDEE = "attendee"
    STAFF = "staff"


def sends_single_invites(session_count: int) -> bool:
    """Whether each session gets an invite mail of its own."""
    return session_count <= MOST_INVITE_MAILS
