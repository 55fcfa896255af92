"""The story of a calendar that answers: it declines, the place goes to the next person, and words reach the team."""

import mailbox
from datetime import timedelta

import pytest

from events.console.queries import broken_invariants
from events.invites.models import InboundMail
from events.registration.models import Registration
from tests.inbound_mail import calendar, mail, report, words


@pytest.fixture
def inbox(tmp_path, settings):
    box = mailbox.Maildir(tmp_path / "replies", create=True)
    settings.REPLIES_URL, settings.CALENDAR_REPLIES = f"maildir://{tmp_path}/replies", True
    return box


def answer_to(received, answer, moment, number=1):
    """Answer as a calendar does: what it has of the entry, with its own answer and the time of it."""
    entry = received.entry
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry['UID']}",
        f"SEQUENCE:{entry['SEQUENCE']}",
        f"DTSTAMP:{stamp}",
        f"ATTENDEE;PARTSTAT={answer}:{entry['ATTENDEE']}",
        "END:VEVENT",
    ]
    return mail(calendar("\r\n".join(lines))).replace(b"<1@", f"<{stamp}-{number}@".encode())


def test_a_calendar_declines(editor, visitor, client, clock, post, now, inbox):
    # One place; the event gives a declined one to the next person.
    editor.publishes(capacity_online="1", on_decline="release")
    for name in ("amara", "bronwen"):
        visitor(name)
    clock.reaches(now + timedelta(seconds=5))
    invited = post.latest("amara")

    # The invite asks for an answer, and for no other time.
    attendee = invited.entry["ATTENDEE"].params
    assert (attendee["PARTSTAT"], attendee["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert invited.entry["X-MICROSOFT-DISALLOW-COUNTER"] == "TRUE"

    # Her calendar says perhaps: nobody is troubled.
    at = now + timedelta(minutes=2)
    inbox.add(answer_to(invited, "TENTATIVE", at))
    clock.reaches(at)
    assert len(post.of("amara")) == 1

    # It declines: her place is Bronwen's, and a mail without a calendar part tells her.
    at = now + timedelta(minutes=4)
    inbox.add(answer_to(invited, "DECLINED", at))
    clock.reaches(at)
    released = post.latest("amara")
    assert released.subject.startswith("Your place is given up")
    assert released.method == ""
    assert post.latest("bronwen").method == "REQUEST"
    assert {message.get_subdir() for message in inbox} == {"cur"}

    # It was a mistake. She comes back and waits; the same decline, brought again, takes nothing from her.
    visitor("amara")
    at = now + timedelta(minutes=6)
    inbox.add(answer_to(invited, "DECLINED", now + timedelta(minutes=4)))
    inbox.add(answer_to(invited, "DECLINED", at, number=2))
    clock.reaches(at)
    assert Registration.objects.get(email="amara@example.org", state="waiting")

    # Bronwen writes in words: they reach the event's contact, who can answer her, and are forgotten here.
    at = now + timedelta(minutes=8)
    inbox.add(words("Is there a quiet room?", sender="bronwen@example.org"))
    clock.reaches(at)
    passed_on = post.latest("outreach")
    assert "> Is there a quiet room?" in passed_on.text
    assert passed_on.message["Reply-To"] == "bronwen@example.org"
    clock.reaches(at + timedelta(minutes=2))
    assert not InboundMail.objects.exclude(text="", sender="", subject="").exists()

    # Bronwen's mailbox is gone: the mail server's report says so.
    at = now + timedelta(minutes=12)
    promotion = Registration.objects.get(email="bronwen@example.org").messages.get(kind="promotion")
    inbox.add(report(promotion, recipient="bronwen@example.org"))
    clock.reaches(at)
    clock.reaches(at + timedelta(minutes=1))
    assert Registration.objects.get(email="bronwen@example.org").undelivered_at is not None

    # And the figures agree.
    assert list(broken_invariants()) == []
