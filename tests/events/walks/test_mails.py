"""Every mail of Walk & Talk, read by eye in both languages; and what must not be on the outside of a discreet one."""

import re
import uuid
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import icalendar
import pytest
from django.conf import settings
from django.test import override_settings

from events.outbox.delivery.mime import ComposedMail
from events.outbox.messages import kind_of
from events.outbox.models import Message, Suppression
from events.outbox.rules import Delivery, Report, Scope
from events.outbox.services import record_receipt, suppress
from events.walks.messages import prepare_for_women
from events.walks.models import WalkEntry, WalkRequest
from events.walks.services import (
    allocate,
    ask_for_other_time,
    asking,
    choose_time,
    follow_the_clock,
    settle_new_requests,
    withdraw_request,
)
from events.walks.services.following import note_bounce
from events.walks.services.notifying import notify
from portal.branding import site_branding
from tests.events.registration.test_mails import ENGLISH_WORDS, compare_with_golden

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "mails" / "walks"
TO_HER = (
    "walk_received", "walk_times", "walk_booked", "walk_moved", "walk_called_off", "walk_reminder", "walk_closed",
)  # fmt: skip
TO_OFFICERS = ("walk_officer_booked", "walk_officer_moved", "walk_officer_called_off", "walk_officer_reminder")
CAUSES = ("new", "given", "asked", "again", "withdrawn", "returned", "late", "bounced")
CARRY_AN_ENTRY = {"walk_booked", "walk_moved", "walk_called_off"}


@pytest.fixture(autouse=True)
def same_links_each_time():
    with override_settings(SECRET_KEY="the-secret-key-of-the-golden-files-and-no-other"):
        yield


@pytest.fixture
def story(make_walk, officer, coordinator, offer, now):
    """Return everything that one request makes us write: asked, offered, chosen, changed, called off, withdrawn."""

    def tell(**changes):
        walk = make_walk("amara", **changes)
        settle_new_requests(now=now)
        offer(walk, officer)
        first, second = walk.offers.order_by("slot__starts_at")[:2]
        choose_time(walk_id=walk.pk, offer_id=first.pk, now=now)
        choose_time(walk_id=walk.pk, offer_id=second.pk, now=now)
        ask_for_other_time(walk_id=walk.pk, by_her=True, now=now)
        withdraw_request(walk_id=walk.pk, now=now)
        WalkRequest.objects.filter(pk=walk.pk).update(token_version=1)
        for number, entry in enumerate(WalkEntry.objects.order_by("pk")):
            domain = entry.uid.rpartition("@")[2]
            uid = f"5555555{number}-5555-4555-8555-555555555555@{domain}"
            WalkEntry.objects.filter(pk=entry.pk).update(uid=uid)
        return walk

    return tell


@pytest.fixture
def same_number(monkeypatch):
    """Give the request the number of the golden files: links and its name at the desk are random otherwise."""
    monkeypatch.setattr(asking, "uuid4", lambda: uuid.UUID("6a6a6a6a-6666-4666-8666-666666666666"))


def draft_of(kind, cause=""):
    rows = Message.objects.filter(kind=kind)
    message = rows.filter(dedupe_key__contains=f":{cause}-" if cause else "").order_by("id").last()
    assert message is not None, f"no {kind} {cause}"
    compose = kind_of(kind)
    return compose.compose(message, compose.prepare([message]))


def as_mail(draft):
    mail = ComposedMail(
        draft=draft,
        from_email=draft.from_email or settings.DEFAULT_FROM_EMAIL,
        message_id="<1@example.org>",
        date=Message.objects.first().created_at,
    )
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("is_discreet", [False, True], ids=["open", "discreet"])
@pytest.mark.parametrize("kind", TO_HER)
def test_the_mail_reads_as_it_was_read_by_eye(kind, is_discreet, language, story, same_number):
    story(is_discreet=is_discreet, language=language)
    draft = draft_of(kind)
    folder = GOLDEN / language / ("discreet" if is_discreet else "open")
    folder.mkdir(parents=True, exist_ok=True)
    compare_with_golden(draft, folder, kind)
    assert (draft.calendar is not None) == (kind in CARRY_AN_ENTRY)


