"""A programme's rules, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from events.programmes.rules import (
    MOVES,
    InterestState,
    PhaseSpec,
    Question,
    QuestionKind,
    Times,
    carried_over,
    check_times,
    choices_in,
    is_worth_telling,
    may_complete,
    may_move,
    question_problem,
    questions_from,
)

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_from_where_to_where():
    assert may_move(InterestState.INTERESTED, InterestState.ACCEPTED)
    assert may_move(InterestState.ACCEPTED, InterestState.PAIRED)
    assert may_move(InterestState.PAIRED, InterestState.COMPLETED)
    assert may_move(InterestState.PAIRED, InterestState.ACCEPTED), "a pair that is parted"
    assert not may_move(InterestState.INTERESTED, InterestState.PAIRED), "nobody is paired unread"
    assert not may_move(InterestState.PAIRED, InterestState.DECLINED), "first the pair ends"
    for state in (InterestState.DECLINED, InterestState.WITHDRAWN, InterestState.COMPLETED):
        assert MOVES[state] == ()
    assert set(MOVES) == set(InterestState)


@pytest.mark.parametrize(
    ("kind", "lines", "is_wrong"),
    [
        (QuestionKind.CHOICE, "", True),
        (QuestionKind.CHOICE, "One\nOne\n\n", True),
        (QuestionKind.CHOICE, "One\n two ", False),
        (QuestionKind.TEXT, "", False),
    ],
)
def test_a_choice_has_two_answers_or_more(kind, lines, is_wrong):
    assert bool(question_problem(kind=kind, lines=lines)) is is_wrong


def ask(key, label, kind=QuestionKind.TEXT, choices=(), is_required=False):
    return Question(key=key, label=label, kind=kind, is_required=is_required, choices=choices)


def test_questions_are_read_in_a_language_that_has_them_whole():
    spec = PhaseSpec(
        programme="P",
        number=1,
        questions=(ask("a", "When?", QuestionKind.CHOICE, (("Early", "Early"), ("Late", "Late"))),),
    )
    in_french = {"a": {"label": "Quand ?", "choices": ["Tôt", "Tard"]}}

    assert questions_from(spec.as_data(), in_french)[0].choices == (("Early", "Tôt"), ("Late", "Tard"))
    assert questions_from(spec.as_data(), in_french)[0].label == "Quand ?"
    out_of_date = {"a": {"label": "Quand ?", "choices": ["Tôt"]}}
    assert questions_from(spec.as_data(), out_of_date)[0].choices == (("Early", "Early"), ("Late", "Late"))
    assert questions_from(spec.as_data(), {})[0].label == "When?"


def test_answers_are_carried_over_by_key_or_by_label():
    answers = [
        {"key": "a", "label": "Why?", "value": "To be heard.", "said": "To be heard."},
        {"key": "old", "label": "When could you meet?", "value": "Late", "said": "Tard"},
        {"key": "c", "label": "Met one?", "value": "yes", "said": "Yes"},
    ]
    asked = [
        ask("a", "Why now?"),
        ask("new", "WHEN could you meet?", QuestionKind.CHOICE, (("Early", "Early"), ("Late", "Late"))),
        ask("c", "Met one?", QuestionKind.YES_NO),
        ask("d", "Anything else?"),
    ]

    assert carried_over(questions=asked, answers=answers) == {"a": "To be heard.", "new": "Late", "c": "yes"}
    gone = [ask("old", "When?", QuestionKind.CHOICE, (("Early", "Early"), ("Noon", "Noon")))]
    assert carried_over(questions=gone, answers=answers) == {}, "what cannot be chosen any more is asked anew"


@pytest.mark.parametrize(
    ("start", "length", "others", "answer"),
    [
        (HOUR, HOUR, [], Times.SET),
        (HOUR, HOUR, [(NOW, NOW + HOUR), (NOW + 2 * HOUR, NOW + 3 * HOUR)], Times.SET),
        (HOUR, HOUR, [(NOW + HOUR / 2, NOW + 3 * HOUR / 2)], Times.CLASHES),
        (timedelta(0), HOUR, [], Times.PAST),
        (HOUR, timedelta(0), [], Times.TOO_LONG),
        (HOUR, 5 * HOUR, [], Times.TOO_LONG),
        (timedelta(days=400), HOUR, [], Times.TOO_FAR),
    ],
)
def test_when_a_pair_can_meet(start, length, others, answer):
    assert check_times(starts_at=NOW + start, ends_at=NOW + start + length, others=others, now=NOW) is answer


@pytest.mark.parametrize(
    ("issued", "starts", "was", "told"),
    [
        (False, 1, None, True),  # a first entry ahead
        (False, -1, None, False),  # nobody is asked to what has begun
        (True, -1, 1, True),  # moved to before now: the old time must not stand
        (True, -1, -2, False),  # it has begun: nothing about the past
        (True, None, 1, True),  # taken off in time
        (True, None, -1, False),  # what took place stays in the calendar
    ],
)
def test_what_is_worth_telling(issued, starts, was, told):
    starts_at = None if starts is None else NOW + starts * HOUR
    was_at = None if was is None else NOW + was * HOUR
    assert is_worth_telling(issued=issued, starts_at=starts_at, was_at=was_at, now=NOW) is told


def test_a_pair_is_complete_when_it_has_met_and_meets_no_more():
    assert may_complete(held=1, to_come=0)
    assert not may_complete(held=0, to_come=0)
    assert not may_complete(held=2, to_come=1)


def test_answers_to_choose_from_are_lines():
    assert choices_in(" One \n\nTwo\nOne\n") == ("One", "Two")
