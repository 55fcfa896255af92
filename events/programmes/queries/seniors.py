"""Who can be paired with a mentor."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Count, Q, QuerySet

from events.programmes.models import Phase


def seniors() -> QuerySet[Any]:
    """Return the senior officers with an open account and an address, by permission; not every administrator."""
    permission = Permission.objects.filter(content_type__app_label="events", codename="be_paired")
    may = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
    people: QuerySet[Any] = get_user_model().objects.filter(may, is_active=True).exclude(email="")
    return people.distinct().order_by("last_name", "first_name", "pk")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A senior officer whom a mentor could be paired with."""

    user: Any
    is_taken: bool
    before: int

    @property
    def name(self) -> str:
        """Return the name as it is read."""
        return self.user.get_full_name() or self.user.get_username()


def candidates(phase: Phase) -> list[Candidate]:
    """Return the senior officers: who is free first, then who has taken part least often; one statement."""
    live = Q(pairs__phase=phase, pairs__ended_at=None)
    rows = seniors().annotate(
        taken=Count("pairs", filter=live, distinct=True),
        before=Count("pairs", filter=Q(pairs__completed_at__isnull=False), distinct=True),
    )
    found = [Candidate(user, bool(user.taken), user.before) for user in rows]
    return sorted(found, key=lambda one: (one.is_taken, one.before))
