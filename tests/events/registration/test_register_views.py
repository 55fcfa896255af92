"""The registration form as a browser meets it: what it takes, what it refuses in which words, what it never tells."""

import html
import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from events.outbox.models import Message
from events.registration.models import Registration
from events.schedule.rules import EventKind

pytestmark = pytest.mark.django_db
URL = "/events/women-on-the-front-line/register/"
GOOD = {"name": "Amara", "email": "amara@example.org", "consent": "on"}


@pytest.fixture(autouse=True)
def frozen(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def send(client, **changes):
    data = {k: v for k, v in (GOOD | {"submission": str(uuid.uuid4())} | changes).items() if v is not None}
    return client.post(URL, data)


def text(response):
    return html.unescape(response.content.decode())


def test_a_good_form_is_answered_with_see_other_and_a_page_that_says_what_happens_next(client, publish):
    publish()

    response = send(client)

    assert (response.status_code, response.url) == (303, URL + "done/")
    page = client.get(response.url)
    assert page.status_code == 200
    assert "amara@example.org" in text(page)
    assert "Check your email" in text(page)


def test_the_page_says_the_same_to_a_new_a_known_and_a_waiting_person(publish, sign_up):
    """Law 6: the mail tells the rest."""
    event = publish(capacity=1)
    sign_up(event, "known")
    pages = []
    for address in ("known@example.org", "newcomer@example.org"):
        client = Client()
        response = send(client, email=address)
        page = text(client.get(response.url)).replace(address, "")
        # Each form has a code of its own, whatever became of it.
        page, codes = re.subn(r'class="code">[0-9A-Z]{4}-[0-9A-Z]{4}<', "", page)
        assert codes == 1
        pages.append((response.status_code, page))

    assert pages[0] == pages[1]


def test_the_address_is_shown_to_the_browser_that_typed_it_and_to_no_other(client, publish):
    publish()
    send(client)

    assert "amara@example.org" not in text(Client().get(URL + "done/"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "Enter your name."),
        ({"name": None}, "Enter your name."),
        ({"name": "   "}, "Enter your name."),
        ({"name": "x" * 5000}, "Enter a name of 200 characters or fewer. Yours has 5000."),
        ({"name": "\x00\x07\x1b"}, "Enter your name."),
        ({"name": "\u200b\u2060"}, "Enter your name."),
        ({"email": ""}, "Enter your email address."),
        ({"email": '"a,b"@example.org'}, "Enter an email address like name@example.org."),
        ({"email": "amara"}, "Enter an email address like name@example.org."),
        ({"email": "amara@"}, "Enter an email address like name@example.org."),
        ({"email": "a@b@example.org"}, "Enter an email address like name@example.org."),
        ({"email": "amara@example.org\r\nBcc: all@example.org"}, "Enter an email address like name@example.org."),
        ({"email": "amara@example.org, b@example.org"}, "Enter an email address like name@example.org."),
        ({"email": "ämara@example.org"}, "Enter an email address like name@example.org."),
        ({"email": f"{'a' * 250}@example.org"}, "Enter an email address of 254 characters or fewer."),
        ({"consent": None}, "Tick the box to agree. We cannot register you without it."),
        ({"access_needs": "x" * 1001}, "Enter 1,000 characters or fewer. Yours has 1001."),
    ],
)
def test_a_wrong_value_is_refused_beside_its_field_and_what_was_typed_is_kept(client, publish, changes, message):
    publish()

    response = send(client, **changes)

    page = text(response)
    assert response.status_code == 422
    assert page.count(message) >= 2, "in the summary and beside the field"
    assert "There is a problem" in page
    assert "<title>Error: " in page
    if "email" not in changes:
        assert 'value="amara@example.org"' in page
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoë Nguyễn", "Zoë Nguyễn"),
        ("王小明", "王小明"),
        ("عائشة", "عائشة"),
        ("Aмара 🐎", "Aмара 🐎"),
        ("  Amara \t Okafor ", "Amara Okafor"),
        ("Am\x00ara\x0b\x7f", "Amara"),
        ("Amara\r\nBcc: all@example.org", "Amara Bcc: all@example.org"),
        ("\u202eevil", "evil"),
        ('O\'Brien "Bee" <b>, Dr.', 'O\'Brien "Bee" <b>, Dr.'),
    ],
)
def test_names_in_any_script_are_kept_and_control_characters_are_not(client, publish, typed, kept):
    publish()

    assert send(client, name=typed).status_code == 303

    assert Registration.objects.get().name == kept


@pytest.mark.parametrize("address", ["amara+iwd@example.org", "a.b-c_d@sub.example.co.uk", "amara@bücher.example"])
def test_unusual_addresses_are_taken(client, publish, address):
    publish()

    assert send(client, email=address).status_code == 303
    assert Registration.objects.get().email == address


