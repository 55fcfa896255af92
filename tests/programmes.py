"""The people of a mentoring programme: young women, senior officers and a charity, by the services of the portal."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from events.pages.models import Partner
from events.programmes.models import Charity, Interest, Pair, Phase
from events.programmes.rules import Answer, PhaseSpec, Question, QuestionKind, Times
from events.programmes.services import Application, decide, express_interest, pair_up, publish_page, set_session
from events.schedule.rules import EventKind, EventSpec, SessionSpec

QUESTIONS = (
    Question(key="q-why", label="Why would you like to mentor?", kind=QuestionKind.TEXT, is_required=True),
    Question(
        key="q-when",
        label="When could you meet?",
        kind=QuestionKind.CHOICE,
        is_required=True,
        choices=(("After school", "After school"), ("At the weekend", "At the weekend")),
    ),
    Question(
        key="q-met",
        label="Have you met a police officer?",
        kind=QuestionKind.YES_NO,
        is_required=False,
        choices=(("yes", "Yes"), ("no", "No")),
    ),
)
ANSWERS = (
    Answer(key="q-why", label=QUESTIONS[0].label, value="To be heard.", said="To be heard."),
    Answer(key="q-when", label=QUESTIONS[1].label, value="After school", said="After school"),
)


def programme_spec(number: int = 2, **changes: Any) -> EventSpec:
    """Return what a programme's page would project: two sessions for everybody, in March and in April."""
    sessions = changes.pop("sessions", None) or tuple(
        SessionSpec(
            key=uuid.UUID(f"77777777-7777-4777-8777-{number:06d}{position:06d}"),
            title=title,
            starts_local=starts,
            ends_local=starts + timedelta(minutes=90),
            place="New Scotland Yard",
            stream_url="",
        )
        for position, (title, starts) in enumerate(
            (
                ("Getting to know each other", datetime(2027, 3, 12, 17)),
                ("What we take with us", datetime(2027, 4, 9, 17)),
            )
        )
    )
    fields: dict[str, Any] = {
        "key": uuid.UUID(f"88888888-8888-4888-8888-{number:012d}"),
        "slug": f"mentoring-{number}",
        "path": f"/events/mentoring-{number}/",
        "title": "Reverse mentoring",
        "summary": "You set the questions, they listen.",
        "kind": EventKind.PROGRAMME,
        "time_zone": "Europe/London",
        "is_cancelled": False,
        "cancellation_note": "",
        "contact_name": "Outreach team",
        "contact_email": "outreach@example.org",
        "opens_at": None,
        "closes_at": None,
        "capacities": {},
        "sessions": sessions,
        "reminders": ("P1D",),
        "access": {},
        "by_interest": True,
    }
    return EventSpec(**(fields | changes))


@pytest.fixture
def make_phase(db: None, now: datetime) -> Callable[..., Phase]:
    """Return a publisher of phases: `make_phase(2)`; the same number again is the same phase."""

    def make(number: int = 2, *, at: datetime | None = None, questions: Any = QUESTIONS, **changes: Any) -> Phase:
        spec = programme_spec(number, **changes)
        event = publish_page(
            spec=spec,
            phase=PhaseSpec(programme="Reverse mentoring", number=number, questions=questions),
            now=at or now,
        )
        return Phase.objects.select_related("event", "programme").get(event=event)

    return make


@pytest.fixture
def phase(make_phase: Callable[..., Phase]) -> Phase:
    return make_phase()


@pytest.fixture
def express(now: datetime) -> Callable[..., Interest]:
    """Return who expresses interest: `express(phase, "amara")`."""

    def do(phase: Phase, who: str = "amara", *, at: datetime | None = None, **changes: Any) -> Interest:
        fields: dict[str, Any] = {
            "name": who.capitalize(),
            "email": f"{who}@example.org",
            "access_needs": "",
            "answers": ANSWERS,
            "consent_text": "Use my data to run this programme.",
            "submission": uuid.uuid4(),
        }
        return express_interest(phase_id=phase.pk, application=Application(**(fields | changes)), now=at or now)

    return do


def senior(name: str, *permissions: str) -> Any:
    """Return a senior officer who can be paired."""
    user = get_user_model().objects.create_user(name, f"{name}@police.example.org", "x", first_name=name.capitalize())
    codenames = ("be_paired", "access_admin", *permissions)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def make_pair(express: Callable[..., Interest], now: datetime) -> Callable[..., Pair]:
    """Return what makes two people a pair: `make_pair(phase, "amara", officer)`."""

    def make(phase: Phase, who: str, officer: Any, *, at: datetime | None = None, **changes: Any) -> Pair:
        moment = at or now
        interest = express(phase, who, at=moment, **changes)
        assert decide(interest_id=interest.pk, accept=True, reason="Good answers.", by=officer, now=moment)
        assert pair_up(interest_id=interest.pk, senior_id=officer.pk, now=moment) == "paired"
        return Pair.objects.get(interest=interest, ended_at=None)

    return make


def meet(pair: Pair, starts: datetime, *, now: datetime, **changes: Any) -> Times:
    """Set a session of an hour, by the clocks of London."""
    fields: dict[str, Any] = {
        "starts_local": starts,
        "ends_local": starts + timedelta(hours=1),
        "time_zone": "Europe/London",
        "place": "Brixton Library",
        "link": "",
    }
    return set_session(pair_id=pair.pk, now=now, **(fields | changes))


@pytest.fixture
def charity(db: None) -> Charity:
    return Charity.objects.create(partner=Partner.objects.create(name="The Girls’ Network"), code="girls-network")
