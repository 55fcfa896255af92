"""Who gets which part, what may follow what, and what the figures say."""

from datetime import UTC, datetime, timedelta

import pytest

from events.newsletter.rules import (
    LATEST_START,
    STEPS,
    SendingState,
    Step,
    allows,
    concerns,
    figures_of,
    in_order,
    issue_problems,
    refusal,
    why_too_late,
)
from events.outbox.rules import Delivery

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def test_topics_are_known_once_each_and_in_their_order():
    assert in_order(["roles", "gossip", "events", "roles"]) == ["events", "roles"]


@pytest.mark.parametrize(
    ("about", "wanted", "gets_it"),
    [
        ([], ["events"], True),
        ([], [], True),
        (["events"], ["events", "roles"], True),
        (["stories", "events"], ["events"], True),
        (["stories"], ["events"], False),
        (["stories"], [], False),
    ],
)
def test_what_is_about_no_topic_is_for_everybody(about, wanted, gets_it):
    assert concerns(about, wanted=wanted) is gets_it


@pytest.mark.parametrize("state", [SendingState.STOPPED, SendingState.SENT])
def test_what_is_over_stays_over(state):
    assert [step for step in Step if allows(step, state)] == []


def test_every_state_is_refused_in_words():
    assert all(refusal(state).endswith(".") for state in SendingState)
    assert set(STEPS) == set(Step)


def test_a_minute_late_is_no_harm_and_a_day_is():
    assert why_too_late(send_at=NOW, now=NOW + timedelta(minutes=1)) == ""
    assert "more than a day" in why_too_late(send_at=NOW, now=NOW + LATEST_START + timedelta(seconds=1))


def test_an_issue_needs_a_part_and_topics_that_there_are():
    assert [p.field for p in issue_problems(parts=0, topics=["gossip"])] == ["body", "topics"]
    assert issue_problems(parts=1, topics=["events"]) == []


def test_the_figures_count_everybody_once():
    counts = {
        ("accepted", Delivery.DELIVERED): 5,
        ("accepted", Delivery.COMPLAINED): 1,
        ("accepted", Delivery.BOUNCED): 2,
        ("accepted", Delivery.ACCEPTED): 1,
        ("unknown", Delivery.NONE): 1,
        ("queued", Delivery.NONE): 3,
        ("skipped", Delivery.NONE): 4,
        ("failed", Delivery.NONE): 1,
    }
    figures = figures_of(counts, recipients=20, unsubscribed=2, is_over=False)
    assert (figures.recipients, figures.accepted, figures.delivered) == (20, 10, 6)
    assert (figures.bounced, figures.complained, figures.unsubscribed) == (2, 1, 2)
    assert (figures.waiting, figures.left_out, figures.failed) == (5, 4, 1)
    assert figures.percent == 75
    over = figures_of(counts, recipients=20, unsubscribed=2, is_over=True)
    assert (over.waiting, over.left_out) == (3, 6)


def test_nothing_sent_is_no_division_by_nothing():
    assert figures_of({}, recipients=0, unsubscribed=0, is_over=True).percent == 0
