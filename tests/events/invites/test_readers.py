"""What other people's programs make of our calendar files.

Three readers that share no code with the builder: vobject (Python), ical.js (the engine of Thunderbird and
Nextcloud) and recurring-ical-events, which says what a calendar shows on a day.
"""

import fcntl
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject

from events.invites.builder import Entry, build_feed, build_publication
from events.invites.rules import Content, Mailbox, PartStat
from portal.wall_clock import before, describe_date, describe_when, to_instant

READERS = Path(__file__).parents[2] / "readers"
KINDS = ["REQUEST", "CANCEL", "PUBLISH", "FEED"]
Make = dict[str, Callable[..., bytes]]

TITLES = [
    "Women in policing",
    'Q&A: "ask us anything", part 2; bring a friend',
    "Kariéra v polícii · 警察の仕事 · العمل في الشرطة · पुलिस में करियर",
    "👮🏽‍♀️ 👩‍👩‍👧‍👦 🏳️‍🌈 " * 12,
    "C:\\New\\night, 100% ^n",
    "長" * 300,
]
NAMES = [
    "Alice",
    "Okafor, Alice; DCI: retired",
    "Nguyễn Thị 阮氏 O’Brien",
    "علياء",
    "👮🏽‍♀️ Zoë",
    "अ" * 120,
]


def instant(text: str) -> datetime:
    """A UTC instant, as ical.js prints it."""
    return datetime.fromisoformat(text)


