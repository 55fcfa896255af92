"""The access facts of an event: what somebody must know before they can decide to come. Plain Python."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from events.schedule.rules import EventKind
from portal.marking import gettext_noop
from portal.rules import Problem


class AccessFact(StrEnum):
    """What every event page answers, in the order in which people read it."""

    CAPTIONS = "captions"
    BSL = "bsl"
    STEP_FREE = "step_free"
    QUIET_SPACE = "quiet_space"
    RECORDING = "recording"
    TRANSCRIPT = "transcript"


class AccessAnswer(StrEnum):
    """NOT_APPLICABLE: there is no room, or nothing to see. ASK: somebody else runs the event and knows."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"
    ASK = "ask"


ACCESS_LABELS = {
    AccessFact.CAPTIONS: gettext_noop("Captions"),
    AccessFact.BSL: gettext_noop("British Sign Language"),
    AccessFact.STEP_FREE: gettext_noop("Step-free access"),
    AccessFact.QUIET_SPACE: gettext_noop("Quiet space"),
    AccessFact.RECORDING: gettext_noop("Recording"),
    AccessFact.TRANSCRIPT: gettext_noop("Transcript"),
}

ACCESS_ANSWER_LABELS = {
    AccessAnswer.YES: gettext_noop("Yes"),
    AccessAnswer.NO: gettext_noop("No"),
    AccessAnswer.NOT_APPLICABLE: gettext_noop("Does not apply"),
    AccessAnswer.ASK: gettext_noop("Ask the organiser"),
}

# What has a meaning in a room only.
OF_THE_ROOM = frozenset({AccessFact.STEP_FREE, AccessFact.QUIET_SPACE})
# What comes afterwards, by a date that the page promises.
PROMISED = frozenset({AccessFact.RECORDING, AccessFact.TRANSCRIPT})


def access_problems(
    *,
    kind: EventKind,
    has_place: bool,
    answers: Mapping[AccessFact, str],
    dates: Mapping[AccessFact, date | None],
) -> list[Problem]:
    """Return what keeps an event from being published: each fact is answered, and a promise has its date."""
    problems = []
    for fact in AccessFact:
        answer, label = answers.get(fact, ""), ACCESS_LABELS[fact]
        if not answer:
            problems.append(
                Problem(field=fact, message=f"{label}: answer yes or no, so that people know before they come.")
            )
        elif answer == AccessAnswer.ASK and kind is not EventKind.EXTERNAL:
            problems.append(Problem(field=fact, message=f"{label}: you run this event, so answer yes or no."))
        elif answer == AccessAnswer.NOT_APPLICABLE and fact in OF_THE_ROOM and has_place:
            problems.append(Problem(field=fact, message=f"{label}: people come to a place. Answer yes or no."))
        elif answer == AccessAnswer.YES and fact in PROMISED and dates.get(fact) is None:
            problems.append(
                Problem(field=f"{fact}_date", message=f"{label}: enter the date by which it will be online.")
            )
    return problems


def lost_or_changed(*, told: Mapping[str, str], now: Mapping[str, str], relies_on: list[str]) -> list[str]:
    """Return the facts on which somebody relies and whose answer, or promised date, is not what they were told."""
    return [
        fact for fact in relies_on if any(told.get(name, "") != now.get(name, "") for name in (fact, f"{fact}_date"))
    ]
