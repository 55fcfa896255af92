"""A check: questions with answers. An answer leads to the next question, to a question further on, or to an outcome.

Plain Python. A check that `problems_of` finds nothing wrong with ends for everybody, whatever they answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

NEXT = ""  # an answer without a target leads to the question below it
# In the address: which question was on the page that the visitor sent.
ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: where it leads, and what somebody who gave it should know at the end."""

    key: str
    label: str
    leads_to: str = NEXT
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; its answers exclude each other."""

    key: str
    text: str
    answers: tuple[Answer, ...]

    def answer(self, key: str) -> Answer | None:
        """Return the answer of that name, if there is one."""
        return next((answer for answer in self.answers if answer.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Questions in their order, and the names of the outcomes."""

    questions: tuple[Question, ...]
    outcomes: tuple[str, ...]

    def target(self, question: Question, answer: Answer) -> str:
        """Return the name of the question or outcome that an answer leads to; empty behind the last question."""
        if answer.leads_to != NEXT:
            return answer.leads_to
        position = self.questions.index(question) + 1
        return self.questions[position].key if position < len(self.questions) else ""

    def question(self, key: str) -> Question | None:
        """Return the question of that name, if there is one."""
        return next((question for question in self.questions if question.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where somebody stands: at a question, at an outcome, or (with a broken check) nowhere."""

    given: tuple[tuple[Question, Answer], ...] = ()
    question: Question | None = None
    outcome: str = ""
    notes: tuple[str, ...] = field(default=())


def walk(check: Check, answers: Mapping[str, str]) -> Position:
    """Follow the answers from the first question on, as far as they make sense.

    An answer that the question does not have stops the walk there: the question is asked (again). Answers to
    questions that are not on the way are ignored. A loop, which no published check has, ends nowhere.
    """
    given: list[tuple[Question, Answer]] = []
    question = check.questions[0] if check.questions else None
    seen: set[str] = set()
    while question is not None and question.key not in seen:
        seen.add(question.key)
        answer = question.answer(answers.get(question.key, ""))
        if answer is None:
            return Position(given=tuple(given), question=question)
        given.append((question, answer))
        target = check.target(question, answer)
        if target in check.outcomes:
            notes = tuple(dict.fromkeys(a.note for _, a in given if a.note))
            return Position(given=tuple(given), outcome=target, notes=notes)
        question = check.question(target)
    return Position(given=tuple(given))


def longest_way(check: Check) -> int:
    """Return the greatest number of questions that somebody can be asked."""
    if problems_of(check):
        return len(check.questions)
    length: dict[str, int] = {}

    def ways(question: Question) -> int:
        if question.key not in length:
            targets = (check.question(check.target(question, answer)) for answer in question.answers)
            length[question.key] = 1 + max((ways(target) for target in targets if target is not None), default=0)
        return length[question.key]

    return ways(check.questions[0])


def problems_of(check: Check) -> list[str]:
    """Return what is wrong with a check, in an editor's words: nothing, or it may trap somebody."""
    if not check.questions:
        return ["Add at least one question."]
    if not check.outcomes:
        return ["Add at least one outcome."]
    problems = [*_names_used_twice(check), *_answers_that_lead_nowhere(check)]
    if problems:
        return problems  # what follows would only repeat them in other words
    return [*_loops(check), *_unreachable(check)]


def _names_used_twice(check: Check) -> Iterator[str]:
    names = [question.key for question in check.questions] + list(check.outcomes)
    if ASKED in names:
        yield f"The short name “{ASKED}” is taken by the page itself. Choose another."
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"The short name “{name}” is used twice. Give each question and outcome its own."
    for question in check.questions:
        keys = [answer.key for answer in question.answers]
        for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
            yield f"“{question.text}”: the short name “{key}” is used twice. Give each answer its own."


def _answers_that_lead_nowhere(check: Check) -> Iterator[str]:
    known = {question.key for question in check.questions} | set(check.outcomes)
    for question in check.questions:
        if len(question.answers) < 2:
            yield f"“{question.text}”: give at least two answers."
        for answer in question.answers:
            target = check.target(question, answer)
            if not target:
                yield (
                    f"“{question.text}”: the answer “{answer.label}” leads on, and there is no question below. "
                    "Name an outcome."
                )
            elif target not in known:
                yield (
                    f"“{question.text}”: the answer “{answer.label}” leads to “{target}”, which does not exist. "
                    "Enter the short name of a question or an outcome."
                )


def _loops(check: Check) -> Iterator[str]:
    done: set[str] = set()

    def visit(question: Question, way: tuple[str, ...]) -> Iterator[str]:
        if question.key in way:
            yield f"“{question.text}” leads back to itself. Lead one of the answers on to a later question."
            return
        if question.key in done:
            return
        for answer in question.answers:
            target = check.question(check.target(question, answer))
            if target is not None:
                yield from visit(target, (*way, question.key))
        done.add(question.key)

    for question in check.questions:
        yield from visit(question, ())


def _unreachable(check: Check) -> Iterator[str]:
    reached: set[str] = set()
    waiting = [check.questions[0].key]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        question = check.question(name)
        if question is not None:
            waiting += [check.target(question, answer) for answer in question.answers]
    for question in check.questions:
        if question.key not in reached:
            yield f"Nobody is ever asked “{question.text}”. Lead an answer to it, or remove it."
    for outcome in check.outcomes:
        if outcome not in reached:
            yield f"Nobody ever gets to the outcome “{outcome}”. Lead an answer to it, or remove it."
