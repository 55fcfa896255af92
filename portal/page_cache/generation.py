"""One number in the database that every process reads before it answers: raising it drops every kept page at once.

It is raised after the commit, never inside the transaction: the row would be one more lock in every service, taken in
no order that is kept, and it is read before a page is made, so what was made from older data is never kept under the
newer number.
"""

from collections.abc import Iterable

from django.db import DatabaseError, connection, transaction
from django.db.models import F

from portal.models import PageGeneration
from portal.page_cache.cdn import purge

# By hand, because the ORM takes longer to write this statement than the database to answer it.
_READ = "SELECT number FROM portal_pagegeneration WHERE id = 1"


def read_generation() -> int | None:
    """Return the number, or None where there is none to trust: no database, no row, or a transaction still open."""
    if connection.in_atomic_block:
        return None  # what is made in here may yet be rolled back
    try:
        with connection.cursor() as cursor:
            cursor.execute(_READ)
            row = cursor.fetchone()
    except DatabaseError:
        return None
    return row[0] if row else None


def drop_pages(*, addresses: Iterable[str] = ()) -> None:
    """Drop every kept page when the open transaction has committed, or now; once, however often it is asked for.

    `addresses` are paths that a CDN may hold though no page has them any more.
    """
    drop = _waiting()
    if drop is not None:
        drop.addresses.update(addresses)
        return
    # Robust: what has been committed stands, and a page that is stale for a minute is the smaller harm.
    transaction.on_commit(_Drop(addresses), robust=True)


class _Drop:
    def __init__(self, addresses: Iterable[str]) -> None:
        self.addresses = set(addresses)

    def __call__(self) -> None:
        PageGeneration.objects.filter(pk=PageGeneration.ONLY).update(number=F("number") + 1)
        purge(addresses=self.addresses)


def _waiting() -> _Drop | None:
    """Return the drop that this transaction already waits with, unless a savepoint may yet take it back alone."""
    savepoints = set(connection.savepoint_ids)
    for hook in connection.run_on_commit:
        within, do = hook[:2]
        if isinstance(do, _Drop) and within <= savepoints:
            return do
    return None