@pytest.mark.parametrize(("kind", "cause"), [(kind, "") for kind in TO_OFFICERS] + [("walk_notice", c) for c in CAUSES])
def test_the_mail_to_staff_reads_as_it_was_read_by_eye(
    kind, cause, story, same_number, make_officer, make_walk, coordinator, now
):
    walk = story()
    walk.refresh_from_db()
    if cause == "bounced":
        note_bounce(walk_id=walk.pk, now=now)
    if cause == "again":
        notify(walk=walk, cause="again", people=[walk.officer], now=now)
    if cause in {"returned", "late"}:
        Message.objects.filter(kind="walk_notice").delete()
        WalkRequest.objects.filter(pk=walk.pk).update(state="new", closed_at=None, outcome="", officer=None)
        if cause == "returned":
            leaver = make_officer("leaver")
            allocate(walk_id=walk.pk, officer_id=leaver.pk, by=leaver, now=now)
            leaver.walk_officer.boroughs.clear()
            follow_the_clock(now=now)
        else:
            follow_the_clock(now=now.replace(day=now.day + 3))
    draft = draft_of(kind, cause)
    pk = f"/cms/walks/{walk.pk}/"
    draft = replace(draft, text=draft.text.replace(pk, "/cms/walks/1/"), html=draft.html.replace(pk, "/cms/walks/1/"))
    GOLDEN.mkdir(parents=True, exist_ok=True)
    compare_with_golden(draft, GOLDEN, f"{kind}-{cause}" if cause else kind)
    for secret in ("amara", "Amara", "underpass", "park", "/appointments/"):
        assert secret not in as_mail(draft).as_string()


@pytest.mark.parametrize("kind", TO_HER)
def test_a_french_mail_holds_nothing_english(kind, story):
    story(language="fr", is_discreet=True)
    draft = draft_of(kind)
    words = re.sub(r"\S*(?:https?:|@)\S*", "", f"{draft.subject}\n{draft.text}")
    assert ENGLISH_WORDS.findall(words) == []


@pytest.mark.parametrize("is_discreet", [False, True])
@pytest.mark.parametrize("kind", TO_HER)
def test_a_mail_is_whole(kind, is_discreet, story):
    story(is_discreet=is_discreet)
    draft = draft_of(kind)
    assert "<img" not in draft.html
    assert not re.search(r"\{[{%]", draft.text + draft.html)
    assert "&amp;" not in draft.text + draft.subject and "<" not in draft.text
    assert max(len(line) for line in draft.text.splitlines() if "http" not in line) <= 78
    assert "Amara" not in draft.subject + draft.text + draft.html, "no mail holds her name"


# What would tell somebody who looks over her shoulder, or at a shared calendar.
TELLING = re.compile(
    r"walk|talk|police|polic|\bmet\b|metropolitan|officer|borough|lambeth|brixton|library|outreach|women|woman|portal"
    r"|recruit|events@|crime|\b999\b|\b101\b|safe|station|underpass",
    re.IGNORECASE,
)


@pytest.mark.parametrize("kind", TO_HER)
def test_discreet_nothing_on_the_outside_of_a_mail_or_its_entry_tells(kind, story, settings):
    """Every header, every property, every file name, the subject: as a neutral sender's."""
    settings.DISCREET_FROM_EMAIL = "diary@calendar-mail.example.net"
    settings.DISCREET_URL = "https://my.calendar-mail.example.net"
    story(is_discreet=True)
    mail = as_mail(draft_of(kind))
    for part in mail.walk():
        for name, value in part.items():
            assert not TELLING.search(str(value)), f"{name}: {value}"
        assert part.get_filename() in {None, "invite.ics"}
    assert mail["From"] == "Appointments <diary@calendar-mail.example.net>" and mail["Reply-To"] is None
    calendar = next((part for part in mail.walk() if part.get_content_type() == "text/calendar"), None)
    assert (calendar is not None) == (kind in CARRY_AN_ENTRY)
    if calendar is not None:
        content = calendar.get_payload(decode=True).decode()
        for line in icalendar.parser.Contentlines.from_ical(content):
            assert not TELLING.search(line), line
        entry = icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
        assert entry["CLASS"] == "PRIVATE" and entry["SUMMARY"] == "Appointment" and "LOCATION" not in entry
        assert str(entry["ORGANIZER"]) == "mailto:diary@calendar-mail.example.net"
        assert entry["UID"].endswith("@calendar-mail.example.net")
    # The words say no more than the outside does.
    text = mail.get_body(("plain",)).get_content()
    assert not TELLING.search(text), TELLING.search(text)
    html = re.sub(r"<style>.*?</style>", "", mail.get_body(("html",)).get_content(), flags=re.DOTALL)
    visible = re.sub(r"<[^>]+>", " ", html)
    assert not TELLING.search(visible), TELLING.search(visible)