def test_markup_in_a_name_is_shown_as_text(client, publish):
    publish()

    page = send(client, name="<script>alert(1)</script>", consent=None).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_reload_of_the_same_form_is_one_registration_and_one_mail(client, publish):
    publish()
    submission = str(uuid.uuid4())

    assert [send(client, submission=submission).status_code for _ in range(3)] == [303, 303, 303]
    assert Registration.objects.count() == 1
    assert Message.objects.exclude(kind="reminder").count() == 1


@pytest.mark.parametrize("submission", ["", "not-a-number", "x" * 5000, None])
def test_a_broken_form_number_loses_nobody(client, publish, submission):
    publish()

    assert send(client, submission=submission).status_code == 303
    assert Registration.objects.count() == 1


@pytest.mark.parametrize("path", ["/events/%00/register/", "/events/x%00/event.ics", "/events/?to_date=9999-12-31"])
def test_no_address_that_anybody_can_type_breaks_a_page(client, publish, site, path):
    publish()

    assert client.get(path).status_code in {200, 404}


def test_a_robot_that_fills_the_hidden_field_is_thanked_and_not_registered(client, publish):
    publish()

    response = send(client, website="https://spam.example")

    assert response.status_code == 303
    assert not Registration.objects.exists()


def test_too_many_tries_from_one_network_are_told_to_wait(client, publish):
    publish()
    limit = settings.REGISTRATIONS_PER_ADDRESS_OF_NETWORK

    answers = [send(client, email=f"p{n}@example.org").status_code for n in range(limit + 1)]

    assert set(answers[:limit]) == {303}
    assert answers[limit] == 429


def test_a_full_event_says_so_before_anybody_types(client, publish, sign_up):
    sign_up(publish(capacity=1), "amara")

    page = text(client.get(URL))

    assert "waiting list" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"is_cancelled": True, "cancellation_note": "The hall has flooded."}, "The hall has flooded."),
        ({"opens_at": "tomorrow"}, "opens"),
        ({"closes_at": "yesterday"}, "closed"),
    ],
)
def test_what_is_not_open_says_why_and_takes_nothing(client, publish, now, state, words):
    days = {"tomorrow": now + timedelta(days=1), "yesterday": now - timedelta(days=1)}
    publish(**{k: days.get(v, v) if isinstance(v, str) else v for k, v in state.items()})

    page, refused = client.get(URL), send(client)

    assert (page.status_code, refused.status_code) == (200, 422)
    assert words in text(page)
    assert not Registration.objects.exists()


def test_a_past_event_and_an_external_one_take_nothing(client, publish, frozen, now):
    publish()
    frozen.move_to(now + timedelta(days=60))
    assert send(client).status_code == 422

    frozen.move_to(now)
    publish(kind=EventKind.EXTERNAL)
    assert send(client).status_code == 422
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "url", ["/events/nothing-here/register/", "/events/nothing-here/register/done/", "/events/x/event.ics"]
)
def test_an_event_that_is_not_there_is_a_404_that_helps(client, publish, url):
    publish()

    response = client.get(url)

    assert response.status_code == 404
    assert "/events/" in text(response)


def test_without_a_csrf_token_nothing_is_taken_and_the_page_says_what_to_do(publish):
    publish()

    response = send(Client(enforce_csrf_checks=True))

    assert response.status_code == 403
    assert not Registration.objects.exists()


def test_form_pages_are_never_cached(client, publish):
    publish()

    assert "no-store" in client.get(URL)["Cache-Control"]


def test_a_choice_of_pool_that_does_not_exist_is_refused(client, publish):
    publish(kind=EventKind.HYBRID, room=3, place="Town Hall")

    assert send(client, pool="balcony").status_code == 422
    assert send(client).status_code == 422
    assert send(client, pool="room").status_code == 303
    assert Registration.objects.get().pool.kind == "room"


@pytest.mark.parametrize("registrations", [1, 3])
def test_a_registration_takes_the_same_number_of_statements_whoever_came_before(
    client, publish, sign_up, registrations, django_assert_num_queries
):
    """The form page and the POST together; the target is 25."""
    event = publish()
    for n in range(registrations):
        sign_up(event, f"person{n}")
    send(client, email="first@example.org")  # from here on the consent wording is known

    with django_assert_num_queries(6):
        client.get(URL)
    with django_assert_num_queries(18):
        send(client)


def test_the_form_may_be_found_by_search_engines_and_what_follows_it_may_not(publish, client):
    publish()
    form = client.get("/events/women-on-the-front-line/register/").content.decode()
    refused = client.post("/events/women-on-the-front-line/register/", {}).content.decode()
    done = client.get("/events/women-on-the-front-line/register/done/").content.decode()

    assert "noindex" not in form
    assert "noindex" in refused
    assert "noindex" in done
