"""The rules of a programme by expression of interest: states, questions, who may be paired. Plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.marking import gettext_noop


class InterestState(StrEnum):
    """Where an expression of interest stands."""

    INTERESTED = "interested"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PAIRED = "paired"
    COMPLETED = "completed"


STATE_LABELS = {
    InterestState.INTERESTED: "New",
    InterestState.IN_REVIEW: "In review",
    InterestState.ACCEPTED: "Accepted, without a pair",
    InterestState.DECLINED: "Declined",
    InterestState.WITHDRAWN: "Withdrawn",
    InterestState.PAIRED: "Paired",
    InterestState.COMPLETED: "Completed",
}
# Whoever is in one of these may still change her mind.
OPEN_STATES = (InterestState.INTERESTED, InterestState.IN_REVIEW, InterestState.ACCEPTED, InterestState.PAIRED)
WITH_PAIR = (InterestState.PAIRED, InterestState.COMPLETED)
ENDED_STATES = (InterestState.DECLINED, InterestState.WITHDRAWN)

# From where to where a person can go, and by whom: everything else is refused.
MOVES: Mapping[InterestState, tuple[InterestState, ...]] = {
    InterestState.INTERESTED: (
        InterestState.IN_REVIEW,
        InterestState.ACCEPTED,
        InterestState.DECLINED,
        InterestState.WITHDRAWN,
    ),
    InterestState.IN_REVIEW: (InterestState.ACCEPTED, InterestState.DECLINED, InterestState.WITHDRAWN),
    InterestState.ACCEPTED: (InterestState.PAIRED, InterestState.DECLINED, InterestState.WITHDRAWN),
    InterestState.PAIRED: (InterestState.COMPLETED, InterestState.ACCEPTED, InterestState.WITHDRAWN),
    InterestState.DECLINED: (),
    InterestState.WITHDRAWN: (),
    InterestState.COMPLETED: (),
}


def may_move(before: InterestState, after: InterestState) -> bool:
    """Whether a person can go from one state to another."""
    return after in MOVES[before]


class Party(StrEnum):
    """The two of a pair. The young woman is the mentor; the senior officer is who learns (reverse mentoring)."""

    MENTOR = "mentor"
    SENIOR = "senior"


PARTY_LABELS = {Party.MENTOR: "Mentor", Party.SENIOR: "Senior officer"}


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"


QUESTION_LABELS = {
    QuestionKind.TEXT: "in their own words",
    QuestionKind.CHOICE: "one of several answers",
    QuestionKind.YES_NO: "yes or no",
}
YES_NO = (("yes", gettext_noop("Yes")), ("no", gettext_noop("No")))
LEAST_CHOICES = 2
LONGEST_ANSWER = 1_000
LONGEST_REASON = 500
LONGEST_NEEDS = 1_000
# Younger people need a parent's consent and somebody who goes with them: the charity arranges that, not a web form.
LEAST_AGE = 16
LONGEST_SESSION = timedelta(hours=4)
FURTHEST_AHEAD = timedelta(days=366)
# As long as a link in an old mailbox is worth anything after the programme.
LINK_LIFE_AFTER_END = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question in one language. `choices`: value (in the site's first language) and what is read."""

    key: str
    label: str
    kind: QuestionKind
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSpec:
    """What publishing a page says of a programme by expression of interest."""

    programme: str
    number: int
    questions: tuple[Question, ...]

    def as_data(self) -> list[dict[str, object]]:
        """Return the questions as they are kept."""
        return [
            {
                "key": question.key,
                "label": question.label,
                "kind": question.kind.value,
                "is_required": question.is_required,
                "choices": [value for value, _ in question.choices],
            }
            for question in self.questions
        ]


def choices_in(lines: str) -> tuple[str, ...]:
    """Return the answers that an editor wrote, one a line; the same twice is one."""
    return tuple(dict.fromkeys(line.strip() for line in lines.splitlines() if line.strip()))


def question_problem(*, kind: QuestionKind, lines: str) -> str:
    """Return what is wrong with a question, in the editor's words; empty: nothing."""
    if kind is QuestionKind.CHOICE and len(choices_in(lines)) < LEAST_CHOICES:
        return "Enter two answers or more, each on a line of its own."
    return ""


