"""The check's rules: where answers lead, what the validator finds, and that every sound check ends."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careers.eligibility.rules import Answer, Check, Question, longest_way, problems_of, walk


def question(key, *answers):
    """Return a question; an answer is (key, where it leads) or (key, where it leads, note)."""
    return Question(
        key=key,
        text=f"{key}?",
        answers=tuple(Answer(key=a[0], label=a[0], leads_to=a[1], note=a[2] if len(a) > 2 else "") for a in answers),
    )


SOUND = Check(
    questions=(
        question("age", ("adult", ""), ("seventeen", "", "You start at 18."), ("younger", "too-young")),
        question("work", ("yes", ""), ("no", "not-now")),
        question("role", ("officer", ""), ("staff", "could-apply")),
        question("level", ("yes", "could-apply"), ("no", "not-now")),
    ),
    outcomes=("could-apply", "too-young", "not-now"),
)


@pytest.mark.parametrize(
    ("answers", "stands_at", "outcome"),
    [
        ({}, "age", ""),
        ({"age": "adult"}, "work", ""),
        ({"age": "younger"}, None, "too-young"),
        ({"age": "adult", "work": "no"}, None, "not-now"),
        ({"age": "adult", "work": "yes", "role": "staff"}, None, "could-apply"),
        ({"age": "adult", "work": "yes", "role": "officer"}, "level", ""),
        # What is unknown is asked again; what is not on the way does not count.
        ({"age": "ancient"}, "age", ""),
        ({"work": "no", "level": "yes"}, "age", ""),
        ({"age": "younger", "work": "yes"}, None, "too-young"),
        ({"nonsense": "\x00"}, "age", ""),
    ],
)
def test_where_somebody_stands(answers, stands_at, outcome):
    position = walk(SOUND, answers)

    assert (position.question.key if position.question else None, position.outcome) == (stands_at, outcome)


def test_notes_of_the_answers_are_told_at_the_end():
    position = walk(SOUND, {"age": "seventeen", "work": "yes", "role": "staff"})

    assert position.notes == ("You start at 18.",)
    assert walk(SOUND, {"age": "seventeen", "work": "yes"}).notes == ()


def test_a_sound_check_has_no_problems_and_a_longest_way():
    assert problems_of(SOUND) == []
    assert longest_way(SOUND) == 4


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        (Check(questions=(), outcomes=("end",)), "Add at least one question."),
        (Check(questions=(question("a", ("x", ""), ("y", "")),), outcomes=()), "Add at least one outcome."),
        (
            Check(
                questions=(question("a", ("x", "b"), ("y", "end")), question("b", ("x", "a"), ("y", "end"))),
                outcomes=("end",),
            ),
            "leads back to itself",
        ),
        (Check(questions=(question("a", ("x", "a"), ("y", "end")),), outcomes=("end",)), "leads back to itself"),
        (
            Check(
                questions=(question("a", ("x", "end"), ("y", "end")), question("b", ("x", "end"), ("y", "end"))),
                outcomes=("end",),
            ),
            "Nobody is ever asked “b?”",
        ),
        (
            Check(questions=(question("a", ("x", "end"), ("y", "end")),), outcomes=("end", "never")),
            "Nobody ever gets to the outcome “never”",
        ),
        (Check(questions=(question("a", ("x", ""), ("y", "end")),), outcomes=("end",)), "there is no question below"),
        (Check(questions=(question("a", ("x", "gone"), ("y", "end")),), outcomes=("end",)), "which does not exist"),
        (Check(questions=(question("a", ("x", "end")),), outcomes=("end",)), "at least two answers"),
        (Check(questions=(question("a", ("x", "a"), ("y", "a")),), outcomes=("a",)), "“a” is used twice"),
        (Check(questions=(question("a", ("x", "end"), ("x", "end")),), outcomes=("end",)), "“x” is used twice"),
        (Check(questions=(question("asked", ("x", "end"), ("y", "end")),), outcomes=("end",)), "“asked” is taken"),
    ],
)
def test_what_the_validator_finds(check, problem):
    assert any(problem in found for found in problems_of(check)), problems_of(check)


def test_a_loop_traps_nobody_even_in_a_draft():
    looping = Check(
        questions=(question("a", ("x", "b"), ("y", "end")), question("b", ("x", "a"), ("y", "end"))), outcomes=("end",)
    )

    position = walk(looping, {"a": "x", "b": "x"})

    assert (position.question, position.outcome) == (None, "")


KEYS = ["q0", "q1", "q2", "q3", "q4"]
OUTCOMES = ["end0", "end1"]


@st.composite
def checks(draw):
    """Return any check of up to five questions, sound or not."""
    number = draw(st.integers(min_value=1, max_value=5))
    targets = st.sampled_from(["", *KEYS[:number], *OUTCOMES])
    return Check(
        questions=tuple(
            question(
                key, *((f"a{i}", target) for i, target in enumerate(draw(st.lists(targets, min_size=2, max_size=3))))
            )
            for key in KEYS[:number]
        ),
        outcomes=tuple(OUTCOMES),
    )


@st.composite
def forward_checks(draw):
    """Return a check whose answers lead downwards only, without what nobody reaches: one that may be published."""
    number = draw(st.integers(min_value=1, max_value=5))
    answers = {}
    for position, key in enumerate(KEYS[:number]):
        further = ["", *KEYS[position + 1 : number]] if position + 1 < number else []
        answers[key] = draw(st.lists(st.sampled_from([*further, *OUTCOMES]), min_size=2, max_size=3))
    reached = {KEYS[0]}
    for position, key in enumerate(KEYS[:number]):
        if key in reached:
            reached |= {target or KEYS[position + 1] for target in answers[key]}
    return Check(
        questions=tuple(
            question(key, *((f"a{i}", target) for i, target in enumerate(targets)))
            for key, targets in answers.items()
            if key in reached
        ),
        outcomes=tuple(outcome for outcome in OUTCOMES if outcome in reached),
    )


@given(check=forward_checks(), chosen=st.lists(st.integers(min_value=0, max_value=2), min_size=6, max_size=6))
def test_a_check_without_problems_ends_for_everybody(check, chosen):
    assert problems_of(check) == []
    answers, asked = {}, 0
    while (position := walk(check, answers)).question is not None:
        options = position.question.answers
        answers[position.question.key] = options[chosen[asked] % len(options)].key
        asked += 1
        assert asked <= longest_way(check), "more questions than was said"
    assert position.outcome in check.outcomes


@given(check=checks())
def test_a_check_that_could_trap_somebody_has_a_problem(check):
    """The negative control of the validator: try every way, and compare."""
    ways = product(*([answer.key for answer in question.answers] for question in check.questions))
    keys = [question.key for question in check.questions]
    ends = [walk(check, dict(zip(keys, way, strict=True))).outcome for way in ways]

    if "" in ends:
        assert problems_of(check)


@given(check=checks(), answers=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["a0", "a1", "a2", "x"])))
def test_any_walk_through_any_check_ends(check, answers):
    position = walk(check, answers)

    assert len(position.given) <= len(check.questions)
