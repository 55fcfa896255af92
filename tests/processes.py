"""Real processes that start at the same moment: forked from the warmed-up test, held at a barrier, then let go."""

import multiprocessing
import os
import traceback
from collections.abc import Callable

from django.db import connections

PATIENCE = 120  # seconds after which a process counts as hung
_forks = multiprocessing.get_context("fork")


def close_connections() -> None:
    """Close what a forked child must not share: two processes on one line would read each other's answers."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):  # a pool has threads, which do not come along
            connection.close_pool()


def at_the_same_moment(number: int, do: Callable[[int], object]) -> list[str]:
    """Run `do(0)` … `do(number - 1)`, each in a process of its own, and return what each said, as text.

    A process that raised says its exception's name and words: a race is lost by an answer, never by silence.
    """
    close_connections()
    barrier, answers = _forks.Barrier(number), _forks.SimpleQueue()

    def run(position: int) -> None:
        try:
            # A connection each, made before the barrier, so that what contends is the work and not the log-ins.
            connections["default"].ensure_connection()
            barrier.wait(PATIENCE)
            answer = str(do(position))
        except BaseException as error:
            if os.environ.get("SHOW_RACES"):
                traceback.print_exc()
            answer = f"{type(error).__name__}: {error}"
        answers.put(answer)
        connections["default"].close()
        os._exit(0)  # pytest's own farewells are not this process's to say

    processes = [_forks.Process(target=run, args=(position,), daemon=True) for position in range(number)]
    for process in processes:
        process.start()
    outcomes = [answers.get() for _ in processes]
    for process in processes:
        process.join(PATIENCE)
    return outcomes
