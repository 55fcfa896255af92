"""Reminder rows follow the event: re-timed when it moves, settled with their reason when they no longer fit."""

from datetime import datetime, timedelta

import pytest

from events.outbox.models import Message
from events.registration.services.announcing import settle_due_events
from events.reminders.services import TAKEN_OFF

pytestmark = pytest.mark.django_db


def rows(**filters):
    found = Message.objects.filter(kind="reminder", **filters).order_by("due_at", "id")
    return [(row.dedupe_key.split(":", 3)[3], row.state) for row in found]


def test_a_move_settles_the_old_rows_and_makes_new_ones(publish, sign_up, now):
    sign_up(publish(reminders=("P1D",)), "amara")

    publish(reminders=("P1D",), starts=datetime(2027, 3, 10, 18, 0))
    settle_due_events(now=now)
    settle_due_events(now=now)  # twice is the same as once

    assert rows() == [("P1D:0", "skipped"), ("P1D:1", "queued")]
    assert Message.objects.get(kind="reminder", state="skipped").reason == TAKEN_OFF
    assert Message.objects.get(kind="reminder", state="queued").due_at.day == 9


def test_a_change_of_the_title_leaves_reminders_alone(publish, sign_up, now):
    sign_up(publish(reminders=("P1D",)), "amara")

    publish(reminders=("P1D",), title="Another title")
    settle_due_events(now=now)

    assert rows() == [("P1D:0", "queued")]


def test_a_rule_that_is_taken_off_and_put_back_is_the_same_reminder(publish, sign_up, now):
    sign_up(publish(reminders=("P7D", "P1D")), "amara")

    publish(reminders=("P1D",))
    settle_due_events(now=now)
    assert rows() == [("P7D:0", "skipped"), ("P1D:0", "queued")]

    publish(reminders=("P7D", "P1D"))
    settle_due_events(now=now)
    assert rows() == [("P7D:0", "queued"), ("P1D:0", "queued")]


def test_a_new_rule_ends_the_time_of_the_one_before_it(publish, sign_up, now):
    sign_up(publish(reminders=("P7D",)), "amara")

    publish(reminders=("P7D", "P1D"))
    settle_due_events(now=now)

    week, day = Message.objects.filter(kind="reminder").order_by("due_at")
    assert week.not_after == day.due_at


def test_an_event_that_moves_to_tomorrow_keeps_only_what_is_still_to_come(publish, sign_up, now):
    sign_up(publish(), "amara")

    publish(starts=(now + timedelta(hours=20)).replace(tzinfo=None))
    settle_due_events(now=now)

    assert rows(state="queued") == [("PT1H:1", "queued")]
    assert Message.objects.filter(kind="reminder", reason="Its time had already passed.").count() == 2


def test_nobody_who_waits_is_reminded(publish, sign_up, now):
    event = publish(capacity=1)
    sign_up(event, "amara")
    bronwen = sign_up(event, "bronwen")

    settle_due_events(now=now)

    assert rows(registration=bronwen) == []
