"""Asking for a walk on the public pages: every step, every slip, every trick."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from events.walks.drafts import COOKIE, read_draft
from events.walks.models import Borough, WalkDraft, WalkRequest
from events.walks.sealing import open_box
from events.walks.views import journey
from tests.visitors import text_of

pytestmark = pytest.mark.django_db

ANSWERS = {
    "borough": {"borough": "lambeth"},
    "route": {"area": "From the station past the park"},
    "days": {"day_parts": ["weekday_evening", "weekend_morning"]},
    "worries": {"worries": "The underpass is dark.", "wants_woman": "on", "needs": "Step-free ways"},
    "contact": {
        "name": "Amara",
        "way": "email",
        "email": "amara@example.org",
        "phone": "",
        "safe_time": "evening",
        "is_discreet": "on",
    },
    "check": {"is_adult": "on"},
}


def answers(client, step, **changes):
    return client.post(f"/walk-and-talk/ask/{step}/", ANSWERS[step] | changes)


def answers_all(client, until="check", **changes):
    client.get("/walk-and-talk/ask/")
    for step in list(ANSWERS)[: list(ANSWERS).index(until) + 1]:
        response = answers(client, step, **changes.get(step, {}))
    return response


def persons(walk):
    return open_box(walk.sealed_person, key_id=walk.key_id, about=walk.key)


def test_six_steps_and_one_request(client, lambeth):
    assert client.get("/walk-and-talk/ask/").headers["Location"] == "/walk-and-talk/ask/borough/"
    for step, following in zip(ANSWERS, list(ANSWERS)[1:], strict=False):
        response = answers(client, step)
        assert (response.status_code, response.headers["Location"]) == (303, f"/walk-and-talk/ask/{following}/")
    check = text_of(client.get("/walk-and-talk/ask/check/"))
    assert "From the station past the park" in check and "amara@example.org" in check

    sent = answers(client, "check")

    assert sent.status_code == 303
    assert re.fullmatch(r"/appointments/[^/]+/\?sent", sent.headers["Location"])
    walk = WalkRequest.objects.get()
    assert (walk.borough, walk.state, walk.way, walk.is_discreet, walk.wants_woman) == (
        lambeth, "new", "email", True, True,
    )  # fmt: skip
    assert persons(walk) == {
        "name": "Amara", "way": "email", "address": "amara@example.org", "safe_time_words": "",
    }  # fmt: skip
    assert walk.safe_time == "evening"
    assert open_box(walk.sealed_words, key_id=walk.key_id, about=walk.key) == {
        "area": "From the station past the park", "worries": "The underpass is dark.", "needs": "Step-free ways",
    }  # fmt: skip
    assert not client.cookies[COOKIE].value, "what lay between the steps is out of reach"
    assert "We have your request" in text_of(client.get(sent.headers["Location"]))


def test_a_posters_link_chooses_the_borough_and_is_remembered(client, lambeth):
    first = client.get("/walk-and-talk/ask/?borough=lambeth&from=poster-7").headers["Location"]
    assert first == "/walk-and-talk/ask/borough/?borough=lambeth&from=poster-7"
    assert '<option value="lambeth" selected>' in text_of(client.get(first))
    assert not WalkDraft.objects.exists(), "looking stores nothing"
    client.post(first, ANSWERS["borough"])
    for step in list(ANSWERS)[1:]:
        answers(client, step)
    assert WalkRequest.objects.get().source == "poster-7"


@pytest.mark.parametrize("borough", ["atlantis", "", "lambeth'--", "LAMBETH", "lambeth\x00", "sutton"])
def test_a_borough_that_is_not_one(client, lambeth, borough):
    Borough.objects.create(slug="sutton", name="Sutton", is_open=False)
    client.get("/walk-and-talk/ask/")
    response = answers(client, "borough", borough=borough)
    assert response.status_code == 422
    assert "Choose a borough from the list." in text_of(response)
    if "\x00" not in borough and borough and "'" not in borough:
        assert client.get(f"/walk-and-talk/{borough}/").status_code == 404


def test_later_steps_wait_for_earlier_ones(client, lambeth):
    client.get("/walk-and-talk/ask/")
    assert client.get("/walk-and-talk/ask/contact/").headers["Location"] == "/walk-and-talk/ask/borough/?again"
    assert answers(client, "check").status_code == 410
    answers(client, "borough")
    assert client.get("/walk-and-talk/ask/contact/").headers["Location"] == "/walk-and-talk/ask/route/"
    assert client.get("/walk-and-talk/ask/nothing/").status_code == 404
    assert not WalkRequest.objects.exists()


def test_a_reload_shows_what_was_answered(client, lambeth):
    answers_all(client, until="worries")
    for _ in range(2):
        assert "The underpass is dark." in text_of(client.get("/walk-and-talk/ask/worries/"))


def test_an_answer_is_changed_from_the_last_step_and_leads_back_there(client, lambeth):
    answers_all(client, until="contact")
    response = client.post("/walk-and-talk/ask/route/?check", {"area": "Another way"})
    assert response.headers["Location"] == "/walk-and-talk/ask/check/"
    assert "Another way" in text_of(client.get("/walk-and-talk/ask/check/"))


@pytest.mark.parametrize(
    ("step", "changes", "says"),
    [
        ("route", {"area": ""}, "Write which area or route"),
        ("route", {"area": "\u200b\u2060 "}, "Write which area or route"),
        ("route", {"area": "x" * 501}, "Write 500 characters or fewer. Yours has 501."),
        ("route", {"area": "Call my sister on 07700 900123"}, "Take the phone number out"),
        ("route", {"area": "She is +44 (0)20 7946 0018, flat 2"}, "Take the phone number out"),
        ("days", {"day_parts": []}, "Choose at least one time"),
        ("days", {"day_parts": ["midnight"]}, "Choose from the times in the list"),
        ("worries", {"worries": "x" * 100_000}, "Write 1000 characters or fewer. Yours has 100000."),
        ("worries", {"worries": "Ask him: 07700900123"}, "Take the phone number out"),
        ("worries", {"needs": "My carer has 020 7946 0018"}, "Take the phone number out"),
        ("contact", {"name": ""}, "Enter a name, any name."),
        ("contact", {"name": "x" * 101}, "Enter a name of 100 characters or fewer"),
        ("contact", {"way": "pigeon"}, "Choose one of the ways"),
        ("contact", {"email": ""}, "Enter your email address."),
        ("contact", {"email": "amara@"}, "like name@example.org"),
        ("contact", {"email": "amara@example.org\nBcc: x@example.org"}, "like name@example.org"),
        ("contact", {"way": "phone", "phone": "12"}, "Enter a phone number"),
        ("contact", {"way": "phone", "phone": "call me"}, "Enter a phone number"),
        ("contact", {"way": "text", "phone": ""}, "Enter a phone number"),
        ("contact", {"safe_time": "own_words"}, "Write when it is safe"),
        ("contact", {"safe_time": "own_words", "safe_time_words": "x" * 201}, "Write 200 characters or fewer"),
        ("check", {"is_adult": ""}, "for women of 18 or over"),
    ],
)
def test_a_slip_is_named_and_nothing_is_lost(client, lambeth, step, changes, says):
    response = answers_all(client, until=step, **{step: changes})
    assert response.status_code == 422
    assert says in text_of(response)
    assert "There is a problem" in text_of(response)
    assert not WalkRequest.objects.exists()


@pytest.mark.parametrize(
    "harmless",
    [
        "Bus 159 and N155, stop B",
        "from 18:00-19:30",
        "on 2027-03-08 and 9/3/2027",
        "SW9 8HE, house 12 to 20",
        "999",
        "postcode SE15 5DQ to 10 Rye Lane 120 122 124",
    ],
)
def test_times_dates_and_bus_lines_are_no_phone_numbers(client, lambeth, harmless):
    assert answers_all(client, until="route", route={"area": harmless}).status_code == 303


def test_markup_and_control_characters_stay_words(client, lambeth):
    answers_all(
        client, until="contact", worries={"worries": "<script>alert(1)</script>\x00\x1b[31m\u202eright\nnew line"}
    )
    check = client.get("/walk-and-talk/ask/check/").content.decode()
    assert "<script>alert" not in check and "&lt;script&gt;" in check
    answers(client, "check")
    walk = WalkRequest.objects.get()
    worries = open_box(walk.sealed_words, key_id=walk.key_id, about=walk.key)["worries"]
    assert worries == "<script>alert(1)</script>[31mright\nnew line"


@pytest.mark.parametrize("typed", ["07700 900123", "+44 7700 900 123", "0044 7700 900123", "(07700) 900-123"])
def test_a_phone_number_is_kept_as_it_is_dialled(client, lambeth, typed):
    answers_all(client, contact={"way": "phone", "phone": typed, "email": "left@example.org"})
    assert persons(WalkRequest.objects.get())["address"] == "+447700900123", (
        "and the address of the other way is not kept"
    )


def test_the_same_form_sent_five_times_is_one_request_and_one_page(client, lambeth):
    answers_all(client, until="contact")
    cookie = client.cookies[COOKIE].value
    pages = set()
    for _ in range(5):  # a browser that is clicked again sends what it has: the answer has not come yet
        client.cookies[COOKIE] = cookie
        sent = answers(client, "check")
        assert sent.status_code == 303
        pages.add(sent.headers["Location"])
    assert WalkRequest.objects.count() == len(pages) == 1
    box = read_draft(cookie, now=timezone.now())
    assert list(box.answers) == ["sent"], "the answers themselves are gone"
    client.cookies[COOKIE] = cookie
    assert client.get("/walk-and-talk/ask/route/").headers["Location"].endswith("/borough/?again")


def test_a_browser_that_keeps_no_cookies_is_told(client, lambeth):
    for step in ("borough", "route"):
        client.cookies.clear()
        response = answers(client, step)
    assert response.status_code == 410
    client.cookies.clear()
    page = text_of(client.get(client.get("/walk-and-talk/ask/route/").headers["Location"]))
    assert "your browser keeps no cookies: call 101" in page
    assert WalkDraft.objects.count() <= 1


def test_a_form_left_open_overnight_still_works_and_after_a_day_it_says_what_became_of_it(client, lambeth, now):
    with time_machine.travel(now, tick=False) as clock:
        answers_all(client, until="days")
        clock.shift(timedelta(hours=14))
        assert answers(client, "worries").status_code == 303
        clock.shift(timedelta(hours=25))
        late = answers(client, "contact")
        assert late.status_code == 410
        assert "Your answers have been deleted" in text_of(late) and "Nothing was sent" in text_of(late)
        assert client.get("/walk-and-talk/ask/contact/").headers["Location"] == "/walk-and-talk/ask/borough/?again"


@pytest.mark.parametrize("cookie", ["", "x", "A" * 64, "é", "A" * 5_000])
def test_a_cookie_that_is_none_of_ours_starts_anew(client, lambeth, cookie):
    client.cookies[COOKIE] = cookie
    assert client.get("/walk-and-talk/ask/route/").headers["Location"] == "/walk-and-talk/ask/borough/?again"


def test_somebody_elses_draft_cannot_be_read_without_her_cookie(client, lambeth):
    answers_all(client, until="contact")
    box = bytes(WalkDraft.objects.get().box)
    assert b"Amara" not in box and b"station" not in box
    client.cookies[COOKIE] = client.cookies[COOKIE].value[:-6] + "AAAAAA"
    assert client.get("/walk-and-talk/ask/contact/").headers["Location"] == "/walk-and-talk/ask/borough/?again"


def test_a_robot_gets_nowhere(client, lambeth):
    answers_all(client, until="contact")
    assert answers(client, "check", website="https://spam.example.org").status_code == 303
    assert not WalkRequest.objects.exists()


def test_one_network_cannot_fill_the_desk(client, lambeth, monkeypatch):
    monkeypatch.setattr(journey, "TRIES", 1)
    assert answers_all(client).status_code == 303
    assert answers_all(client).status_code == 429


def test_a_borough_that_closes_while_she_writes(client, lambeth):
    answers_all(client, until="contact")
    Borough.objects.update(is_open=False)
    assert answers(client, "check").headers["Location"] == "/walk-and-talk/ask/borough/"


def test_without_a_key_nothing_is_taken_in_and_the_page_says_so(client, lambeth, settings):
    settings.WALKS_PUBLIC_KEY = ""
    client.get("/walk-and-talk/ask/")
    response = client.get("/walk-and-talk/ask/borough/")
    assert response.status_code == 503
    assert "Call 101" in text_of(response)


def test_leaving_deletes_the_answers_and_silences_the_browser_for_ten_minutes(client, lambeth):
    answers_all(client, until="contact")
    gone = client.post("/leave/")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/away/")
    led_on = client.get("/away/")
    assert led_on.headers["Refresh"] == "0; url=https://www.bbc.co.uk/weather"
    assert led_on.headers["Referrer-Policy"] == "no-referrer"
    assert not WalkDraft.objects.exists()
    for path in ("/walk-and-talk/ask/", "/walk-and-talk/ask/contact/", "/walk-and-talk/lambeth/"):
        page = client.get(path)
        assert "This page is closed" in text_of(page)
        assert not re.search("walk|police|lambeth", re.sub(r'action="[^"]*"', "", text_of(page)), re.IGNORECASE)
    assert "<button" not in text_of(page) and "form" not in text_of(page), "nothing there opens it again"


def test_no_page_of_the_journey_may_be_stored(client, lambeth):
    answers_all(client, until="contact")
    for path in ("/walk-and-talk/ask/", "/walk-and-talk/ask/check/"):
        headers = client.get(path).headers
        assert "no-store" in headers["Cache-Control"]
    assert client.cookies[COOKIE]["httponly"] and client.cookies[COOKIE]["samesite"] == "Lax"
    assert "/walk" not in client.cookies[COOKIE]["path"], "the cookie's name and path say nothing"
    assert client.get("/leave/").status_code == 405