def test_control_without_discreet_mode_the_same_looks_find_a_lot(story):
    story(is_discreet=False)
    mail = as_mail(draft_of("walk_booked"))
    assert TELLING.search(mail["Subject"]) and TELLING.search(mail["From"])
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert TELLING.search(calendar.get_payload(decode=True).decode())


def test_what_leaves_for_the_mail_server_is_as_discreet(make_walk, settings, clock, post, smtp_sink, now):
    """The envelope (bounces go there), the Message-ID and every header, as a real server took them."""
    settings.DISCREET_FROM_EMAIL = "diary@calendar-mail.example.net"
    make_walk("amara", is_discreet=True)
    make_walk("bronwen", is_discreet=False)
    clock.reaches(now)
    assert post.latest("amara").message["Message-ID"].endswith("@calendar-mail.example.net>")
    assert post.latest("bronwen").message["Message-ID"].endswith("@portal.example.org>")
    taken = {message.recipients[0]: message for message in smtp_sink.messages}
    assert taken["amara@example.org"].sender == "diary@calendar-mail.example.net"
    for part in taken["amara@example.org"].parsed.walk():
        for name, value in part.items():
            assert not TELLING.search(str(value)), f"{name}: {value}"
    assert TELLING.search(taken["bronwen@example.org"].parsed["From"])


def test_a_resent_entry_is_the_same_to_the_byte(story):
    story()
    assert draft_of("walk_booked").calendar == draft_of("walk_booked").calendar


def test_a_suppressed_address_gets_nothing(make_walk, clock, post, now):
    suppress(email_key="amara@example.org", scope=Scope.ALL, reason="Mail to it bounces for good.", now=now)
    make_walk("amara")
    clock.reaches(now)
    assert post.of("amara") == []
    assert Message.objects.get(kind="walk_received").state == "skipped"


def test_a_batch_is_prepared_in_the_same_statements_for_one_and_for_three(make_walk, now, django_assert_num_queries):
    for who in ("amara", "bronwen", "chioma"):
        make_walk(who)
    settle_new_requests(now=now)
    messages = list(Message.objects.filter(kind="walk_received"))
    site_branding()  # makes the site's settings where there are none yet
    with django_assert_num_queries(5):
        prepare_for_women(messages[:1])
    with django_assert_num_queries(5):
        prepare_for_women(messages)


def test_a_bounce_for_good_is_told_to_who_has_the_request(make_walk, officer, coordinator, offer, clock, now):
    """Her address is in no row, so nothing is suppressed by it: her officer hears, and the desk shows it."""
    walk = make_walk("amara")
    clock.reaches(now)
    message = Message.objects.get(kind="walk_received")
    for event_id in ("1", "2"):
        report = Report(
            provider="smtp", event_id=event_id, message_key=message.key, provider_id="", delivery=Delivery.BOUNCED,
            is_permanent=True, scope=Scope.ALL, reason="Gone.", happened_at=now, recipient="amara@example.org",
        )  # fmt: skip
        record_receipt(report=report, now=now)
    clock.reaches(now)
    walk.refresh_from_db()
    assert walk.undelivered_at == now
    told = Message.objects.filter(kind="walk_notice", dedupe_key__contains=":bounced-")
    assert [row.to_email for row in told] == [coordinator.email]
    assert not Suppression.objects.exists()