def questions_from(data: Iterable[Mapping[str, object]], words: Mapping[str, Mapping[str, object]]) -> list[Question]:
    """Return what was kept as questions, in the words of a language where it has them."""
    questions = []
    for row in data:
        said = words.get(str(row["key"]), {})
        values = [str(value) for value in row["choices"]]  # type: ignore[attr-defined]
        spoken = [str(label) for label in said.get("choices", [])]  # type: ignore[attr-defined]
        # A translation that has another number of answers is out of date: the first language is right.
        labels = spoken if len(spoken) == len(values) else values
        questions.append(
            Question(
                key=str(row["key"]),
                label=str(said.get("label") or row["label"]),
                kind=QuestionKind(str(row["kind"])),
                is_required=bool(row["is_required"]),
                choices=tuple(zip(values, labels, strict=True)),
            )
        )
    return questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody answered, with the label that she was asked with: `said` is what she read and chose."""

    key: str
    label: str
    value: str
    said: str

    def as_data(self) -> dict[str, str]:
        """Return it as it is kept."""
        return {"key": self.key, "label": self.label, "value": self.value, "said": self.said}


def carried_over(*, questions: Sequence[Question], answers: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return earlier answers by the key of the question that asks the same now.

    The same question has the same key (a copied page), or the same label. An answer that cannot be chosen any more
    is asked for anew.
    """
    rows = list(answers)
    by_key = {row["key"]: row["value"] for row in rows}
    by_label = {row["label"].casefold(): row["value"] for row in rows}
    found = {}
    for question in questions:
        value = by_key.get(question.key) or by_label.get(question.label.casefold()) or ""
        allowed = {value for value, _ in (YES_NO if question.kind is QuestionKind.YES_NO else question.choices)}
        if value and (question.kind is QuestionKind.TEXT or value in allowed):
            found[question.key] = value
    return found


class Paired(StrEnum):
    """What came of pairing two people."""

    PAIRED = "paired"
    UNCHANGED = "unchanged"  # they are a pair already
    NOT_ACCEPTED = "not_accepted"
    SENIOR_TAKEN = "senior_taken"
    NOT_A_SENIOR = "not_a_senior"
    OVER = "over"  # the programme is over or off


PAIRED_WORDS = {
    Paired.PAIRED: "They are a pair. Both hear of it by email, and the programme’s sessions go into both calendars.",
    Paired.UNCHANGED: "They are a pair already.",
    Paired.NOT_ACCEPTED: "She has not been accepted, or has a pair, or has withdrawn.",
    Paired.SENIOR_TAKEN: "That officer has a mentor in this phase already. Choose another.",
    Paired.NOT_A_SENIOR: (
        "That officer cannot be paired: the account is closed, has no email address or is not in the group "
        "“Senior officers”."
    ),
    Paired.OVER: "The programme is over or does not take place.",
}


class Times(StrEnum):
    """What came of setting a session's time."""

    SET = "set"
    UNCHANGED = "unchanged"
    NO_PAIR = "no_pair"  # it has ended, or is complete
    PAST = "past"
    TOO_FAR = "too_far"
    TOO_LONG = "too_long"
    CLASHES = "clashes"
    BEGUN = "begun"  # what has begun is not moved any more
    OFF = "off"  # the programme does not take place


TIMES_WORDS = {
    Times.SET: "Set. Both get it in their calendars.",
    Times.UNCHANGED: "It says that already. Nobody is told anything.",
    Times.NO_PAIR: "This pair has ended or is complete: it meets no more.",
    Times.PAST: "Choose a time that lies ahead.",
    Times.TOO_FAR: "Choose a time within the next year.",
    Times.TOO_LONG: "Choose an end that is after the start, at most four hours later.",
    Times.CLASHES: "The pair meets at that time already, or the whole programme does. Choose another.",
    Times.BEGUN: "It has begun. Say who came instead.",
    Times.OFF: "The programme does not take place: no session can be set.",
}


def check_times(
    *,
    starts_at: datetime,
    ends_at: datetime,
    others: Iterable[tuple[datetime, datetime]],
    now: datetime,
) -> Times:
    """Decide whether a pair can meet at a time; `others`: when else the two meet."""
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SESSION:
        return Times.TOO_LONG
    if starts_at <= now:
        return Times.PAST
    if starts_at > now + FURTHEST_AHEAD:
        return Times.TOO_FAR
    if any(starts_at < end and start < ends_at for start, end in others):
        return Times.CLASHES
    return Times.SET


def is_worth_telling(*, issued: bool, starts_at: datetime | None, was_at: datetime | None, now: datetime) -> bool:
    """Whether a calendar is told: never of what begins in the past, and nothing begun is taken out of it."""
    if starts_at is None:
        return was_at is not None and was_at > now
    return starts_at > now or (issued and was_at is not None and was_at > now)


def may_complete(*, held: int, to_come: int) -> bool:
    """Whether a pair has done what it set out to: it has met, and no session of its own lies ahead."""
    return held > 0 and to_come == 0
