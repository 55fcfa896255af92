"""Composing a batch one message ahead: while the database syncs a hand-off, the next mail is written.

A commit and a composition take about as long as each other, and the one waits for the disk while the other needs the
processor. What a kind reads is read before, by the worker itself: composing is pure and touches no database.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from events.outbox.delivery.mime import ComposedMail
from events.outbox.messages import Draft, MessageKind, kind_of
from events.outbox.models import Message

Finish = Callable[[Message, Draft], ComposedMail]


@dataclass(frozen=True, slots=True)
class Composition:
    """One message of a batch. `kind` is None for a row whose kind this version does not know."""

    message: Message
    kind: MessageKind | None
    context: Any
    finish: Finish

    def compose(self) -> ComposedMail:
        """Return the mail; raises what the kind raises, Obsolete among it."""
        if self.kind is None:
            raise UnknownKindError(f"This version does not know messages of kind {self.message.kind!r}.")
        if isinstance(self.context, Unprepared):
            raise self.context.problem
        try:
            with connection.execute_wrapper(_refuse):
                return self.finish(self.message, self.kind.compose(self.message, self.context))
        finally:
            if connection.connection is not None:  # opened by who was then refused
                connection.close()


class UnknownKindError(LookupError):
    """Raised for a row that an older or newer version has written."""


class ComposingReadsNothingError(RuntimeError):
    """Raised when a kind asks the database while it composes: what it needs belongs into its `prepare`."""


def _refuse(*_: object) -> Any:
    raise ComposingReadsNothingError("A message is composed from what its kind has prepared.")


class Compositions:
    """A batch in its order; `take` gives one, `begin` has one written meanwhile."""

    def __init__(self, batch: Sequence[Composition], writer: ThreadPoolExecutor) -> None:
        self._batch, self._writer = batch, writer
        self._begun: dict[int, Future[ComposedMail]] = {}

    def finish_all(self) -> None:
        """Write every mail now: a batch that has brought a worker down must do so before anything of it is sent."""
        for position in range(len(self._batch)):
            self.begin(position)
        for written in self._begun.values():
            death = written.exception()
            if death is not None and not isinstance(death, Exception):
                raise death  # what ends a worker ends it here

    def begin(self, position: int) -> None:
        """Have the mail at this position written in the background; past the end there is none."""
        if position < len(self._batch) and position not in self._begun:
            self._begun[position] = self._writer.submit(self._batch[position].compose)

    def take(self, position: int) -> ComposedMail:
        """Return a mail, written by now or waited for; raises what composing it raised."""
        self.begin(position)
        return self._begun.pop(position).result()


@contextmanager
def composing(messages: Sequence[Message], *, finish: Finish) -> Iterator[tuple[list[Composition], Compositions]]:
    """Prepare a batch, kind by kind, and give it in its order. The thread ends with the batch."""
    batch = list(_prepared(messages, finish))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="compose") as writer:
        yield batch, Compositions(batch, writer)


def _prepared(messages: Sequence[Message], finish: Finish) -> Iterator[Composition]:
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    ready: dict[int, Composition] = {}
    for name, group in by_kind.items():
        kind = kind_of(name)
        for message, context in _contexts(kind, group):
            ready[message.id] = Composition(message, kind, context, finish)
    return (ready[message.id] for message in messages)


def _contexts(kind: MessageKind | None, group: list[Message]) -> Iterator[tuple[Message, Any]]:
    """Load what a kind needs for a group; where that fails, for each alone: one must not stop the others."""
    if kind is None:
        yield from ((message, None) for message in group)
        return
    try:
        context = kind.prepare(group)
    except Exception:
        for message in group:
            try:
                yield message, kind.prepare([message])
            except Exception as problem:
                yield message, Unprepared(problem)
        return
    yield from ((message, context) for message in group)


@dataclass(frozen=True, slots=True)
class Unprepared:
    """What stands in for a context that could not be loaded."""

    problem: Exception
