"""What a calendar entry says, and what the person who holds it must be sent next."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Method(StrEnum):
    """The iTIP method of a calendar file (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class PartStat(StrEnum):
    """What an attendee answered (RFC 5545 section 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


class InboundOutcome(StrEnum):
    """What became of a mail that came in."""

    ANSWERED = "answered"  # a calendar reply that was newer than what we knew
    STALE = "stale"  # one that was not
    FORWARDED = "forwarded"  # words or a wish that a person must read
    BOUNCE = "bounce"  # a mail server's report on one of our mails
    IGNORED = "ignored"  # nothing that we act on


class Holding(StrEnum):
    """What somebody's calendar holds, as far as we have evidence: the time as it is, an older one, or nothing yet."""

    RIGHT = "right"
    OLD_TIME = "old_time"
    NOTHING = "nothing"


class Step(StrEnum):
    """What to send about one session to one person."""

    NOTHING = "nothing"
    FIRST = "first"  # a REQUEST with a new UID and SEQUENCE 0
    UPDATE = "update"  # a REQUEST with the same UID and SEQUENCE + 1
    CANCEL = "cancel"  # a CANCEL with the same UID and SEQUENCE + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A person or a desk that receives mail."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a calendar entry says: equal contents need no new invite.

    The two times are instants and are kept in UTC. Two datetimes of one zone compare by their clocks alone,
    so a move from the first 01:30 of an autumn night to the second would otherwise look like no change.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    summary: str  # plain text, may be empty
    location: str  # "Online", or the place and its address
    online: bool  # whether a join page exists for it
    link: str = ""  # where the join page leads; never written into the entry, but a change of it is told

    def __post_init__(self) -> None:
        """Refuse what no calendar can show: a floating time, an end that is not after the start."""
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("A calendar entry needs instants: a naive time floats to wherever it is read.")
        object.__setattr__(self, "starts_at", self.starts_at.astimezone(UTC))
        object.__setattr__(self, "ends_at", self.ends_at.astimezone(UTC))
        if self.ends_at <= self.starts_at:
            raise ValueError("A calendar entry ends after it starts (RFC 5545 section 3.8.2.2).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The last thing that we told this person about this session."""

    method: Method
    sequence: int
    content: Content


def next_step(*, issued: Issued | None, wanted: Content | None) -> Step:
    """Decide what to send; `wanted` is None when the person has, or should have, no place.

    An unanswered entry keeps its old time and link when SEQUENCE stays equal, so any change of content is
    an update; after a CANCEL only a new UID brings an entry back everywhere (calendar policy, 3 and 4).
    """
    if wanted is None:
        told_to_come = issued is not None and issued.method is Method.REQUEST
        return Step.CANCEL if told_to_come else Step.NOTHING
    if issued is None or issued.method is Method.CANCEL:
        return Step.FIRST
    return Step.NOTHING if issued.content == wanted else Step.UPDATE


def next_partstat(*, known: PartStat, before: Content, after: Content) -> PartStat:
    """Echo the known answer, unless the time moved: who accepted Monday has not accepted Tuesday.

    RFC 5546 section 3.2.2.1 asks for a new answer on a change of time; on any other change the echo keeps
    calendars from putting the question again (calendar policy, decision 7).
    """
    moved = (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)
    return PartStat.NEEDS_ACTION if moved else known
