"""Every mail a registrant gets, as golden files that were read by eye, and what must be true of each."""

import os
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import icalendar
import pytest
from django.conf import settings
from django.test import override_settings

from events.invites.models import Invite
from events.invites.replies import CalendarReply
from events.invites.rules import PartStat
from events.outbox.delivery.mime import ComposedMail
from events.outbox.messages import registered_kinds
from events.outbox.models import Message
from events.registration.messages import compose, prepare
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import cancel_registration, change_address, hold_for_host
from events.registration.services.announcing import announce_due_events
from events.registration.services.answering import take_answer
from events.schedule.rules import EventKind, OnDecline, SessionSpec, TranslationSpec
from events.schedule.services import publish_translation
from portal.wall_clock import describe_when, to_instant
from tests.events.conftest import EVENT_KEY

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "mails"
TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "emails"


@pytest.fixture(autouse=True)
def same_links_each_time():
    with override_settings(SECRET_KEY="the-secret-key-of-the-golden-files-and-no-other"):
        yield


def fixed(registration):
    """Give a registration and its invites the ids of the golden files: links and UIDs are random otherwise."""
    Registration.objects.filter(pk=registration.pk).update(key=uuid.UUID("33333333-3333-4333-8333-333333333333"))
    for number, invite in enumerate(Invite.objects.filter(registration=registration).order_by("pk")):
        Invite.objects.filter(pk=invite.pk).update(
            uid=f"4444444{number}-4444-4444-8444-444444444444@portal.example.org"
        )


def draft_of(kind, registration):
    fixed(registration)
    message = Message.objects.filter(registration=registration, kind=kind).order_by("id").last()
    assert message is not None, f"no {kind} for {registration.name}"
    return compose(message, prepare([message]))


def meeting(number):
    starts = datetime(2027, 3, 1 + 7 * number, 18, 0)
    return SessionSpec(
        key=uuid.UUID(f"22222222-2222-4222-8222-{number:012d}"),
        title=f"Meeting {number}",
        starts_local=starts,
        ends_local=starts + timedelta(hours=1),
        place="",
        stream_url="https://stream.example.org/meeting",
    )


def stories_of(publish, sign_up, now):
    """Return for each kind of message a way to come to it."""

    def confirmation():
        return sign_up(publish(), "amara")

    def waiting():
        event = publish(capacity=1)
        sign_up(event, "bronwen")
        return sign_up(event, "amara")

    def promotion():
        event = publish(capacity=1)
        bronwen = sign_up(event, "bronwen")
        amara = sign_up(event, "amara")
        cancel_registration(registration_id=bronwen.pk, by=CancelledBy.ATTENDEE, now=now)
        return amara

    def already_registered():
        amara = sign_up(publish(), "amara")
        sign_up(amara.event, "amara")
        return amara

    def update():
        amara = sign_up(publish(), "amara")
        publish(starts=datetime(2027, 3, 9, 18, 30))
        announce_due_events(now=now + timedelta(days=1))
        return amara

    def cancellation():
        amara = sign_up(publish(), "amara")
        cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=now)
        return amara

    def removal():
        amara = sign_up(publish(), "amara")
        cancel_registration(registration_id=amara.pk, by=CancelledBy.STAFF, now=now)
        return amara

    def event_cancelled():
        amara = sign_up(publish(), "amara")
        publish(is_cancelled=True, cancellation_note="The stables are closed this week. We are looking for a new date.")
        announce_due_events(now=now + timedelta(days=1))
        return amara

    def session_cancelled():
        spec_sessions = tuple(meeting(number) for number in (1, 2))
        amara = sign_up(publish(kind=EventKind.PROGRAMME, sessions=spec_sessions), "amara")
        publish(kind=EventKind.PROGRAMME, sessions=spec_sessions[:1])
        announce_due_events(now=now + timedelta(days=1))
        return amara

    def access_changed():
        amara = sign_up(publish(access={"captions": "yes", "bsl": "yes"}), "amara", relies_on=("bsl", "captions"))
        publish(access={"captions": "yes", "bsl": "no"})
        announce_due_events(now=now + timedelta(days=1))
        return amara

    def postponed():
        amara = sign_up(publish(), "amara")
        publish(is_postponed=True, cancellation_note="The hall is flooded. We are looking for a new date.")
        announce_due_events(now=now + timedelta(days=1))
        return amara

    def address_changed():
        amara = sign_up(publish(), "amara")
        change_address(registration_id=amara.pk, email="amara@new.example.org", now=now)
        Registration.objects.filter(pk=amara.pk).update(token_version=1)  # the links of the golden files
        return amara

    def speaker_hold():
        event = publish()
        host = hold_for_host(event_id=event.pk, name="Amara", email="amara@example.org", now=now)
        Registration.objects.filter(pk=host.pk).update(language=sign_up(event, "bronwen").language)
        return host

    def declines(on_decline):
        amara = sign_up(publish(on_decline=on_decline), "amara")
        invite = Invite.objects.get(registration=amara)
        reply = CalendarReply(uid=invite.uid, attendee=amara.email, partstat=PartStat.DECLINED, sequence=0, stamp=now)
        take_answer(reply=reply, now=now)
        amara.refresh_from_db()
        return amara

    return {
        "access_changed": access_changed,
        "address_changed": address_changed,
        "postponed": postponed,
        "speaker_hold": speaker_hold,
        "declined": partial(declines, OnDecline.ASK),
        "released": partial(declines, OnDecline.RELEASE),
        "confirmation": confirmation,
        "waiting": waiting,
        "promotion": promotion,
        "already_registered": already_registered,
        "update": update,
        "cancellation": cancellation,
        "removal": removal,
        "event_cancelled": event_cancelled,
        "session_cancelled": session_cancelled,
        "reminder": confirmation,
    }


