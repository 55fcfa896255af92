"""Broadcasts' rules: steps, audiences as data and in words, deadlines, progress. No database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.broadcasts.audience_rules import Audience, UnknownAudience, audience_of, audience_problems, in_words
from events.broadcasts.rules import (
    STEPS,
    BroadcastState,
    Purpose,
    Step,
    allows,
    broadcast_problems,
    deadline,
    progress_of,
    refusal,
    why_too_late,
)
from events.outbox.rules import Delivery, MessageState
from events.registration.rules import RegistrationState as R
from events.schedule.access import AccessFact
from events.schedule.rules import PoolKind

LANGUAGES = {"en": "English", "fr": "French"}
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
D, SCHEDULED, SENDING, HELD, STOPPED, SENT = BroadcastState

ALLOWED = {
    Step.CHANGE: {D, SCHEDULED},
    Step.SCHEDULE: {D, SCHEDULED},
    Step.UNSCHEDULE: {SCHEDULED},
    Step.START: {D, SCHEDULED},
    Step.HOLD: {SENDING},
    Step.RESUME: {HELD},
    Step.STOP: {SENDING, HELD},
    Step.FINISH: {SENDING},
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", BroadcastState)
def test_which_step_is_allowed_from_which_state(step, state):
    assert allows(step, state) == (state in ALLOWED[step])


def test_what_is_over_stays_over_and_every_refusal_says_what_to_do():
    assert not [step for step in Step if allows(step, STOPPED) or allows(step, SENT)]
    assert {STEPS[step][1] for step in Step} == set(BroadcastState)
    assert all(refusal(state).endswith(".") for state in BroadcastState)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Audience(), "People with a place"),
        (
            Audience(pools=(PoolKind.ONLINE,), relies_on=(AccessFact.CAPTIONS,)),
            "People with a place online who rely on captions",
        ),
        (
            Audience(relies_on=(AccessFact.CAPTIONS, AccessFact.BSL, AccessFact.STEP_FREE)),
            "People with a place who rely on captions, British Sign Language or step-free access",
        ),
        (Audience(states=(R.CONFIRMED, R.WAITING)), "People with a place or on the waiting list"),
        (
            Audience(states=(R.CONFIRMED, R.WAITING), pools=(PoolKind.ROOM, PoolKind.HOSTS)),
            "People with a place or on the waiting list, in the room or as speakers or hosts",
        ),
        (
            Audience(attended=False, bounced=False),
            "People with a place who did not take part and whose mail does not bounce",
        ),
        (
            Audience(has_needs=True, attended=True, languages=("fr",), sources=("poster", "radio", "a-friend")),
            "People with a place who told us about access needs, who took part, who read in French "
            "and who came from poster, radio or a-friend",
        ),
        (Audience(states=(R.CANCELLED,), bounced=True), "People who gave up or lost their place whose mail bounces"),
    ],
)  # fmt: skip
def test_an_audience_in_words(audience, words):
    assert in_words(audience, languages=LANGUAGES) == words


@given(
    st.builds(
        Audience,
        states=st.lists(st.sampled_from(R), unique=True).map(tuple),
        pools=st.lists(st.sampled_from(PoolKind), unique=True).map(tuple),
        relies_on=st.lists(st.sampled_from(AccessFact), unique=True).map(tuple),
        has_needs=st.sampled_from([None, True, False]),
        attended=st.sampled_from([None, True, False]),
        bounced=st.sampled_from([None, True, False]),
        languages=st.lists(st.sampled_from(["en", "fr"]), unique=True).map(tuple),
        sources=st.lists(st.text(max_size=5), unique=True).map(tuple),
    )
)
def test_every_audience_survives_being_kept_as_json(audience):
    assert audience_of(audience.as_data()) == audience
    assert in_words(audience, languages=LANGUAGES).startswith("People")


@pytest.mark.parametrize(
    "data",
    [
        {"colour": ["red"]},
        {"states": "confirmed"},
        {"states": ["promoted"]},
        {"states": [1]},
        {"pools": [None]},
        {"attended": "yes"},
        {"attended": 1},
        {"sources": {"a": 1}},
    ],
)
def test_what_is_no_audience_is_refused_and_not_guessed_at(data):
    with pytest.raises(UnknownAudience):
        audience_of(data)


def test_an_audience_names_somebody_and_who_has_left_gets_news_only():
    assert [p.field for p in audience_problems(Audience(states=()), is_news=True)] == ["states"]
    left = Audience(states=(R.CONFIRMED, R.CANCELLED))
    assert [p.field for p in audience_problems(left, is_news=False)] == ["states"]
    assert audience_problems(left, is_news=True) == []
    assert [p.field for p in audience_problems(Audience(sources=("a",) * 51), is_news=True)] == ["sources"]


def problems(**changes):
    fields = {"subject": "Hello", "text": "Words.", "audience": Audience(), "purpose": Purpose.EVENT}
    return {problem.field: problem.message for problem in broadcast_problems(**(fields | changes))}


def test_words_are_checked_where_they_are_written():
    assert problems() == {}
    assert problems(subject="{name}: {event}", text="{when} {place} {page} {organisation} {contact_email}") == {}
    assert "Did you mean {event}?" in problems(text="See you at {evnt}.")["text"]
    assert "is not a placeholder" in problems(subject="{page}")["subject"]
    assert "one line" in problems(subject="Hello\nBcc: all@example.org")["subject"]
    assert "10,001" in problems(text="x" * 10_001)["text"]
    assert problems(text="x" * 10_000) == {}
    assert set(problems(subject=" ", text="\n")) == {"subject", "text"}


@pytest.mark.parametrize(
    ("purpose", "over_at", "expected"),
    [
        (Purpose.EVENT, NOON + timedelta(days=2), NOON + timedelta(days=2)),
        (Purpose.EVENT, NOON + timedelta(days=30), NOON + timedelta(days=7)),
        (Purpose.EVENT, NOON - timedelta(days=1), NOON + timedelta(days=7)),
        (Purpose.EVENT, None, NOON + timedelta(days=7)),
        (Purpose.NEWS, NOON + timedelta(days=2), NOON + timedelta(days=7)),
    ],
)
def test_after_its_deadline_nobody_gets_it(purpose, over_at, expected):
    assert deadline(started_at=NOON, over_at=over_at, purpose=purpose) == expected


@pytest.mark.parametrize(
    ("late", "over_in", "purpose", "is_too_late"),
    [
        (timedelta(minutes=5), timedelta(days=9), Purpose.EVENT, False),
        (timedelta(hours=23), timedelta(days=9), Purpose.EVENT, False),
        (timedelta(hours=25), timedelta(days=9), Purpose.EVENT, True),
        (timedelta(hours=2), timedelta(hours=-1), Purpose.EVENT, True),
        (timedelta(hours=2), timedelta(hours=-1), Purpose.NEWS, False),
        (timedelta(hours=2), timedelta(hours=-3), Purpose.EVENT, False),
    ],
)
def test_what_was_scheduled_is_not_sent_when_its_time_is_long_gone(late, over_in, purpose, is_too_late):
    said = why_too_late(send_at=NOON - late, over_at=NOON + over_in, now=NOON, purpose=purpose)
    assert bool(said) == is_too_late


def test_progress_counts_each_person_once_and_adds_up():
    progress = progress_of(
        {
            (MessageState.ACCEPTED, Delivery.ACCEPTED): 10,
            (MessageState.ACCEPTED, Delivery.DELIVERED): 30,
            (MessageState.ACCEPTED, Delivery.BOUNCED): 2,
            (MessageState.UNKNOWN, Delivery.NONE): 1,
            (MessageState.HELD, Delivery.NONE): 4,
            (MessageState.QUEUED, Delivery.NONE): 3,
            (MessageState.SKIPPED, Delivery.NONE): 5,
            (MessageState.EXPIRED, Delivery.NONE): 1,
            (MessageState.FAILED, Delivery.NONE): 4,
        }
    )
    assert (progress.recipients, progress.sent, progress.delivered, progress.bounced) == (60, 43, 30, 2)
    assert (progress.waiting, progress.left_out, progress.failed, progress.percent) == (7, 6, 4, 88)
    assert progress.sent + progress.waiting + progress.left_out + progress.failed == progress.recipients
    assert progress_of({}).percent == 0


def test_those_without_a_message_wait_and_once_it_is_over_are_left_out():
    half = progress_of({(MessageState.ACCEPTED, Delivery.ACCEPTED): 2})
    going, over = half.of_all(5, is_over=False), half.of_all(5, is_over=True)
    assert (going.recipients, going.sent, going.waiting, going.left_out) == (5, 2, 3, 0)
    assert (over.recipients, over.sent, over.waiting, over.left_out) == (5, 2, 0, 3)
    assert half.of_all(1, is_over=True) == half
