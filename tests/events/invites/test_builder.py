"""Calendar files, byte by byte: what the policy asks for, and what no text may break."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.invites.builder import PRODID, Entry, build_feed, build_publication, mailto, plain_text
from events.invites.rules import Content, Mailbox, PartStat

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


def unfolded(file: bytes) -> list[str]:
    """The content lines, taken apart by RFC 5545 section 3.1 and nothing of icalendar's."""
    return file.decode().removesuffix("\r\n").replace("\r\n ", "").split("\r\n")


def named(file: bytes, name: str) -> list[str]:
    """The lines of that property, alarm included."""
    return [line for line in unfolded(file) if re.split("[:;]", line, maxsplit=1)[0] == name]


def value(file: bytes, name: str) -> str:
    """The one text value of that property, unescaped."""
    (line, *_) = named(file, name)
    escapes = {"\\n": "\n", "\\N": "\n"}
    raw = line.split(":", maxsplit=1)[1]
    return re.sub(r"\\(.)", lambda escape: escapes.get(escape[0], escape[1]), raw, flags=re.DOTALL)


def carets_decoded(parameter: str) -> str:
    """The value of a parameter (RFC 6868 section 3.2)."""
    carets = {"^^": "^", "^'": '"', "^n": "\n"}
    return re.sub(r"\^[\^'n]", lambda caret: carets[caret[0]], parameter)


def skeleton(file: bytes) -> list[str]:
    """The names of all lines in order, with BEGIN and END in full."""
    return [
        line if line.startswith(("BEGIN:", "END:")) else re.split("[:;]", line, maxsplit=1)[0]
        for line in unfolded(file)
    ]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_reviewed_files_are_what_is_built(
    name: str, examples: dict[str, bytes], golden: Callable[[str, bytes], bytes]
) -> None:
    assert examples[name] == golden(name, examples[name])


def test_every_reviewed_file_has_its_example(examples: dict[str, bytes]) -> None:
    folder = Path(__file__).parents[2] / "golden" / "invites"
    assert sorted(examples) == sorted(EXAMPLES) == sorted(path.stem for path in folder.glob("*.ics"))


VEVENT = [
    "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "STATUS", "TRANSP", "CLASS",
    "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL",
]  # fmt: skip
VALARM = ["BEGIN:VALARM", "ACTION", "DESCRIPTION", "TRIGGER", "END:VALARM"]
EXPECTED = {
    "REQUEST": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN:VEVENT", *VEVENT,
        "ORGANIZER", "ATTENDEE", "CONFERENCE", "X-MICROSOFT-DISALLOW-COUNTER", *VALARM,
        "END:VEVENT", "END:VCALENDAR",
    ],
    "CANCEL": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN:VEVENT", *VEVENT,
        "ORGANIZER", "ATTENDEE", "END:VEVENT", "END:VCALENDAR",
    ],
    "PUBLISH": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN:VEVENT", *VEVENT,
        "ORGANIZER", "CONFERENCE", *VALARM, "END:VEVENT", "END:VCALENDAR",
    ],
    "FEED": [
        "BEGIN:VCALENDAR", "VERSION", "PRODID", "CALSCALE",
        "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "SOURCE",
        "BEGIN:VEVENT", *VEVENT, "CONFERENCE", "END:VEVENT", "END:VCALENDAR",
    ],
}  # fmt: skip


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


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Alice", '"Alice"'),
        ("Okafor, Alice", '"Okafor, Alice"'),
        ("Alice; DCI: retired", '"Alice; DCI: retired"'),
        ('Alice "Al" Okafor', "\"Alice ^'Al^' Okafor\""),
        ("Alice ^n Okafor", '"Alice ^^n Okafor"'),
        ("O’Brien 警察 👮🏽‍♀️", '"O’Brien 警察 👮🏽‍♀️"'),
        ("Alice\\", '"Alice\\"'),
        ("Alice\r\nATTENDEE:mailto:eve@example.com", '"Alice ATTENDEE:mailto:eve@example.com"'),
        ("Alice\tB\x00\x0b\x0c\x1b\x7f\x85C", '"Alice B C"'),
        (" \r\n ", '"alice@example.com"'),
        ("", '"alice@example.com"'),
    ],
)
def test_a_name_is_quoted_and_caret_encoded(name: str, written: str, make: Make) -> None:
    """RFC 5545 section 3.2 and RFC 6868."""
    file = make["REQUEST"](attendee=Mailbox(name=name, email="alice@example.com"))
    (attendee,) = named(file, "ATTENDEE")
    assert attendee.partition(";CN=")[2] == f"{written}:mailto:alice@example.com"


