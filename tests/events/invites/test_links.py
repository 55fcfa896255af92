"""Links that open a web calendar, read back as a browser would read them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.invites.links import google_link, office_link, outlook_link
from events.invites.rules import Content

PAGE = "https://careers.example.org/events/women-in-policing/?from=mail&lang=en"
EVENING = Content(
    title='Q&A: "Łódź + Zürich" 👮🏽‍♀️ 100%',
    starts_at=datetime(2027, 3, 8, 18, tzinfo=UTC),
    ends_at=datetime(2027, 3, 8, 19, 30, tzinfo=UTC),
    time_zone="Europe/London",
    summary="Come as you are.\nBring a friend; bring two.",
    location="Town hall, 1 High Street\nLondon",
    online=False,
)
WHEN = "Monday 8 March 2027, 18:00 to 19:30 (London time)"
LINKS = [google_link, outlook_link, office_link]
DETAILS = {google_link: "details", outlook_link: "body", office_link: "body"}


def understood(link: str) -> dict[str, str]:
    """The parameters, each of which must be there once."""
    values = parse_qs(urlsplit(link).query, strict_parsing=True, keep_blank_values=True)
    assert all(len(value) == 1 for value in values.values())
    return {name: value for name, (value,) in values.items()}


def test_google_reads_the_times_in_basic_form_without_milliseconds() -> None:
    link = google_link(EVENING, details_url=PAGE)
    assert link.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&text=Q%26A%3A%20")
    assert "&dates=20270308T180000Z/20270308T193000Z&details=" in link
    assert understood(link) == {
        "action": "TEMPLATE",
        "text": EVENING.title,
        "dates": "20270308T180000Z/20270308T193000Z",
        "details": f"{WHEN}\n{PAGE}\n\n{EVENING.summary}",
        "location": EVENING.location,
    }


@pytest.mark.parametrize(("link", "host"), [(outlook_link, "outlook.live.com"), (office_link, "outlook.office.com")])
def test_outlook_reads_the_times_in_extended_form(link: Callable[..., str], host: str) -> None:
    address = link(EVENING, details_url=PAGE)
    assert address.startswith(
        f"https://{host}/calendar/0/action/compose?rru=addevent"
        "&startdt=2027-03-08T18:00:00Z&enddt=2027-03-08T19:30:00Z&subject="
    )
    assert understood(address) == {
        "rru": "addevent",
        "startdt": "2027-03-08T18:00:00Z",
        "enddt": "2027-03-08T19:30:00Z",
        "subject": EVENING.title,
        "body": f"{WHEN}\n{PAGE}\n\n{EVENING.summary}",
        "location": EVENING.location,
    }


@pytest.mark.parametrize("link", LINKS)
def test_a_space_is_percent_20_because_outlook_shows_a_plus(link: Callable[..., str]) -> None:
    address = link(EVENING, details_url=PAGE)
    assert "+" not in address
    assert " " not in address
    assert "%20" in address


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("letter", ["a", "é", "警", "👮"])
def test_a_long_text_is_cut_after_a_whole_character_of_the_details(link: Callable[..., str], letter: str) -> None:
    address = link(replace(EVENING, summary=letter * 5000), details_url=PAGE)
    assert 2000 - 12 < len(address) <= 2000, "no more is cut than has to be"
    read = understood(address)
    details = read[DETAILS[link]]
    assert details.startswith(f"{WHEN}\n{PAGE}\n\n{letter}")
    assert set(details.removeprefix(f"{WHEN}\n{PAGE}\n\n")) == {letter, "…"}
    assert read["location"] == EVENING.location, "only the details give way"


@pytest.mark.parametrize("link", LINKS)
def test_a_title_that_fills_the_link_leaves_the_time_and_the_page_in_it(link: Callable[..., str]) -> None:
    endless = replace(EVENING, title="👮" * 400, location="警" * 400)
    address = link(endless, details_url=PAGE)
    assert len(address) <= 2000
    assert understood(address)[DETAILS[link]] == f"{WHEN}\n{PAGE}"


@pytest.mark.parametrize("link", LINKS)
def test_an_entry_without_a_summary_ends_with_the_page(link: Callable[..., str]) -> None:
    assert understood(link(replace(EVENING, summary=" \n"), details_url=PAGE))[DETAILS[link]] == f"{WHEN}\n{PAGE}"


@given(
    title=st.text(max_size=300),
    summary=st.text(max_size=3000),
    location=st.text(max_size=300),
    link=st.sampled_from(LINKS),
)
def test_no_text_breaks_out_of_its_parameter(title: str, summary: str, location: str, link: Callable[..., str]) -> None:
    content = replace(EVENING, title=title, summary=summary, location=location)
    address = link(content, details_url=PAGE)
    assert len(address) <= 2000
    assert address.isascii()
    assert address.isprintable()
    assert set(understood(address)) == set(understood(link(EVENING, details_url=PAGE)))
