"""The smaller rules: what publishing asks for, when a figure is stale, when an answer is late."""

from datetime import UTC, date, datetime, timedelta

import pytest

from careers.contact.rules import EnquiryState, answer_due, is_late
from careers.figures.rules import Freshness, freshness
from careers.pages.rules import missing_for_publication, missing_for_story
from portal.rules import picture_problems


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"introduction": " "}, ["introduction"]),
        ({"introduction": "x" * 400}, []),
        ({"introduction": "x" * 401}, ["introduction"]),
    ],
)
def test_what_every_careers_page_needs(changes, fields):
    page = {"introduction": "Short."} | changes

    assert [problem.field for problem in missing_for_publication(**page)] == fields


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"has_image": True}, ["image_alt"]),
        ({"has_image": True, "image_alt": "A rider"}, []),
        ({"has_image": True, "image_is_decorative": True}, []),
        ({"has_image": True, "image_alt": "A rider", "image_is_decorative": True}, ["image_is_decorative"]),
    ],
)
def test_a_picture_is_described_or_decoration(changes, fields):
    picture = {"has_image": False, "image_alt": "", "image_is_decorative": False} | changes

    assert [problem.field for problem in picture_problems(**picture)] == fields


@pytest.mark.parametrize(
    ("role", "is_illustrative", "consent", "fields"),
    [
        ("Constable", True, "", []),
        ("Constable", False, "file 12", []),
        ("Constable", False, " ", ["consent_reference"]),
        ("", True, "", ["role"]),
        ("", False, "", ["role", "consent_reference"]),
    ],
)
def test_what_a_story_needs(role, is_illustrative, consent, fields):
    problems = missing_for_story(role=role, is_illustrative=is_illustrative, consent_reference=consent)

    assert [problem.field for problem in problems] == fields


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, Freshness.OVERDUE),
        (0, Freshness.OVERDUE),
        (1, Freshness.DUE_SOON),
        (30, Freshness.DUE_SOON),
        (31, Freshness.FRESH),
    ],
)
def test_when_a_figure_has_to_be_looked_at(days, expected):
    today = date(2027, 2, 1)

    assert freshness(review_by=today + timedelta(days=days), today=today) is expected


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2027, 2, 1, 9, tzinfo=UTC), datetime(2027, 2, 4, 9, tzinfo=UTC)),  # Monday to Thursday
        (datetime(2027, 2, 4, 9, tzinfo=UTC), datetime(2027, 2, 9, 9, tzinfo=UTC)),  # Thursday to Tuesday
        (datetime(2027, 2, 6, 9, tzinfo=UTC), datetime(2027, 2, 10, 9, tzinfo=UTC)),  # Saturday to Wednesday
    ],
)
def test_three_working_days(asked, due):
    assert answer_due(asked) == due
    assert not is_late(state=EnquiryState.NEW, asked_at=asked, now=due)
    assert is_late(state=EnquiryState.IN_HAND, asked_at=asked, now=due + timedelta(seconds=1))
    assert not is_late(state=EnquiryState.CLOSED, asked_at=asked, now=due + timedelta(days=9))
