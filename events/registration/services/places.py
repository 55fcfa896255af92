"""Taking and giving back a place: one conditional UPDATE each, whose row count decides (DESIGN law 2).

Locks are always taken in the order event, pool, registration. The pool's comes first wherever a place or the waiting
list is looked at: without it, somebody could join the list of a pool in which a place has just become free, and wait
for ever. They are NO KEY locks: a registration's foreign keys must not wait for them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest

from events.registration.models import Registration
from events.registration.rules import RegistrationState
from events.schedule.models import SeatPool
from portal.page_cache.generation import drop_pages


def lock_pools(*, pool_ids: Iterable[int]) -> dict[int, SeatPool]:
    """Lock pools until the transaction ends, in one order; return them with their events."""
    pools = SeatPool.objects.select_for_update(of=("self",), no_key=True).select_related("event")
    return {pool.pk: pool for pool in pools.filter(pk__in=pool_ids).order_by("pk")}


def take_place(*, pool: SeatPool, past_the_queue: bool = False) -> bool:
    """Take one place; return whether there was one. Somebody new takes none while others wait for it."""
    pools = SeatPool.objects.filter(Q(capacity__isnull=True) | Q(holding__lt=F("capacity")), pk=pool.pk)
    if not past_the_queue:
        pools = pools.filter(
            ~Exists(Registration.objects.filter(pool_id=OuterRef("pk"), state=RegistrationState.WAITING))
        )
    is_taken = bool(pools.update(holding=F("holding") + 1))
    if is_taken:
        _follow(pool, holding=pool.holding + 1, capacity=pool.capacity)
    return is_taken


def give_back_place(*, pool: SeatPool) -> None:
    """Give one place back; a pool that was published with fewer places than it held shrinks towards that number.

    The pool must be locked.
    """
    SeatPool.objects.filter(pk=pool.pk, published_capacity__isnull=True).update(holding=F("holding") - 1)
    SeatPool.objects.filter(pk=pool.pk, published_capacity__isnull=False).update(
        holding=F("holding") - 1, capacity=Greatest(F("published_capacity"), F("holding") - 1)
    )
    held, published = pool.holding - 1, pool.published_capacity
    _follow(pool, holding=held, capacity=pool.capacity if published is None else max(published, held))


def _follow(pool: SeatPool, *, holding: int, capacity: int | None) -> None:
    """Write into the locked row in hand what the UPDATE wrote; drop kept pages when visitors read other words now."""
    words_before = pool.in_words
    pool.holding, pool.capacity = holding, capacity
    if pool.in_words != words_before:
        drop_pages()


def promote_waiting(*, pool: SeatPool, now: datetime) -> list[Registration]:
    """Give free places to the first in the waiting list, until one or the other is used up; return who got one.

    The pool must be locked.
    """
    promoted: list[Registration] = []
    while True:
        first = (
            Registration.objects.select_for_update(no_key=True)
            .filter(pool=pool, state=RegistrationState.WAITING)
            .order_by("registered_at", "id")
            .first()
        )
        if first is None or not take_place(pool=pool, past_the_queue=True):
            return promoted
        first.state, first.confirmed_at = RegistrationState.CONFIRMED, now
        first.save(update_fields=["state", "confirmed_at"])
        promoted.append(first)
