"""The demo: its seed can run again, its mailbox shows what was sent, and neither works on a public site."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import override_settings
from wagtail.models import Page

from events.console.queries import broken_invariants
from events.pages.models import EventPage
from events.registration.models import Registration
from events.schedule.models import Event
from events.worker import Worker
from portal import env
from portal.demo.content import week_start

PAGES = ("/", "/events/", "/iwd/", "/careers/", "/careers/stories/", "/privacy/", "/events/women-on-the-front-line/")


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2026, 11, 22), date(2027, 3, 8)),
        (date(2027, 2, 8), date(2027, 3, 8)),
        (date(2027, 2, 9), date(2028, 3, 8)),
        (date(2027, 3, 8), date(2028, 3, 8)),
    ],
)
def test_the_week_is_always_at_least_four_weeks_ahead(today, start):
    assert week_start(today) == start


@pytest.fixture
def seeded(transactional_db):
    call_command("seed_demo", "--today", "2026-11-22", verbosity=0)


def test_seeding_twice_is_the_same_as_once(seeded):
    before = (Page.objects.count(), Event.objects.count(), Registration.objects.count())

    call_command("seed_demo", "--today", "2026-11-22", verbosity=0)

    assert (Page.objects.count(), Event.objects.count(), Registration.objects.count()) == before
    assert list(broken_invariants()) == []


def test_seeding_again_keeps_what_somebody_edited(seeded):
    page = EventPage.objects.get(slug="women-on-the-front-line", locale__language_code="en")
    page.title = "My own title"
    page.save_revision().publish()

    call_command("seed_demo", "--today", "2026-11-22", verbosity=0)

    page.refresh_from_db()
    assert page.title == "My own title"


def test_every_demo_page_opens(seeded, client):
    for path in PAGES + tuple(EventPage.objects.values_list("slug", flat=True)):
        path = path if path.startswith("/") else f"/events/{path}/"  # noqa: PLW2901
        assert client.get(path).status_code == 200, path


def test_the_mailbox_shows_every_mail_as_html_text_and_calendar(seeded, client, settings):
    # Django's test runner puts its own backend in place: here the demo's own is what matters.
    settings.MAILERS = {"default": env.mailer("EMAIL_URL", settings.MAILBOX_DIR)}
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        Worker(should_stop=lambda: False, wait=lambda seconds: None).drain()

    listing = client.get("/demo/mail/?to=amara")
    mails = listing.context["mails"]
    assert len(mails) == 2
    name = next(m.name for m in mails if "front line" in m.message["Subject"])
    assert b"Women on the front line" in client.get(f"/demo/mail/{name}/").content
    assert b"<html" in client.get(f"/demo/mail/{name}/html").content
    assert client.get(f"/demo/mail/{name}/invite.ics").content.startswith(b"BEGIN:VCALENDAR")
    for wrong in ("nothing", "..%2Fsecret_key", "20260101T000000000000-00000000"):
        assert client.get(f"/demo/mail/{wrong}/").status_code == 404


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded"])
def test_the_mailbox_is_for_whoever_sits_at_the_machine(client, db, header):
    """A proxy in front means that others can reach it: every mail with its links would be theirs."""
    assert client.get("/demo/mail/").status_code == 200
    assert client.get("/demo/mail/", headers={header: "198.51.100.7"}).status_code == 404


def test_log_ins_that_everybody_knows_stay_on_a_laptop(db):
    with override_settings(ON_LAPTOP=False), pytest.raises(CommandError, match="loopback"):
        call_command("seed_demo")
    with override_settings(ON_LAPTOP=False), pytest.raises(CommandError, match="loopback"):
        call_command("demo")
