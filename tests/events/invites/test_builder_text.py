"""What no text may break in a calendar file: names, addresses, control characters, folds and injection."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.invites.builder import Entry, mailto, plain_text
from events.invites.rules import Content, Mailbox
from tests.ics_lines import EXPECTED, carets_decoded, named, skeleton, value

Make = dict[str, Callable[..., bytes]]
KINDS = ["REQUEST", "CANCEL", "PUBLISH", "FEED"]


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
