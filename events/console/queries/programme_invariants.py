"""What must always hold of programmes, and no constraint can say: it takes two rows of two tables."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from events.programmes.models import Attendance, Interest, Pair, PairEntry, PairSession
from events.programmes.rules import WITH_PAIR, InterestState


def broken_programmes() -> Iterator[str]:
    """Yield a sentence for every breach."""
    for pair in Pair.objects.exclude(phase=F("interest__phase")):
        yield f"Pair {pair.pk} is of another phase than its mentor."
    live = Q(pairs__ended_at=None)
    paired = Interest.objects.annotate(live=Count("pairs", filter=live))
    for interest in paired.filter(state__in=WITH_PAIR).exclude(live=1):
        yield f"Interest {interest.pk} is {interest.state} and is in {interest.live} pairs."
    for interest in paired.exclude(state__in=WITH_PAIR).filter(live__gt=0):
        yield f"Interest {interest.pk} is {interest.state} and is in a pair."
    doubles = (
        Pair.objects.filter(ended_at=None, senior__isnull=False)
        .order_by()
        .values("phase_id", "senior_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    for double in doubles:
        yield f"Officer {double['senior_id']} is in {double['n']} pairs of phase {double['phase_id']}."
    unfinished = Pair.objects.filter(completed_at__isnull=False).exclude(interest__state=InterestState.COMPLETED)
    for pair in unfinished:
        yield f"Pair {pair.pk} is complete and its mentor is not."
    for model in (PairEntry, Attendance):
        for row in model.objects.filter(pair_session__isnull=False).exclude(pair=F("pair_session__pair")):
            yield f"{model.__name__} {row.pk} is about another pair's session."
        for row in model.objects.filter(session__isnull=False).exclude(pair__phase__event=F("session__event")):
            yield f"{model.__name__} {row.pk} is about another programme's session."
    kept = PairSession.objects.filter(pair__ended_at__isnull=False, cancelled_at=None)
    for session in kept.filter(starts_at__gt=F("pair__ended_at")):
        yield f"Session {session.pk} of a pair that had ended was not called off."
