"""What the words of a question stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.found.words import MOST_FORMS, MOST_WORDS, Vocabulary, asked_words, fold, slips_allowed, slips_between

PAGES = [
    "I had never sat on a horse. Horses are patient; the horse box is not.",
    "Mounted Branch, Great Scotland Yard",
    "Policière: un métier, des métiers. Être là où cela compte.",
    "Women's Network, job-sharing and part-time work at 16,000 desks",
]
VOCABULARY = Vocabulary(PAGES)


@pytest.mark.parametrize(
    ("asked", "forms", "instead"),
    [
        ("horse", ("horse", "horses"), ""),
        ("HORSE", ("horse", "horses"), ""),
        ("hor", ("horse", "horses"), ""),
        ("ho", (), ""),
        ("hosre", ("horse", "horses"), "horse"),
        ("hrse", ("horse", "horses"), "horse"),
        ("horsse", ("horse", "horses"), "horse"),
        ("morse", ("horse", "horses"), "horse"),
        ("scotlnad", ("scotland",), "scotland"),
        ("metier", ("métier", "métiers"), ""),
        ("métier", ("métier", "métiers"), ""),
        ("policiere", ("policière",), ""),
        ("etre", ("être",), ""),
        ("polciere", ("policière",), "policière"),
        ("zebra", (), ""),
        ("yrad", ("yard",), "yard"),
        ("ona", (), ""),
        ("16", ("16",), ""),
        ("17", (), ""),
    ],
)
def test_a_word_is_itself_or_a_beginning_or_a_slip(asked, forms, instead):
    meaning = VOCABULARY.meaning(asked)

    assert (meaning.forms, meaning.instead) == (forms, instead)


def test_of_two_that_are_as_near_the_one_that_more_pages_use_is_taken():
    assert Vocabulary(["course", "coarse coarse", "course"]).meaning("cuarse").instead == "coarse"
    assert Vocabulary(["house", "horse", "horse stable"]).meaning("hoqse").instead == "horse"


def test_a_beginning_stands_for_no_more_words_than_can_be_asked_for():
    many = Vocabulary([f"abc{n}" for n in range(100)])

    assert len(many.meaning("abc").forms) == MOST_FORMS


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", []),
        ("   ", []),
        ("%", []),
        ("_", []),
        ("100%", ["100"]),
        ('"quoted phrase"', ["quoted", "phrase"]),
        ('"unbalanced', ["unbalanced"]),
        ("O'Brien's", ["o", "brien", "s"]),
        ("AND OR NOT", ["and", "or", "not"]),
        ("horse horse Horse", ["horse"]),
        ("a\x00b", ["a", "b"]),
        ("😀", []),
        ("horse 😀 branch", ["horse", "branch"]),
        ("title:horse* -branch ^x", ["title", "horse", "branch", "x"]),
        ("x" * 10_000, ["x" * 200]),
        ("e\u0301te", ["éte"]),
    ],
)
def test_signs_and_operators_are_no_words(query, words):
    assert asked_words(query) == words


def test_a_question_has_a_few_words_at_most():
    assert len(asked_words(" ".join(f"w{n}" for n in range(50)))) == MOST_WORDS


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("a", "", 1),
        ("ab", "ba", 1),
        ("horse", "horse", 0),
        ("horse", "house", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_slips_are_counted(one, other, slips):
    assert slips_between(one, other, most=5) == slips
    assert slips_between(other, one, most=5) == slips


WORDS = st.text(alphabet="abcde", max_size=8)


@given(WORDS, WORDS)
def test_slips_are_the_same_both_ways_and_past_the_limit_only_more(one, other):
    exact = slips_between(one, other, most=20)

    assert exact == slips_between(other, one, most=20)
    assert (exact == 0) == (one == other)
    assert abs(len(one) - len(other)) <= exact <= max(len(one), len(other))
    for most in range(3):
        found = slips_between(one, other, most=most)
        assert found == exact if exact <= most else found > most


@given(WORDS, st.lists(WORDS, max_size=8))
def test_the_nearest_word_is_what_counting_all_slips_finds(asked, pages):
    """Leaving out words by their letters must not lose one."""
    vocabulary = Vocabulary(pages)
    meaning = vocabulary.meaning(asked)
    if not asked or (meaning.forms and not meaning.instead):
        return
    allowed = slips_allowed(asked)
    near = [word for word in vocabulary.forms if 0 < slips_between(asked, word, most=9) <= allowed]

    assert bool(meaning.instead) == bool(near)
    if near:
        assert slips_between(asked, meaning.instead, most=9) == min(slips_between(asked, w, most=9) for w in near)


@given(st.text())
def test_any_text_is_understood_somehow(text):
    for word in asked_words(text):
        assert word.isalnum()
        VOCABULARY.meaning(word)
        assert slips_allowed(fold(word)) in {0, 1, 2}
