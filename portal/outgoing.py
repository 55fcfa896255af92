"""Letters that an app which knows nothing of the outbox has sent (ADR 19).

An app registers its kinds of letter and posts letters; whoever delivers mail opens the office. A letter is a row with
ids and no text: its kind composes it when it leaves, from what it names in `about`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class NoLongerTrueError(Exception):
    """Raised by a kind when its letter is not true any more; the text is the reason that staff see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sent: one kind of letter to one address, about one row ("careers.storysubmission:17").

    A part of a row stands behind a stroke ("careers.storysubmission:17/4"), and is forgotten together with it.

    Two with the same `dedupe_key` are one. `by_stranger`: whoever typed the address has caused it, so the daily limit
    for such mail holds, and beyond it the letter is left out.
    """

    kind: str
    to_email: str
    about: str
    dedupe_key: str
    by_stranger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter as it leaves."""

    to_name: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """A kind of letter, as data.

    `prepare` loads what a batch needs, by the `about` of each; `compose` makes one of it, reads nothing and may raise
    NoLongerTrueError.
    """

    name: str
    prepare: Callable[[Sequence[str]], Any]
    compose: Callable[[str, Any], Composed]


class Office(Protocol):
    """Whoever delivers."""

    def accept_kind(self, kind: LetterKind) -> None:
        """Learn of a kind."""

    def take(self, letters: Sequence[Letter], *, now: datetime) -> None:
        """Write letters, in the transaction of their cause."""

    def forget(self, abouts: Sequence[str], *, now: datetime) -> None:
        """Keep back what waits about these rows, and blank the addresses of what has been settled."""


@dataclass(slots=True)
class _Counter:
    kinds: list[LetterKind] = field(default_factory=list)
    office: Office | None = None


_counter = _Counter()


def open_office(office: Office) -> None:
    """Say who delivers; it learns of every kind, whether registered by now or later."""
    _counter.office = office
    for kind in _counter.kinds:
        office.accept_kind(kind)


def register_letter(kind: LetterKind) -> None:
    """Make a kind of letter known."""
    _counter.kinds.append(kind)
    if _counter.office is not None:
        _counter.office.accept_kind(kind)


def post_letters(letters: Sequence[Letter], *, now: datetime) -> None:
    """Have letters sent; must run in the transaction of their cause."""
    _office().take(letters, now=now)


def forget_letters(abouts: Sequence[str], *, now: datetime) -> None:
    """Forget the addresses of letters about rows whose data is deleted; twice does no harm."""
    _office().forget(abouts, now=now)


def _office() -> Office:
    if _counter.office is None:
        raise RuntimeError("No app delivers letters: see portal/outgoing.py.")
    return _counter.office