@pytest.mark.parametrize(
    ("email", "uri"),
    [
        ("alice@example.com", "mailto:alice@example.com"),
        ("Alice.O'Brien+events_1-2@Example.COM", "mailto:Alice.O'Brien+events_1-2@Example.COM"),
        ("alice@bücher.example", "mailto:alice@xn--bcher-kva.example"),
        ("alice@例え.テスト", "mailto:alice@xn--r8jz45g.xn--zckzah"),
        ("zoë@example.com", "mailto:zo%C3%AB@example.com"),
        ("a&b=c?d%e/f#g@example.com", "mailto:a%26b%3Dc%3Fd%25e%2Ff%23g@example.com"),
        ('"a@b, c"@example.com', "mailto:%22a%40b%2C%20c%22@example.com"),
        (
            "alice@example.com\r\nATTENDEE:mailto:eve@example.com",
            "mailto:alice%40example.com%20ATTENDEE%3Amailto%3Aeve@example.com",
        ),
        ("alice@é..example", "mailto:alice@%C3%A9..example"),
        ("nobody", "mailto:nobody"),
    ],
)  # fmt: skip
def test_an_address_is_a_mailto_uri_with_an_ascii_domain(email: str, uri: str) -> None:
    """RFC 6068 section 2."""
    assert mailto(email) == uri


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://x.example/a/?b=1&c=2,3;4#d", "https://x.example/a/?b=1&c=2,3;4#d"),
        ("https://x.example/a%20b/~me/", "https://x.example/a%20b/~me/"),
        ('https://x.example/café/ b"<>\\', "https://x.example/caf%C3%A9/%20b%22%3C%3E%5C"),
        (" https://x.example/\r\nX:y\x00 ", "https://x.example/%20X:y"),
    ],
)
def test_an_address_of_a_page_is_a_uri_and_nothing_else(address: str, written: str, make: Make, entry: Entry) -> None:
    """RFC 3986 section 2."""
    file = make["REQUEST"](replace(entry, page_url=address, join_url=address, manage_url=address))
    assert named(file, "URL") == [f"URL:{written}"]
    assert named(file, "CONFERENCE")[0].endswith(f'"Join page":{written}')
    assert value(file, "DESCRIPTION").split("\n").count(written) == 2
    assert named(make["FEED"](url=address), "SOURCE") == [f"SOURCE;VALUE=URI:{written}"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\r\nb\rc\nd\u0085e\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"),
        ("a\tb", "a b"),
        ("a\x00\x07\x0b\x0c\x1b\x7f\x80\x9fb", "ab"),
        ("a\ud800b", "ab"),
        ("Łódź 警察 👮🏽‍♀️ \u200f", "Łódź 警察 👮🏽‍♀️ \u200f"),
    ],
)
def test_plain_text_has_newlines_and_no_other_control_character(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize("text", ["C:\\New", "\\N", "\\n", "\\\\n", "a;b,c\\;d", 'say "hi": 50% ^n', "\\"])
def test_a_backslash_in_a_text_is_only_a_backslash(text: str, make: Make, entry: Entry) -> None:
    # icalendar's own vText makes a line break of the two characters \N.
    file = make["REQUEST"](replace(entry, content=replace(entry.content, title=text)))
    assert value(file, "SUMMARY") == text
    assert value(icalendar_own(text), "SUMMARY") == text or "\\N" in text


def icalendar_own(title: str) -> bytes:
    """What icalendar writes by itself."""
    event = icalendar.Event()
    event.add("summary", title)
    return event.to_ical()


INJECTION = "x\r\nATTENDEE:mailto:eve@example.com\r\nEND:VEVENT\nBEGIN:VEVENT\rX:\u2028Y:\x85Z:\x0b:"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", ["uid", "page_url", "join_url", "manage_url", "title", "summary", "location"])
def test_no_field_of_an_entry_adds_a_line(field: str, kind: str, make: Make, entry: Entry) -> None:
    if hasattr(entry, field):
        poisoned = replace(entry, **{field: INJECTION})
    else:
        poisoned = replace(entry, content=replace(entry.content, **{field: INJECTION}))
    assert skeleton(make[kind](poisoned)) == EXPECTED[kind]


@pytest.mark.parametrize("kind", ["REQUEST", "CANCEL"])
@pytest.mark.parametrize("person", ["organiser", "attendee"])
def test_no_person_adds_a_line(person: str, kind: str, make: Make) -> None:
    for mailbox in (Mailbox(name=INJECTION, email="a@example.com"), Mailbox(name="A", email=INJECTION)):
        assert skeleton(make[kind](**{person: mailbox})) == EXPECTED[kind]


@pytest.mark.parametrize("field", ["name", "url"])
def test_no_field_of_a_feed_adds_a_line(field: str, make: Make) -> None:
    assert skeleton(make["FEED"](**{field: INJECTION})) == EXPECTED["FEED"]


def test_a_fold_never_splits_a_character(make: Make, entry: Entry) -> None:
    # Shifted octet by octet, so that a fold would fall on each octet of the four.
    for shift in range(8):
        content = replace(entry.content, title="a" * shift + "👮" * 60)
        for line in make["REQUEST"](replace(entry, content=content)).split(b"\r\n"):
            assert len(line) <= 75
            line.decode()


texts = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.characters(exclude_categories=()),
        st.sampled_from("\r\n\t\x00\x0b\x0c\x1f\x7f\x85\u2028\\\";:,^'nN %@="),
    ),
    max_size=120,
)
instants = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Any evening."""
    starts_at = draw(instants)
    return Content(
        title=draw(texts),
        starts_at=starts_at,
        ends_at=starts_at + draw(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=2))),
        time_zone=draw(st.sampled_from(["Europe/London", "Asia/Kolkata", "America/New_York", "UTC"])),
        summary=draw(texts),
        location=draw(texts),
        online=draw(st.booleans()),
    )


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any entry."""
    return Entry(
        uid=draw(texts),
        sequence=draw(st.integers(min_value=0, max_value=2**31 - 1)),
        stamp=draw(instants),
        created_at=draw(instants),
        content=draw(contents()),
        page_url=draw(texts),
        join_url=draw(texts),
        manage_url=draw(texts),
    )


