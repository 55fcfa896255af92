"""Why a message was sent, for every kind and cause, and where it stands."""

import pytest

from events.console.rules import result_in_words, share_in_words
from events.console.words import REASONS, kind_label, sent_in_words, why_sent
from events.outbox.messages import registered_kinds
from events.outbox.rules import DELIVERY_LABELS, MessageState


def test_every_kind_has_a_label_and_a_reason():
    for kind in registered_kinds():
        assert kind_label(kind.name) != kind.name
        assert REASONS.get(kind.name), f"say in REASONS why {kind.name} is sent"


@pytest.mark.parametrize(
    ("kind", "key", "why"),
    [
        ("confirmation", "confirmation:7:r12", "They registered and have a place."),
        ("confirmation", "confirmation:7:again-60-0", "They, or staff, asked for the confirmation again."),
        ("confirmation", "confirmation:7:resent-12-60", "Staff sent it again."),
        ("update", "update:7:old-12-3", "Staff told those again whose calendar still held an old time."),
        ("update", "update:7:r12", "What their calendar said has changed: time, place, title or link."),
        ("reminder", "reminder:7:1:P7D:0", "The event reminds everybody who has a place, one week before a session."),
        ("reminder", "reminder:7:1:P9D:0", "The event reminds everybody who has a place, P9D a session."),
        ("waiting", "waiting:7:back-1", "The event is on again, and they still wait."),
        ("removal", "removal", "Staff ended their registration."),
        ("of a later version", "x:y:z", ""),
    ],
)
def test_the_cause_is_read_from_the_key(kind, key, why):
    assert why_sent(kind=kind, dedupe_key=key) == why


def test_every_state_has_words():
    for state in MessageState:
        for delivery in DELIVERY_LABELS:
            assert sent_in_words(state=state, delivery=delivery)
    assert sent_in_words(state="accepted", delivery=4) == "sent, delivered"


def test_results_and_shares():
    assert result_in_words(done=12, chosen=15, what="removed", otherwise="had ended before") == (
        "12 removed, 3 had ended before."
    )
    assert result_in_words(done=1, chosen=1, what="removed", otherwise="x") == "1 removed."
    assert share_in_words(38, 50) == "38 of 50 (76%)"
    assert share_in_words(0, 0) == "0 of 0"
