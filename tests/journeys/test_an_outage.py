"""The mail server is down: for six hours across reminder times, and for three days. Nothing late, nothing lost."""

from datetime import timedelta

import pytest

from events.outbox.delivery.circuit import route_name
from events.outbox.models import MailRoute, Message
from portal import env


@pytest.fixture
def outage(settings, monkeypatch, tmp_path, post):
    """Return a switch: `outage(True)` and nobody listens where mail goes."""
    there = settings.MAILERS
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:9")
    nowhere = {"default": env.mailer("EMAIL_URL", tmp_path)}

    def switch(is_down):
        settings.MAILERS = nowhere if is_down else there

    return switch


def hours_pass(clock, start, hours, *, step=10):
    """Let the worker do its work every ten minutes."""
    for minutes in range(step, int(hours * 60) + 1, step):
        clock.reaches(start + timedelta(minutes=minutes))
    return start + timedelta(hours=hours)


def subjects(post, name):
    return [mail.subject for mail in post.of(name)]


def test_six_hours_across_reminder_times(editor, visitor, post, clock, outage):
    """
    8 March:  13:00 down ── 15:00 "three hours before" ── 17:00 "one hour before" ── 19:00 up ── 19:30 over
    """
    page = editor.publishes(reminders=("PT3H", "PT1H"), capacity_online="5")
    visitor("amara")
    clock.reaches(page.details.sessions[0].starts_at - timedelta(hours=6))
    assert subjects(post, "amara") == ["Your place: Women on the front line"]

    starts = page.details.sessions[0].starts_at
    outage(True)
    editor.client.force_login(editor.user)
    down = starts - timedelta(hours=5)
    clock.reaches(down)
    visitor("bronwen")  # registers while it is down
    up = hours_pass(clock, down, 6)
    assert up > starts, "both reminders' times have passed, and the evening has begun"
    assert MailRoute.objects.get().failures > 0
    outage(False)
    hours_pass(clock, up, 0.4)

    assert subjects(post, "amara") == ["Your place: Women on the front line"], "no reminder of what has begun"
    assert subjects(post, "bronwen") == ["Your place: Women on the front line"], "who registered gets the confirmation"
    reminders = Message.objects.filter(kind="reminder")
    assert set(reminders.values_list("state", flat=True)) <= {"expired", "skipped"}
    assert not reminders.filter(reason="").exists()


def test_the_last_reminder_still_comes_when_it_is_up_in_time(editor, visitor, post, clock, outage):
    """Each gives way to the next: an hour before, one reminder arrives, not two."""
    page = editor.publishes(reminders=("PT3H", "PT1H"), capacity_online="5")
    visitor("amara")
    starts = page.details.sessions[0].starts_at
    clock.reaches(starts - timedelta(hours=5))
    outage(True)
    up = hours_pass(clock, starts - timedelta(hours=5), 4.5)
    outage(False)
    hours_pass(clock, up, 0.4)

    assert subjects(post, "amara") == ["Your place: Women on the front line", "Reminder: Women on the front line"]


def test_three_days_and_every_confirmation_arrives(editor, visitor, post, clock, outage, now):
    editor.publishes(capacity_online="50")
    outage(True)
    people = [f"person-{n}" for n in range(8)]
    for name in people:
        visitor(name)
    up = hours_pass(clock, now, 72, step=60)
    assert Message.objects.filter(kind="confirmation", state="queued").count() == len(people)

    outage(False)
    hours_pass(clock, up, 1)

    for name in people:
        assert subjects(post, name) == ["Your place: Women on the front line"]
    assert not Message.objects.filter(state="failed").exists()
    assert not MailRoute.objects.filter(name=route_name(), failures__gt=0).exists()


def test_a_change_that_was_made_meanwhile_arrives_after_the_confirmation(editor, visitor, post, clock, outage, now):
    """A client that gets the update first would end with the old time."""
    page = editor.publishes(capacity_online="5")
    outage(True)
    visitor("amara")
    clock.reaches(now + timedelta(hours=1))
    editor.publishes(page, date="2027-03-09")
    up = hours_pass(clock, now + timedelta(hours=1), 72, step=60)
    outage(False)
    hours_pass(clock, up, 1)

    assert [mail.entry["SEQUENCE"] for mail in post.of("amara")] == [0, 1]
    assert post.latest("amara").entry["DTSTART"].dt.isoformat() == "2027-03-09T18:00:00+00:00"
