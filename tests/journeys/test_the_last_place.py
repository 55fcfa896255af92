"""The product's story: the last place of a webinar, who gets it, who waits, and what their calendars say."""

from datetime import UTC, datetime, timedelta

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.registration.models import Registration

MONDAY = datetime(2027, 3, 8, 18, 0, tzinfo=UTC)
TUESDAY = datetime(2027, 3, 9, 18, 0, tzinfo=UTC)


def test_the_last_place(editor, visitor, client, clock, post, now):
    # Comms staff publish a webinar with one place.
    page = editor.publishes(capacity_online="1")

    # Amara registers without an account and gets the last place: an invite that her calendar takes.
    assert visitor("amara").status_code == 303
    clock.reaches(now + timedelta(seconds=5))
    confirmed = post.latest("amara")
    assert "confirmed" in confirmed.text
    assert (confirmed.method, confirmed.entry["SEQUENCE"], confirmed.entry["DTSTART"].dt) == ("REQUEST", 0, MONDAY)

    # Bronwen comes second and is told that she waits: nothing goes into her calendar.
    assert visitor("bronwen").status_code == 303
    clock.reaches(now + timedelta(seconds=10))
    waiting = post.latest("bronwen")
    assert "waiting list" in waiting.text
    assert waiting.method == ""

    # Looking at the cancel link changes nothing: a mail scanner follows it too.
    cancel = confirmed.link("/cancel/")
    assert client.get(cancel).status_code == 200
    assert Registration.objects.get(email="amara@example.org").state == "confirmed"

    # Amara cancels: her entry goes, by the same UID with a higher number.
    assert client.post(cancel).status_code == 303
    clock.reaches(now + timedelta(seconds=15))
    cancelled = post.latest("amara")
    assert (cancelled.method, cancelled.entry["STATUS"]) == ("CANCEL", "CANCELLED")
    assert cancelled.entry["UID"] == confirmed.entry["UID"]
    assert cancelled.entry["SEQUENCE"] > confirmed.entry["SEQUENCE"]

    # Bronwen moves up in the same moment and is told.
    promoted = post.latest("bronwen")
    assert "free" in promoted.text
    assert (promoted.method, promoted.entry["SEQUENCE"], promoted.entry["DTSTART"].dt) == ("REQUEST", 0, MONDAY)
    assert promoted.entry["UID"] != confirmed.entry["UID"]

    # The event moves to Tuesday; the title is corrected a minute later. After the quiet period: one update.
    clock.reaches(now + timedelta(hours=1))
    editor.publishes(page, date="2027-03-09")
    clock.reaches(now + timedelta(hours=1, minutes=1))
    editor.publishes(page, date="2027-03-09", title="Women on the front line, live")
    clock.reaches(now + timedelta(hours=1, minutes=5, seconds=30))
    assert post.latest("bronwen").entry["SEQUENCE"] == 0, "nothing leaves within the quiet period"
    clock.reaches(now + timedelta(hours=1, minutes=6, seconds=30))
    moved = post.latest("bronwen")
    assert moved.subject.startswith("Updated")
    assert (moved.method, moved.entry["SEQUENCE"], moved.entry["DTSTART"].dt) == ("REQUEST", 1, TUESDAY)
    assert moved.entry["UID"] == promoted.entry["UID"]
    assert [mail.method for mail in post.of("bronwen")] == ["", "REQUEST", "REQUEST"]

    # A day before the new time: one reminder for Bronwen, none for Amara, who left; and none for the old time.
    clock.reaches(MONDAY - timedelta(minutes=1))
    assert len(post.of("bronwen")) == 3
    clock.reaches(MONDAY + timedelta(minutes=1))
    reminder = post.latest("bronwen")
    assert len(post.of("bronwen")) == 4
    assert reminder.method == ""
    assert "Tuesday 9 March 2027" in reminder.text
    assert reminder.link("/join/")
    assert len(post.of("amara")) == 2

    # Whatever happens afterwards, nothing about the past is sent.
    clock.reaches(TUESDAY + timedelta(days=2))
    assert len(post.of("bronwen")) == 4
    assert not Message.objects.filter(state__in=["queued", "claimed", "handed_off", "unknown", "failed"]).exists()
    assert list(broken_invariants()) == []
