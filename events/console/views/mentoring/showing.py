"""Looking: the phases, the queue of one, who can be paired, and one person. Each look at people is written down."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from events.console.audit import note
from events.console.plots import Bar, bar_plot
from events.console.queries.ownership import interests_seen_by, is_of_a_charity, phases_seen_by
from events.console.rules import CHANGE_CHARITIES, CHANGE_INTERESTS, SEE_INTERESTS
from events.console.views.mentoring.forms import DecisionForm
from events.console.views.mentoring.frame import page_of, with_row
from events.console.words import kind_label, sent_in_words
from events.programmes.models import Interest, Pair, Phase
from events.programmes.queries.figures import PhaseFigures, figures_of_phase
from events.programmes.queries.phases import alumni_to_invite, takes_place
from events.programmes.queries.seniors import candidates
from events.programmes.rules import OPEN_STATES, InterestState, may_move
from events.schedule.queries import availability_of
from events.schedule.rules import Availability

ON_A_PAGE = 50
MESSAGES_SHOWN = 100


@require_safe
def index_view(request: HttpRequest) -> HttpResponse:
    """List the phases, the latest first; who only keeps the list of charities is shown that."""
    may_see = request.user.has_perm(SEE_INTERESTS)
    if not may_see and not request.user.has_perm(CHANGE_CHARITIES):
        return permission_required(SEE_INTERESTS, raise_exception=True)(_nothing)(request)
    waiting = Q(interests__state__in=(InterestState.INTERESTED, InterestState.IN_REVIEW), interests__erased_at=None)
    phases = (
        phases_seen_by(request.user)
        .select_related("programme", "event")
        .annotate(
            people=Count("interests", distinct=True),
            waiting=Count("interests", filter=waiting, distinct=True),
            live_pairs=Count("pairs", filter=Q(pairs__ended_at=None), distinct=True),
        )
        .order_by("programme__name", "-number")
    )
    context = page_of("Phases") | {
        "phases": list(phases),
        "may_keep_charities": request.user.has_perm(CHANGE_CHARITIES) and not is_of_a_charity(request.user),
    }
    return render(request, "events/programmes/console/index.html", context)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=403)


@require_safe
@with_row(phases_seen_by, SEE_INTERESTS)
def phase_view(request: HttpRequest, phase: Phase) -> HttpResponse:
    """Show the queue of a phase, its pairs and its figures."""
    now = timezone.now()
    state = request.GET.get("state", "")
    people = interests_seen_by(request.user).filter(phase=phase).select_related("charity__partner")
    if state in set(InterestState):
        people = people.filter(state=state)
    part = Paginator(people.order_by("expressed_at", "pk"), ON_A_PAGE).get_page(request.GET.get("p"))
    rows = list(part.object_list)
    note(request, "interests_listed", rows=len(rows), events=[phase.event_id], narrowed_by=["state"] if state else [])
    figures = figures_of_phase(phase, now=now)
    pairs = Pair.objects.filter(phase=phase, ended_at=None, erased_at=None).select_related("interest", "senior")
    is_open = availability_of(phase.event, now=now) is Availability.INTEREST
    may_change = request.user.has_perm(CHANGE_INTERESTS)
    context = page_of(str(phase)) | {
        "phase": phase,
        "list_page": part,
        "rows": rows,
        "state": state,
        "figures": figures,
        "plots": plots_of(figures),
        "pairs": list(pairs.order_by("pk")),
        "to_invite": len(alumni_to_invite(phase)) if may_change and is_open and phase.number > 1 else 0,
        "may_change": may_change,
    }
    return render(request, "events/programmes/console/phase.html", context)


def plots_of(figures: PhaseFigures) -> dict[str, str]:
    """Return the plots of a phase as SVG. Their labels are escaped where they are drawn."""
    states = [Bar(label=label, number=number) for _, label, number in figures.states]
    came = [
        Bar(label="Mentors", number=figures.mentors_came, whole=figures.mentor_seats, tone="good"),
        Bar(label="Senior officers", number=figures.seniors_came, whole=figures.mentor_seats, tone="good"),
    ]
    pairs = [
        Bar(label="Completed", number=figures.completed, whole=figures.pairs, tone="good"),
    ]
    drawn = {
        "states": bar_plot(name="states", title="Where people stand", bars=states),
        "came": bar_plot(name="came", title="Who came to the sessions held", bars=came if figures.held else []),
        "pairs": bar_plot(name="pairs", title="Pairs that completed the phase", bars=pairs if figures.pairs else []),
    }
    return {name: mark_safe(svg) for name, svg in drawn.items()}  # noqa: S308 (escaped by plots)


@require_safe
@with_row(phases_seen_by, CHANGE_INTERESTS)
def match_view(request: HttpRequest, phase: Phase) -> HttpResponse:
    """Show who waits for a pair, answers side by side, beside the officers who are free."""
    waiting = interests_seen_by(request.user, CHANGE_INTERESTS).filter(phase=phase, state=InterestState.ACCEPTED)
    people = list(waiting.select_related("charity__partner").order_by("state_at", "pk"))
    note(request, "interests_listed", rows=len(people), events=[phase.event_id], narrowed_by=["state"])
    officers = candidates(phase)
    context = page_of("Find pairs", (str(phase), reverse("mentoring:phase", args=[phase.pk]))) | {
        "phase": phase,
        "columns": [(person, _cells(person, people)) for person in people],
        "labels": _labels(people),
        "officers": officers,
        "free": [officer for officer in officers if not officer.is_taken],
    }
    return render(request, "events/programmes/console/match.html", context)


def _labels(people: list[Interest]) -> list[str]:
    """Return every question that somebody answered, in the words she was asked in, each once."""
    return list(dict.fromkeys(answer["label"] for person in people for answer in person.answers))


def _cells(person: Interest, people: list[Interest]) -> list[tuple[str, str]]:
    said = {answer["label"]: answer["said"] for answer in person.answers}
    return [(label, said.get(label, "")) for label in _labels(people)]


@require_safe
@with_row(interests_seen_by, SEE_INTERESTS)
def interest_view(request: HttpRequest, interest: Interest) -> HttpResponse:
    """Show one person, and record who looked."""
    note(request, "interest_seen", about=interest)
    return show_interest(request, interest, DecisionForm())


def show_interest(request: HttpRequest, interest: Interest, form: DecisionForm, status: int = 200) -> HttpResponse:
    """Show one person with a form."""
    state = InterestState(interest.state)
    phase = interest.phase
    may_change = request.user.has_perm(CHANGE_INTERESTS)
    context: dict[str, Any] = page_of(interest.name, (str(phase), reverse("mentoring:phase", args=[phase.pk])))
    context |= {
        "interest": interest,
        "phase": phase,
        "form": form,
        "pair": Pair.objects.filter(interest=interest, ended_at=None).select_related("senior").first(),
        "messages_sent": [
            {
                "moment": row.settled_at or row.due_at,
                "words": kind_label(row.kind)
                + ("" if row.to_email in ("", interest.email) else ", to the senior officer"),
                "state": sent_in_words(state=row.state, delivery=row.delivery)
                + (f": {row.reason}" if row.reason else ""),
            }
            for row in interest.messages.order_by("due_at", "id")[:MESSAGES_SHOWN]
        ],
        "officers": candidates(phase) if may_change and state is InterestState.ACCEPTED else [],
        "may_change": may_change,
        "is_open": state in OPEN_STATES,
        "may_review": may_change and state is InterestState.INTERESTED,
        "may_accept": may_change
        and may_move(state, InterestState.ACCEPTED)
        and state is not InterestState.PAIRED
        and takes_place(phase, now=timezone.now()),
        "may_decline": may_change and may_move(state, InterestState.DECLINED),
    }
    return render(request, "events/programmes/console/interest.html", context, status=status)
