"""What the outbox knows of a kind of message: when it still holds true, and who composes it. No Django mail here.

Features above register their kinds (`register`): the outbox delivers and knows nothing of registrations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from events.outbox.rules import SERVICE

if TYPE_CHECKING:
    from events.outbox.models import Message


class Obsolete(Exception):  # noqa: N818 (a decision, not an error)
    """Raised by a composer when its message is no longer true; the text is the reason that staff see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """An iTIP object that travels with a mail: the same bytes as alternative and as attachment."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A composed, unsaved mail. `headers`: of lists (List-Unsubscribe), in ASCII.

    `from_email`: another sender than the site's; the Message-ID then names its domain, not the site's.
    """

    to_name: str
    to_email: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    calendar: CalendarPart | None = None
    from_email: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """A kind of message, as data.

    `registration_states` and `event_statuses`: while the registration and its event stand so, the message is true;
    checked again in the transaction of the hand-off. Empty: always.
    `suppressed_by`: the scopes that keep it from leaving.
    `prepare` loads what a batch needs in a few statements; `compose` makes one draft of it, and may raise Obsolete.
    `stands`: the same for anything else that a message belongs to: look-ups from the message (`walk__state`) with the
    values that they must have.
    `is_for_us`: whether this process can compose it at all; where it cannot, messages wait for a worker that can.
    """

    name: str
    prepare: Callable[[Sequence["Message"]], Any]
    compose: Callable[["Message", Any], Draft]
    registration_states: tuple[str, ...] = ()
    event_statuses: tuple[str, ...] = ()
    resend_when_unknown: bool = True
    suppressed_by: tuple[str, ...] = SERVICE
    stands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_for_us: Callable[[], bool] = lambda: True


# Told, in batches and after the fact, how far messages got (`Message.delivery`); may be told the same twice.
Follower = Callable[[Sequence["Message"], datetime], None]


@dataclass(slots=True)
class _Registry:
    kinds: dict[str, MessageKind] = field(default_factory=dict)
    followers: list[Follower] = field(default_factory=list)


_registry = _Registry()


def register(kind: MessageKind) -> None:
    """Make a kind known to the delivery. Each name once: two composers for one name would be a bug."""
    if kind.name in _registry.kinds:
        raise ValueError(f"Message kind registered twice: {kind.name}")
    _registry.kinds[kind.name] = kind


def kind_of(name: str) -> MessageKind | None:
    """Return a kind by name, or None for a row whose kind this version no longer knows."""
    return _registry.kinds.get(name)


def foreign_kinds() -> list[str]:
    """Return the names of the kinds that this process cannot compose."""
    return [kind.name for kind in registered_kinds() if not kind.is_for_us()]


def registered_kinds() -> list[MessageKind]:
    """Return every kind, by name."""
    return [_registry.kinds[name] for name in sorted(_registry.kinds)]


def register_follower(follower: Follower) -> None:
    """Make somebody known who must hear how far messages got."""
    _registry.followers.append(follower)


def registered_followers() -> list[Follower]:
    """Return everybody who must hear."""
    return list(_registry.followers)
