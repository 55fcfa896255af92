"""Calendar files, byte by byte: what the policy asks for, and what no text may break."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from events.invites.builder import PRODID, Entry, build_feed, build_publication
from events.invites.rules import PartStat
from tests.ics_lines import EXPECTED, named, skeleton, unfolded, value

Make = dict[str, Callable[..., bytes]]
KINDS = ["REQUEST", "CANCEL", "PUBLISH", "FEED"]
EXAMPLES = [
    "request-first",
    "request-update-in-person",
    "request-many-scripts",
    "cancel",
    "publication-public",
    "publication-manage-page",
    "feed-public",
    "feed-personal",
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_reviewed_files_are_what_is_built(
    name: str, examples: dict[str, bytes], golden: Callable[[str, bytes], bytes]
) -> None:
    assert examples[name] == golden(name, examples[name])


def test_every_reviewed_file_has_its_example(examples: dict[str, bytes]) -> None:
    folder = Path(__file__).parents[2] / "golden" / "invites"
    assert sorted(examples) == sorted(EXAMPLES) == sorted(path.stem for path in folder.glob("*.ics"))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_exactly_the_properties_of_the_policy(kind: str, make: Make) -> None:
    assert skeleton(make[kind]()) == EXPECTED[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_times_go_out_in_utc_without_a_zone_definition(kind: str, make: Make, entry: Entry) -> None:
    abroad = ZoneInfo("Australia/Lord_Howe")
    elsewhere = replace(
        entry,
        stamp=entry.stamp.astimezone(abroad),
        created_at=entry.created_at.astimezone(timezone(timedelta(hours=1))),
    )
    file = make[kind](elsewhere)
    assert named(file, "DTSTART") == ["DTSTART:20270308T180000Z"]
    assert named(file, "DTEND") == ["DTEND:20270308T193000Z"]
    assert named(file, "DTSTAMP") == ["DTSTAMP:20270201T093015Z"]
    assert named(file, "LAST-MODIFIED") == ["LAST-MODIFIED:20270201T093015Z"]
    assert named(file, "CREATED") == ["CREATED:20270115T120000Z"]
    assert b"VTIMEZONE" not in file
    assert b"TZID" not in file
    assert file == make[kind](entry)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(kind: str, make: Make) -> None:
    assert make[kind]() == make[kind]()


@pytest.mark.parametrize("name", ["stamp", "created_at"])
def test_a_moment_without_an_offset_is_refused(name: str, make: Make, entry: Entry) -> None:
    with pytest.raises(ValueError, match="aware"):
        make["REQUEST"](replace(entry, **{name: datetime(2027, 1, 1)}))


def test_an_invite_asks_the_recipient_and_nobody_else(make: Make) -> None:
    assert named(make["REQUEST"](), "ATTENDEE") == [
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        ';CN="Alice Okafor":mailto:alice@example.com'
    ]
    assert named(make["REQUEST"](), "ORGANIZER") == ['ORGANIZER;CN="Careers events":mailto:events@careers.example.org']
    assert named(make["REQUEST"](), "METHOD") == ["METHOD:REQUEST"]
    assert named(make["REQUEST"](), "STATUS") == ["STATUS:CONFIRMED"]
    assert named(make["REQUEST"](), "PRODID") == [f"PRODID:{PRODID}"]


@pytest.mark.parametrize("partstat", PartStat)
@pytest.mark.parametrize(("rsvp", "word"), [(True, "TRUE"), (False, "FALSE")])
def test_an_update_echoes_the_answer_that_it_is_given(partstat: PartStat, rsvp: bool, word: str, make: Make) -> None:
    (attendee,) = named(make["REQUEST"](partstat=partstat, rsvp=rsvp), "ATTENDEE")
    assert f";PARTSTAT={partstat.value};RSVP={word};" in attendee


def test_a_cancellation_is_a_cancel_and_offers_nothing_to_join(make: Make, entry: Entry) -> None:
    file = make["CANCEL"](replace(entry, sequence=7))
    assert named(file, "METHOD") == ["METHOD:CANCEL"]
    assert named(file, "STATUS") == ["STATUS:CANCELLED"]
    assert named(file, "SEQUENCE") == ["SEQUENCE:7"]
    assert entry.join_url not in value(file, "DESCRIPTION")
    assert entry.manage_url in value(file, "DESCRIPTION")


def test_a_cancelled_entry_never_goes_out_as_a_request(make: Make, entry: Entry) -> None:
    with pytest.raises(ValueError, match="CANCEL"):
        make["REQUEST"](replace(entry, cancelled=True))


@pytest.mark.parametrize("kind", ["PUBLISH", "FEED"])
def test_a_cancelled_entry_stays_in_a_file_as_cancelled_and_silent(kind: str, make: Make, entry: Entry) -> None:
    file = make[kind](replace(entry, cancelled=True))
    assert named(file, "STATUS") == ["STATUS:CANCELLED"]
    assert "BEGIN:VALARM" not in skeleton(file)
    assert "CONFERENCE" not in skeleton(file)


def test_a_publication_without_an_organiser_names_nobody(entry: Entry) -> None:
    file = build_publication(entries=[entry])
    assert named(file, "ORGANIZER") == named(file, "ATTENDEE") == []


def test_a_publication_and_a_feed_keep_the_order_of_their_entries(entry: Entry) -> None:
    entries = [replace(entry, uid=f"{number}@x.example") for number in (3, 1, 2)]
    feed = build_feed(name="All", url="https://x.example/all.ics", entries=entries)
    for file in (build_publication(entries=entries), feed):
        assert named(file, "UID") == ["UID:3@x.example", "UID:1@x.example", "UID:2@x.example"]


def test_a_feed_says_its_name_its_source_and_when_to_come_back(make: Make) -> None:
    file = make["FEED"](name="Careers events, all")
    assert unfolded(file)[4:9] == [
        "NAME:Careers events\\, all",
        "X-WR-CALNAME:Careers events\\, all",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "SOURCE;VALUE=URI:https://careers.example.org/events/calendar.ics",
    ]


def test_the_description_says_when_in_words_and_puts_each_link_on_its_own_line(make: Make, entry: Entry) -> None:
    lines = value(make["REQUEST"](), "DESCRIPTION").split("\n")
    assert lines[0] == "Monday 8 March 2027, 18:00 to 19:30 (London time)"
    assert lines[2:4] == entry.content.summary.split("\n")
    assert entry.join_url in lines
    assert entry.manage_url in lines


@pytest.mark.parametrize(("online", "join_url"), [(False, "https://careers.example.org/join/7Jc2hQ/"), (True, "")])
def test_only_an_online_entry_with_a_join_page_offers_one(
    online: bool, join_url: str, make: Make, entry: Entry
) -> None:
    file = make["REQUEST"](replace(entry, join_url=join_url, content=replace(entry.content, online=online)))
    assert named(file, "CONFERENCE") == []
    assert "Join page" not in value(file, "DESCRIPTION")


def test_the_join_page_is_a_conference_of_sound_and_picture(make: Make) -> None:
    # icalendar's own Conference writes FEATURE="AUDIO,VIDEO", one feature of that name.
    assert named(make["REQUEST"](), "CONFERENCE") == [
        'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="Join page":https://careers.example.org/join/7Jc2hQ/'
    ]


@pytest.mark.parametrize("kind", ["REQUEST", "PUBLISH"])
def test_one_alarm_rings_a_quarter_of_an_hour_before(kind: str, make: Make) -> None:
    lines = unfolded(make[kind]())
    start = lines.index("BEGIN:VALARM")
    assert lines[start : lines.index("END:VALARM")] == [
        "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Women in policing: meet the team", "TRIGGER:-PT15M",
    ]  # fmt: skip
