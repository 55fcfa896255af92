"""Back-off, giving up, and what becomes of a message whose fate is unknown: a timeline above the assertions."""

from datetime import UTC, datetime, timedelta

import pytest

from events.outbox.rules import LONGEST_DELAY, MessageState, after_unknown, back_off, gives_up_at

DUE = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_each_failed_attempt_doubles_the_wait_from_half_a_minute_to_an_hour():
    waits = [back_off(attempts=n, jitter=0.5).total_seconds() for n in range(1, 10)]

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 15), (0.5, 30), (1.0, 45)])
def test_jitter_spreads_a_wait_over_half_to_one_and_a_half_times_its_length(jitter, seconds):
    assert back_off(attempts=1, jitter=jitter) == timedelta(seconds=seconds)


def test_after_any_number_of_attempts_a_wait_stays_finite():
    assert back_off(attempts=1_000_000, jitter=1.0) == LONGEST_DELAY * 1.5


def test_seventy_two_hours_of_failures_take_fewer_attempts_than_a_hundred():
    """The bound that matters to a mail server that is down: one message asks about once an hour."""
    waited, attempts = timedelta(), 0
    while waited < timedelta(hours=72):
        attempts += 1
        waited += back_off(attempts=attempts, jitter=0.5)

    assert 72 < attempts < 100


def test_without_a_deadline_trying_ends_after_seventy_two_hours():
    assert gives_up_at(first_due_at=DUE, not_after=None) == DUE + 72 * HOUR


@pytest.mark.parametrize("hours", [1, 500])
def test_with_a_deadline_trying_ends_there_be_it_sooner_or_later(hours):
    assert gives_up_at(first_due_at=DUE, not_after=DUE + hours * HOUR) == DUE + hours * HOUR


@pytest.mark.parametrize(
    ("resend_when_unknown", "resends", "same_key", "state"),
    [
        (True, 0, False, MessageState.QUEUED),
        (True, 1, False, MessageState.UNKNOWN),
        (False, 0, False, MessageState.UNKNOWN),
        (False, 1, False, MessageState.UNKNOWN),
        # Under a key that the provider knows, another try is no other mail.
        (False, 0, True, MessageState.QUEUED),
        (False, 7, True, MessageState.QUEUED),
    ],
)
def test_a_message_in_doubt_goes_once_more_if_its_kind_is_worth_it_and_never_twice(
    resend_when_unknown, resends, same_key, state
):
    again = after_unknown(resend_when_unknown=resend_when_unknown, resends=resends, same_key=same_key)
    assert again is state
