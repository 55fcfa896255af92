"""What may be published: an attacker who knows every published number cannot work a hidden one out."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from events.walks.numbers import LEAST_CHOICE, LEAST_SHOWN, choice_left, in_tens, shown, shown_sum

counts = st.integers(min_value=0, max_value=40)


def test_under_ten_is_hidden_and_zero_too():
    assert [shown(n) for n in (0, 1, 9, 10, 11)] == [None, None, None, 10, 11]


def test_a_number_that_grows_is_told_in_full_tens():
    """Between 11 and 19 nobody learns by looking twice that one more asked."""
    assert [in_tens(n) for n in (0, 9, 10, 19, 20, 101)] == [None, None, 10, 10, 20, 100]


def test_a_sum_that_would_give_a_hidden_part_away_is_hidden_with_it():
    assert shown_sum([20, 30]) == 50
    assert shown_sum([20, 3]) is None, "23 minus 20"
    assert shown_sum([20, 9, 9]) is None, "18 under two parts below ten: both are nine"
    assert shown_sum([20, 0, 0]) is None
    assert shown_sum([20, 5, 6]) == 31, "11 under two parts: two to nine each"


@given(st.lists(counts, min_size=1, max_size=5))
def test_every_hidden_part_keeps_at_least_six_values_for_whoever_knows_all_that_is_published(parts):
    total = shown_sum(parts)
    if total is None:
        return
    hidden = [part for part in parts if shown(part) is None]
    if not hidden:
        return
    left = total - sum(part for part in parts if shown(part) is not None)
    possible = [
        combination for combination in product(range(LEAST_SHOWN), repeat=len(hidden)) if sum(combination) == left
    ]
    for position in range(len(hidden)):
        assert len({combination[position] for combination in possible}) >= LEAST_CHOICE


@given(st.integers(min_value=1, max_value=4), st.integers(min_value=0, max_value=36))
def test_the_choice_that_is_left_is_counted_right(hidden, total):
    possible = [c for c in product(range(LEAST_SHOWN), repeat=hidden) if sum(c) == total]
    if possible:
        assert choice_left(hidden=hidden, total=total) == len({c[0] for c in possible})


def test_control_without_the_rule_a_sum_gives_a_hidden_number_away():
    parts = [20, 3]
    assert sum(parts) - 20 == 3
    assert shown_sum(parts) is None


def published(parts):
    """Return everything that the site says of one theme in one quarter: each borough's number, and the sum."""
    return tuple(shown(part) for part in parts), shown_sum(parts)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(min_value=0, max_value=14), min_size=1, max_size=4))
def test_an_attacker_who_knows_the_rules_and_all_numbers_keeps_six_worlds_for_each_hidden_one(parts):
    """What is left out says something too: the attacker tries every world and keeps those that look the same."""
    seen = published(parts)
    places = [position for position, part in enumerate(parts) if shown(part) is None]
    possible = {position: set() for position in places}
    for guess in product(range(LEAST_SHOWN), repeat=len(places)):
        world = list(parts)
        for position, number in zip(places, guess, strict=True):
            world[position] = number
        if published(world) == seen:
            for position in places:
                possible[position].add(world[position])
    assert all(len(numbers) >= LEAST_CHOICE for numbers in possible.values())


def test_control_the_sum_of_all_walks_beside_the_sums_of_themes_would_narrow_a_hidden_number_down():
    """Why the walks themselves are not summed up: a theme’s number is at most its borough’s walks."""
    walks, theme = (2, 3, 20), (2, 2, 8)
    assert shown_sum(walks) == 25 and shown_sum(theme) == 12
    third = {
        c
        for a, b, c in product(range(LEAST_SHOWN), repeat=3)
        if a + b + c == 12
        if any(a <= w and b <= 5 - w for w in range(6))
    }
    assert third == {7, 8, 9}