@pytest.fixture
def stories(publish, sign_up, now):
    return stories_of(publish, sign_up, now)


KINDS = (
    "access_changed",
    "address_changed",
    "already_registered",
    "cancellation",
    "confirmation",
    "declined",
    "event_cancelled",
    "postponed",
    "promotion",
    "released",
    "reminder",
    "removal",
    "session_cancelled",
    "speaker_hold",
    "update",
    "waiting",
)
# Read by staff; each has a test of its own.
TO_STAFF = ("forwarded",)
# Written each time (tests/events/broadcasts/test_mails.py); a test of one is the mail itself.
BROADCASTS = ("broadcast", "broadcast_news", "broadcast_test")
# Features with golden files and tests of their own, by the beginning of their kinds' names.
ELSEWHERE = ("mentoring_", "newsletter_", "story_", "walk_")


OTHER_LANGUAGES = tuple(code for code, _ in settings.LANGUAGES[1:])
PARTS = {"subject.txt", "body.txt", "body.html"}


def test_every_kind_of_message_is_here_and_has_its_templates_in_every_language():
    names = [kind.name for kind in registered_kinds() if not kind.name.startswith(ELSEWHERE)]
    assert sorted(names) == sorted(KINDS + TO_STAFF + BROADCASTS)
    for kind in KINDS + TO_STAFF:
        assert {path.name for path in (TEMPLATES / kind).iterdir()} == PARTS | set(OTHER_LANGUAGES)
        for language in OTHER_LANGUAGES:
            assert {path.name for path in (TEMPLATES / kind / language).iterdir()} == PARTS, (kind, language)


def compare_with_golden(draft, folder, kind):
    found = {f"{kind}.txt": f"Subject: {draft.subject}\n\n{draft.text}", f"{kind}.html": draft.html}
    if draft.calendar is not None:
        found[f"{kind}.ics"] = draft.calendar.content.decode()
    for name, content in found.items():
        path = folder / name
        if os.environ.get("UPDATE_GOLDEN"):
            folder.mkdir(exist_ok=True)
            path.write_text(content, newline="")
        with path.open(newline="") as file:
            assert content == file.read(), f"{path} changed: read it, then UPDATE_GOLDEN=1"


@pytest.mark.parametrize("kind", KINDS)
def test_the_mail_reads_as_it_was_read_by_eye(stories, kind):
    compare_with_golden(draft_of(kind, stories[kind]()), GOLDEN, kind)


@pytest.fixture
def french_stories(publish, sign_up, now):
    """Return the same ways for an event with a French page and people who registered on it."""

    def publish_both(**changes):
        event = publish(**changes)
        spec = TranslationSpec(
            key=EVENT_KEY,
            language="fr",
            title="Femmes en première ligne",
            summary="Trois services, une soirée.",
            path="/fr/events/women-on-the-front-line/",
            cancellation_note="Les écuries sont fermées cette semaine. Nous cherchons une autre date.",
            session_titles={str(s.key): s.title.replace("Meeting", "Rencontre") for s in changes.get("sessions", ())},
        )
        publish_translation(spec=spec, now=now)
        return event

    return stories_of(publish_both, partial(sign_up, language="fr"), now)


@pytest.mark.parametrize("kind", KINDS)
def test_the_french_mail_reads_as_it_was_read_by_eye(french_stories, kind):
    draft = draft_of(kind, french_stories[kind]())

    assert 'lang="fr"' in draft.html
    assert "Bonjour Amara," in draft.text
    compare_with_golden(draft, GOLDEN / "fr", kind)


