"""Plots are pure functions: numbers in, SVG out, and a description that says the same."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from events.console.plots import Bar, bar_plot, cumulated, line_plot, nice_top

DAY = date(2027, 2, 1)


def parsed(svg):
    root = ET.fromstring(svg)  # noqa: S314 (drawn by us)
    assert root.find("title") is not None and root.find("desc") is not None
    names = root.get("aria-labelledby").split()
    assert [root.find("title").get("id"), root.find("desc").get("id")] == names
    return root


def words(svg):
    return parsed(svg).find("desc").text


def test_days_without_anybody_are_counted_too():
    assert cumulated([(DAY, 2), (DAY + timedelta(days=3), 1)]) == [
        (DAY, 2),
        (DAY + timedelta(days=1), 2),
        (DAY + timedelta(days=2), 2),
        (DAY + timedelta(days=3), 3),
    ]


def test_nothing_says_so():
    assert cumulated([]) == []
    for svg in (
        line_plot(name="a", title="T", points=[]),
        bar_plot(name="a", title="T", bars=[]),
        bar_plot(name="a", title="T", bars=[Bar(label="x", number=0)]),
    ):
        assert words(svg) == "Nothing to show yet."


def test_one_day_is_a_dot():
    root = parsed(line_plot(name="a", title="T", points=[(DAY, 5)]))

    assert root.find("circle") is not None
    assert root.find("polyline") is None
    assert words(line_plot(name="a", title="T", points=[(DAY, 5)])) == (
        "From 1 Feb 2027 to 1 Feb 2027: 5 at first, 5 at the end."
    )


def test_a_year_stays_inside_the_picture():
    points = cumulated([(DAY + timedelta(days=n), 1 + n % 7) for n in range(366)])
    root = parsed(line_plot(name="a", title="T", points=points))
    _, _, width, height = (float(n) for n in root.get("viewBox").split())
    places = [tuple(map(float, pair.split(","))) for pair in root.find("polyline").get("points").split()]

    assert len(places) == 366
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True), "it never falls"


def test_bars_are_as_long_as_their_numbers():
    root = parsed(bar_plot(name="a", title="T", bars=[Bar(label="Poster", number=50), Bar(label="Friend", number=25)]))
    first, second = (float(bar.get("width")) for bar in root.findall("rect"))

    assert first == pytest.approx(2 * second)
    assert "Poster: 50; Friend: 25." in words(
        bar_plot(name="a", title="T", bars=[Bar(label="Poster", number=50), Bar(label="Friend", number=25)])
    )


def test_a_share_stands_on_its_whole():
    root = parsed(bar_plot(name="a", title="T", bars=[Bar(label="Online", number=38, whole=50)]))
    track, bar = root.findall("rect")

    assert (track.get("class"), bar.get("class")) == ("track", "bar")
    assert float(bar.get("width")) / float(track.get("width")) == pytest.approx(0.76, abs=0.01)


def test_labels_of_strangers_are_text():
    hostile = '"><script>alert(1)</script>'
    svg = bar_plot(name="a", title=hostile, bars=[Bar(label=hostile, number=1)])

    assert "<script" not in svg
    assert parsed(svg).find("title").text == hostile


@pytest.mark.parametrize(("number", "top"), [(0, 1), (1, 1), (3, 4), (5, 6), (9, 10), (10, 10), (11, 20), (210, 400)])
def test_scales_end_at_a_round_number(number, top):
    assert nice_top(number) == top