@pytest.fixture(scope="session")
def ical_js() -> Iterator[Callable[[bytes], dict[str, Any]]]:
    """Read a calendar file with ical.js; installs it once, under a lock: two workers start together."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None:
        pytest.skip("ical.js needs node, and there is none on the path")
    with (READERS / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (READERS / "node_modules" / "ical.js" / "package.json").exists():
            if npm is None:
                pytest.skip("ical.js is not installed, and there is no npm on the path to install it")
            install = [npm, "ci", "--prefix", str(READERS), "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr

    def read(file: bytes) -> dict[str, Any]:
        command = [node, str(READERS / "read_ics.mjs")]
        done = subprocess.run(command, input=file, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr.decode()
        understood: dict[str, Any] = json.loads(done.stdout)
        return understood

    return read


def read_vobject(file: bytes) -> Any:
    """The one VCALENDAR that vobject finds."""
    (calendar,) = vobject.readComponents(file.decode())
    return calendar


def carets_decoded(text: str) -> str:
    """RFC 6868, which vobject is too old to know."""
    return text.replace("^'", '"').replace("^^", "^")  # enough for names without "^'" or "^n" of their own


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", TITLES)
def test_vobject_understands_every_kind(kind: str, title: str, make: Make, entry: Entry) -> None:
    entry = replace(entry, sequence=4, content=replace(entry.content, title=title))
    calendar = read_vobject(make[kind](entry))
    (event,) = calendar.vevent_list
    assert event.summary.value == title
    assert (event.dtstart.value, event.dtend.value) == (entry.content.starts_at, entry.content.ends_at)
    assert event.uid.value == entry.uid
    assert event.sequence.value == "4"
    assert event.status.value == ("CANCELLED" if kind == "CANCEL" else "CONFIRMED")
    assert event.description.value.split("\n")[0] == "Monday 8 March 2027, 18:00 to 19:30 (London time)"
    assert event.location.value == "Online"
    assert event.url.value == entry.page_url
    assert [method.value for method in calendar.contents.get("method", [])] == [kind] * (kind != "FEED")
    if kind != "FEED":
        assert event.organizer.value == "mailto:events@careers.example.org"
    attendees = [attendee.value for attendee in event.contents.get("attendee", [])]
    assert attendees == (["mailto:alice@example.com"] if kind in ("REQUEST", "CANCEL") else [])
    alarms = [alarm.trigger.value for alarm in event.contents.get("valarm", [])]
    assert alarms == ([timedelta(minutes=-15)] if kind in ("REQUEST", "PUBLISH") else [])


@pytest.mark.parametrize("name", [*NAMES, 'Alice "Al" Okafor ^ 2'])
def test_vobject_reads_the_names_of_the_people(name: str, make: Make) -> None:
    file = make["REQUEST"](attendee=Mailbox(name=name, email="a@bücher.example"), partstat=PartStat.TENTATIVE)
    attendee = read_vobject(file).vevent.attendee
    assert carets_decoded(attendee.params["CN"][0]) == name
    assert attendee.params["PARTSTAT"] == ["TENTATIVE"]
    assert attendee.params["RSVP"] == ["TRUE"]
    assert attendee.value == "mailto:a@xn--bcher-kva.example"


@pytest.mark.needs_node
@pytest.mark.parametrize("kind", KINDS)
def test_ical_js_understands_every_kind(
    kind: str, make: Make, entry: Entry, ical_js: Callable[[bytes], dict[str, Any]]
) -> None:
    read = ical_js(make[kind](replace(entry, sequence=4)))
    (event,) = read["entries"]
    assert read["method"] == (None if kind == "FEED" else kind)
    assert event["uid"] == entry.uid
    assert event["sequence"] == 4
    assert event["status"] == ("CANCELLED" if kind == "CANCEL" else "CONFIRMED")
    assert event["title"] == entry.content.title
    assert instant(event["starts_at"]) == entry.content.starts_at
    assert instant(event["ends_at"]) == entry.content.ends_at
    assert event["location"] == "Online"
    assert event["url"] == entry.page_url
    assert event["description"].split("\n")[0] == "Monday 8 March 2027, 18:00 to 19:30 (London time)"
    assert entry.manage_url in event["description"].split("\n")
    organiser = {
        "address": "mailto:events@careers.example.org",
        "name": "Careers events",
        "partstat": None,
        "rsvp": None,
    }
    assert event["organiser"] == (None if kind == "FEED" else organiser)
    asked = {"address": "mailto:alice@example.com", "name": "Alice Okafor"}
    answers = {
        "REQUEST": {"partstat": "NEEDS-ACTION", "rsvp": "TRUE"},
        "CANCEL": {"partstat": None, "rsvp": "FALSE"},
    }
    assert event["attendees"] == ([asked | answers[kind]] if kind in answers else [])
    conference = {"address": entry.join_url, "features": "AUDIO,VIDEO", "label": "Join page"}
    assert event["conference"] == (None if kind == "CANCEL" else conference)
    alarm = {"action": "DISPLAY", "seconds": -15 * 60}
    assert event["alarms"] == ([alarm] if kind in ("REQUEST", "PUBLISH") else [])


@pytest.mark.needs_node
def test_ical_js_reads_every_title_and_name_as_it_was_written(
    make: Make, entry: Entry, organiser: Mailbox, ical_js: Callable[[bytes], dict[str, Any]]
) -> None:
    names = [*NAMES, 'Alice "Al" Okafor ^ 2', "Alice ^n Okafor", "Alice\\"]
    for title, name in zip(TITLES + TITLES[:3], names, strict=True):
        content = replace(entry.content, title=title, location=title, summary=f"{title}\n\n{name}")
        attendee = Mailbox(name=name, email="o&brien+1@bücher.example")
        file = make["REQUEST"](
            replace(entry, content=content), attendee=attendee, organiser=replace(organiser, name=name)
        )
        (event,) = ical_js(file)["entries"]
        assert event["title"] == event["location"] == title
        assert content.summary.strip() in event["description"]
        assert event["attendees"][0]["name"] == event["organiser"]["name"] == name
        assert event["attendees"][0]["address"] == "mailto:o%26brien+1@xn--bcher-kva.example"


@pytest.mark.needs_node
def test_ical_js_reads_the_whole_of_a_feed(entry: Entry, ical_js: Callable[[bytes], dict[str, Any]]) -> None:
    entries = [
        replace(entry, uid="one@x.example"),
        replace(entry, uid="two@x.example", sequence=2, cancelled=True),
    ]
    address = "https://x.example/calendar.ics?a=1&b=2,3"
    read = ical_js(build_feed(name="Careers events", url=address, entries=entries))
    # No comma in the name: ical.js does not know NAME for TEXT, and hands out its escapes as they are.
    assert read["name"] == "Careers events"
    assert read["refresh_seconds"] == 3600
    assert read["source"] == address
    assert [(event["uid"], event["status"], event["sequence"]) for event in read["entries"]] == [
        ("one@x.example", "CONFIRMED", 0),
        ("two@x.example", "CANCELLED", 2),
    ]


# The same evening said three ways: the invite as vobject reads it, the words, and the reminder.
#
#   London   Sat 27 March 18:00 GMT ── 23 h ──► Sun 28 March 18:00 BST
#   London   Sat 30 Oct   18:00 BST ── 25 h ──► Sun 31 Oct   18:00 GMT
@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/London", "2027-03-27 18:00"),
        ("Europe/London", "2027-03-28 00:30"),
        ("Europe/London", "2027-03-28 02:00"),
        ("Europe/London", "2027-03-28 18:00"),
        ("Europe/London", "2027-03-29 18:00"),
        ("Europe/London", "2027-10-30 18:00"),
        ("Europe/London", "2027-10-31 00:30"),
        ("Europe/London", "2027-10-31 02:00"),
        ("Europe/London", "2027-10-31 18:00"),
        ("Europe/London", "2027-11-01 18:00"),
        ("Asia/Kolkata", "2027-03-28 18:00"),
        ("Asia/Kolkata", "2027-10-31 04:15"),
        ("America/New_York", "2027-03-14 18:00"),
        ("America/New_York", "2027-11-07 18:00"),
        ("Australia/Lord_Howe", "2027-10-03 18:00"),
        ("Australia/Lord_Howe", "2027-04-04 18:00"),
    ],
)
def test_the_invite_the_words_and_the_reminder_agree(
    zone: str, local: str, make: Make, entry: Entry, evening: Content
) -> None:
    clock = datetime.fromisoformat(local)
    starts_at = to_instant(clock, zone)
    content = replace(evening, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone=zone)
    file = make["REQUEST"](replace(entry, content=content))

    event = read_vobject(file).vevent
    shown = event.dtstart.value.astimezone(ZoneInfo(zone))
    assert shown.replace(tzinfo=None) == clock
    assert event.dtend.value - event.dtstart.value == timedelta(hours=1)

    words = event.description.value.split("\n")[0]
    assert words == describe_when(content.starts_at, content.ends_at, zone)
    assert words.startswith(f"{clock:%A} {clock.day} {clock:%B %Y}, {clock:%H:%M}")

    reminder = before(event.dtstart.value, zone, days=1).astimezone(ZoneInfo(zone))
    assert reminder.replace(tzinfo=None) == clock - timedelta(days=1)
    assert before(event.dtstart.value, zone, hours=1) == event.dtstart.value - timedelta(hours=1)


def shown_on(file: bytes, day: datetime, zone: str) -> list[str]:
    """The titles that a calendar set to `zone` shows on that day."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    next_midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    calendar = icalendar.Calendar.from_ical(file)
    return [str(event["SUMMARY"]) for event in recurring_ical_events.of(calendar).between(midnight, next_midnight)]


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/London", "2027-03-28 00:00"),
        ("Europe/London", "2027-03-28 22:59"),
        ("Europe/London", "2027-10-31 00:00"),
        ("Europe/London", "2027-10-31 22:59"),
        ("Asia/Kolkata", "2027-03-08 00:15"),
        ("America/New_York", "2027-03-07 22:30"),
        ("Australia/Lord_Howe", "2027-10-03 00:30"),
    ],
)
def test_a_calendar_shows_the_entry_on_its_local_day_and_no_other(
    zone: str, local: str, entry: Entry, evening: Content
) -> None:
    day = datetime.fromisoformat(local)
    starts_at = to_instant(day, zone)
    content = replace(evening, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), time_zone=zone)
    file = build_publication(entries=[replace(entry, content=content)])
    assert describe_date(starts_at, zone) == f"{day:%A} {day.day} {day:%B %Y}"
    assert shown_on(file, day, zone) == [evening.title]
    assert shown_on(file, day - timedelta(days=1), zone) == []
    assert shown_on(file, day + timedelta(days=1), zone) == []


def test_an_entry_past_midnight_is_shown_on_both_days(entry: Entry, evening: Content) -> None:
    content = replace(
        evening, starts_at=datetime(2027, 3, 8, 22, tzinfo=UTC), ends_at=datetime(2027, 3, 9, 1, tzinfo=UTC)
    )
    file = build_publication(entries=[replace(entry, content=content)])
    assert shown_on(file, datetime(2027, 3, 8), "Europe/London") == [evening.title]
    assert shown_on(file, datetime(2027, 3, 9), "Europe/London") == [evening.title]