ENGLISH_WORDS = re.compile(r"\b(?:the|you|your|this|event|women|of|time|and)\b", re.IGNORECASE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_french_mail_holds_nothing_english(french_stories, kind):
    draft = draft_of(kind, french_stories[kind]())

    words = re.sub(r"\S*(?:https?:|@)\S*", "", f"{draft.subject}\n{draft.text}")
    assert ENGLISH_WORDS.findall(words) == []
    assert max(len(line) for line in draft.text.splitlines() if "http" not in line) <= 78


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_whole_without_pictures_strangers_or_html(stories, kind):
    amara = stories[kind]()
    draft = draft_of(kind, amara)

    assert "Women on the front line" in draft.subject
    assert "<img" not in draft.html
    ours_or_calendars = r"https?://127\.0\.0\.1|mailto:|https://(?:calendar\.google|outlook\.)"
    assert not re.findall(rf"""(?:src|href)=["'](?!{ours_or_calendars})[^"'#]""", draft.html)
    assert "{{" not in draft.text + draft.html
    assert "{%" not in draft.text + draft.html
    assert "<" not in draft.text
    assert "&amp;" not in draft.text
    assert max(len(line) for line in draft.text.splitlines() if "http" not in line) <= 78
    assert 'lang="en' in draft.html
    assert "stream.example.org" not in draft.text + draft.html
    assert "successfully" not in draft.text.lower()


def test_a_name_with_markup_is_text_in_every_part(publish, sign_up):
    amara = sign_up(publish(), "amara", name='<b>"Bee" & O\'Neill</b>, 王小明 🐎')

    draft = draft_of("confirmation", amara)

    assert "<b>" not in draft.html.replace("<body", "")
    assert '<b>"Bee" & O\'Neill</b>' in draft.text


def test_the_mime_of_an_invite_is_the_one_that_every_client_takes(publish, sign_up, now):
    """Calendar policy, decision 8."""
    draft = draft_of("confirmation", sign_up(publish(), "amara", name="Zoë 王小明"))

    mail = ComposedMail(draft=draft, from_email="events@example.org", message_id="<1@example.org>", date=now)
    raw = mail.raw.as_bytes()

    assert b"\r\n" in raw
    assert not re.search(rb"(?<!\r)\n", raw), "every line ends with CRLF"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["To"].addresses[0].display_name == "Zoë 王小明"
    assert mail.get_content_type() == "multipart/mixed"
    alternative, attachment = mail.iter_parts()
    plain, page, calendar = alternative.iter_parts()
    assert [part.get_content_type() for part in (plain, page, calendar)] == ["text/plain", "text/html", "text/calendar"]
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_param("charset") == "utf-8"
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", "invite.ics")
    assert calendar.get_payload(decode=True) == attachment.get_payload(decode=True) == draft.calendar.content
    assert not list(mail.defects)


@pytest.mark.parametrize(
    "poison", ["a@example.org\r\nBcc: b@example.org", "a b@example.org", "<a@example.org>", "ä@example.org", "@", ""]
)
def test_an_address_that_could_end_a_header_is_never_written(publish, sign_up, now, poison):
    draft = draft_of("confirmation", sign_up(publish(), "amara"))
    with pytest.raises(ValueError, match="cannot stand in a header"):
        ComposedMail(draft=replace(draft, to_email=poison), from_email="e@example.org", message_id="<1@e>", date=now)


def test_a_subject_and_a_name_cannot_start_a_header(publish, sign_up, now):
    draft = draft_of(
        "confirmation", sign_up(publish(title="Evil\r\nBcc: all@example.org"), "amara", name="A\nX-Evil: 1")
    )

    raw = ComposedMail(draft=draft, from_email="e@example.org", message_id="<1@e>", date=now).raw.as_bytes()

    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None


ZONES = ("Europe/London", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe")
MOMENTS = (
    "2027-03-13T18:00",
    "2027-03-14T03:30",
    "2027-03-27T18:00",
    "2027-03-28T03:30",
    "2027-03-28T18:00",
    "2027-04-04T18:00",
    "2027-10-03T18:00",
    "2027-10-30T18:00",
    "2027-10-31T00:30",
    "2027-10-31T18:00",
    "2027-11-07T18:00",
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("local", MOMENTS)
def test_invite_mail_text_and_reminder_agree(publish, sign_up, zone, local):
    """44 cases over the changeover nights of four zones: one promise, three places that make it."""
    starts = datetime.fromisoformat(local)
    amara = sign_up(publish(starts=starts, time_zone=zone, reminders=("P1D", "PT1H")), "amara")
    instant = to_instant(starts, zone)
    words = describe_when(instant, to_instant(starts + timedelta(minutes=90), zone), zone)

    draft = draft_of("confirmation", amara)
    entry = icalendar.Calendar.from_ical(draft.calendar.content).walk("VEVENT")[0]
    reminder = draft_of("reminder", amara)
    day, hour = Message.objects.filter(kind="reminder").order_by("due_at").values_list("due_at", flat=True)

    assert entry["DTSTART"].dt == instant.astimezone(UTC)
    assert str(entry["DESCRIPTION"]).splitlines()[0].endswith(words)
    for text in (draft.text, reminder.text):
        assert words in " ".join(text.split())
    assert f"{starts:%H:%M}" in words
    assert hour == instant - timedelta(hours=1)
    assert to_instant(starts - timedelta(days=1), zone) == day
