"""Conditional UPDATEs that are compiled once and run for each message.

Django takes about a millisecond to compile the hand-off, more than the database takes to run it. The ORM still writes
the statement, from the same conditions as everywhere; what differs from message to message is filled in.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

Values = dict[str, Any]
Build = Callable[[Values], tuple[QuerySet[Any], Values]]


class Statement:
    """One UPDATE. `build` returns (rows, changes) for the values that it is given; called once, with markers."""

    def __init__(self, build: Build, markers: Values) -> None:
        rows, changes = build(markers)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        self._sql, parameters = query.get_compiler("default").as_sql()
        names = {self._adapted(marker): name for name, marker in markers.items()}
        self._parameters = [(names.get(p) if _can_be_marker(p) else None, p) for p in parameters]
        missing = set(markers) - {name for name, _ in self._parameters}
        if missing:
            raise ValueError(f"The statement does not use {sorted(missing)}.")

    def run(self, **values: Any) -> int:
        """Run it with these values and return how many rows it changed."""
        ready = {name: self._adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(self._sql, tuple(ready[name] if name else p for name, p in self._parameters))
            return int(cursor.rowcount)

    @staticmethod
    def _adapted(value: Any) -> Any:
        return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def markers(*names: str) -> Values:
    """Return the markers of these values."""
    return {name: MARKERS[name] for name in names}


def _can_be_marker(parameter: object) -> bool:
    return isinstance(parameter, (int, str, datetime)) and not isinstance(parameter, bool)


# Values that no real row has, so that each is found again among the parameters of the compiled statement.
MARKERS: Values = {
    "id": -9_001,
    "fence": 2_009_002_009,
    "email_key": "\x1fmarker",
    "provider_id": "\x1fmarker-too",
    "now": datetime(1, 1, 9, 0, 3, tzinfo=UTC),
    "lease_until": datetime(1, 1, 9, 0, 4, tzinfo=UTC),
}
