"""Which numbers may be published: none from which somebody could tell a single walk. Plain Python.

A number under ten is hidden, a zero too: "nobody there spoke of harassment" is about few people as well. Themes are
not parts of a whole (a walk may have several, or none), so nothing follows from a borough's other numbers. A sum over
boroughs is one equation a theme: it is shown only where every hidden part could still be one of at least six numbers.
Reports are frozen when they are published and cover closed quarters that do not overlap, so that two of them, or a
later count, cannot be subtracted from each other.
"""

from collections.abc import Iterable

LEAST_SHOWN = 10
# How many numbers a hidden part must be able to be after a sum was shown.
LEAST_CHOICE = 6


def shown(number: int) -> int | None:
    """Return the number, or None where it is hidden."""
    return number if number >= LEAST_SHOWN else None


def in_tens(number: int) -> int | None:
    """Return a number that goes on growing as it may be told to who can look again and again: in full tens."""
    return shown(number - number % LEAST_SHOWN)


def shown_sum(parts: Iterable[int]) -> int | None:
    """Return the sum of numbers that are each published by `shown`, or None where it would give a hidden one away."""
    numbers = list(parts)
    hidden = [number for number in numbers if shown(number) is None]
    if hidden and choice_left(hidden=len(hidden), total=sum(hidden)) < LEAST_CHOICE:
        return None
    return shown(sum(numbers))


def choice_left(*, hidden: int, total: int) -> int:
    """Return how many values each of some hidden numbers may have for who knows their total: all are under ten."""
    most = LEAST_SHOWN - 1
    lowest, highest = max(0, total - most * (hidden - 1)), min(most, total)
    return highest - lowest + 1
