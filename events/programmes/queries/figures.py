"""Figures of a phase: people by state, pairs, sessions held, who came. In a fixed number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from events.programmes.models import Attendance, Interest, Pair, PairSession, Phase
from events.programmes.queries.phases import still_on
from events.programmes.rules import STATE_LABELS, InterestState, Party


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFigures:
    """What a phase came to. Seats: a session that was held has two."""

    by_state: Mapping[str, int]
    pairs: int
    completed: int
    own_held: int
    common_held: int
    mentors_came: int
    seniors_came: int
    mentor_seats: int
    alumni: int
    by_charity: tuple[tuple[str, int], ...]

    @property
    def held(self) -> int:
        """Return how many sessions of pairs, and of the programme, have begun."""
        return self.own_held + self.common_held

    @property
    def people(self) -> int:
        """Return how many have expressed their interest."""
        return sum(self.by_state.values())

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """Return name, label and number of each state, in their order."""
        return [(state.value, STATE_LABELS[state], self.by_state.get(state, 0)) for state in InterestState]


def figures_of_phase(phase: Phase, *, now: datetime) -> PhaseFigures:
    """Return the figures; personal data may be long gone."""
    people = Interest.objects.filter(phase=phase)
    states = dict(people.order_by().values_list("state").annotate(Count("pk")))
    live = Q(ended_at=None)
    pairs = Pair.objects.filter(phase=phase).aggregate(
        live=Count("pk", filter=live), completed=Count("pk", filter=Q(completed_at__isnull=False))
    )
    held = PairSession.objects.filter(still_on(phase.event), pair__phase=phase, starts_at__lte=now).count()
    common = list(
        phase.event.sessions.filter(still_on(phase.event), starts_at__lte=now).values_list("starts_at", "ends_at")
    )
    # Of two who were parted, what had begun while they were a pair.
    lives = list(Pair.objects.filter(phase=phase).values_list("made_at", "ended_at"))
    seats = sum(
        1
        for made_at, ended_at in lives
        for starts_at, ends_at in common
        if ends_at > made_at and (ended_at is None or starts_at < ended_at)
    )
    # Only what counts as held: marks of a session that was called off afterwards do not.
    valid = Q(pair_session__isnull=True, session__cancelled_at=None) | Q(
        pair_session__isnull=False, pair_session__cancelled_at=None
    )
    came = dict(
        Attendance.objects.filter(valid, pair__phase=phase, came=True)
        .order_by()
        .values_list("party")
        .annotate(Count("pk"))
    )
    charities = (
        people.filter(charity__isnull=False)
        .order_by("charity__partner__name")
        .values_list(F("charity__partner__name"))
        .annotate(Count("pk"))
    )
    return PhaseFigures(
        by_state=states,
        pairs=pairs["live"],
        completed=pairs["completed"],
        own_held=held,
        common_held=len(common),
        mentors_came=came.get(Party.MENTOR, 0),
        seniors_came=came.get(Party.SENIOR, 0),
        mentor_seats=held + seats,
        alumni=people.filter(earlier__isnull=False).count(),
        by_charity=tuple((str(name), number) for name, number in charities),
    )