mailboxes = st.builds(Mailbox, name=texts, email=texts)


def expected_skeleton(kind: str, entry: Entry) -> list[str]:
    """The properties of the kind, less those that have nothing to say."""
    joinable = entry.content.online and entry.join_url and kind != "CANCEL"
    absent = {
        name
        for name, there in {
            "CONFERENCE": joinable, "LOCATION": plain_text(entry.content.location), "URL": entry.page_url,
        }.items()
        if not there
    }  # fmt: skip
    return [name for name in EXPECTED[kind] if name not in absent]


@settings(max_examples=200, deadline=None)
@given(data=st.data(), entry=entries(), kind=st.sampled_from(KINDS))
def test_no_text_breaks_the_structure_and_every_text_survives(
    data: st.DataObject, entry: Entry, kind: str, make: Make
) -> None:
    people: dict[str, Any] = {}
    if kind in ("REQUEST", "CANCEL"):
        people["attendee"] = data.draw(mailboxes)
    if kind != "FEED":
        people["organiser"] = data.draw(mailboxes)
    file = make[kind](entry, **people)

    assert file.endswith(b"END:VCALENDAR\r\n")
    assert b"\r" not in file.replace(b"\r\n", b"")
    assert b"\n" not in file.replace(b"\r\n", b"")
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        assert not re.search("[\x00-\x1f\x7f-\x9f]", line.decode())
    assert skeleton(file) == expected_skeleton(kind, entry)

    (calendar,) = icalendar.Calendar.from_ical(file, multiple=True)
    (event,) = calendar.walk("VEVENT")
    single = plain_text(entry.content.title).replace("\n", " ")
    assert value(file, "SUMMARY") == single
    assert str(event["SUMMARY"]) == single
    assert plain_text(entry.content.summary).strip() in value(file, "DESCRIPTION")
    if plain_text(entry.content.location):
        assert value(file, "LOCATION") == plain_text(entry.content.location)
    assert event["DTSTART"].dt == entry.content.starts_at
    assert event["DTEND"].dt == entry.content.ends_at.replace(microsecond=0)
    for role, name in (("attendee", "ATTENDEE"), ("organiser", "ORGANIZER")):
        if role in people:
            (line,) = named(file, name)
            quoted = re.search(';CN="([^"]*)"', line)
            assert quoted is not None
            wanted = plain_text(people[role].name).replace("\n", " ").strip()
            assert carets_decoded(quoted[1]) == (wanted or plain_text(people[role].email).replace("\n", " "))
            assert line.isascii() or re.sub('"[^"]*"', "", line).isascii()
