"""The manage page and its links: what a person can do, and that every broken link looks the same."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.queries import LINK_LIFE_AFTER_EVENT
from events.registration.tokens import Purpose, token_of
from events.schedule.rules import EventKind
from events.schedule.services import withdraw_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def amara(publish, sign_up):
    return sign_up(publish(capacity=1), "amara")


PURPOSES = {"join/": Purpose.JOIN, "event.ics": Purpose.CALENDAR, "calendar.ics": Purpose.CALENDAR}


def url(registration, action=""):
    return f"/registrations/{token_of(registration, PURPOSES.get(action, Purpose.MANAGE))}/{action}"


def text(response):
    return html.unescape(response.content.decode())


def test_the_manage_page_shows_what_somebody_registered_for(client, amara):
    page = client.get(url(amara))

    assert page.status_code == 200
    for words in ("Women on the front line", "Monday 8 March 2027", "Amara", "join", "ancel"):
        assert words in text(page)


def test_token_pages_are_private(client, amara):
    for action in ("", "cancel/", "join/"):
        page = client.get(url(amara, action))
        assert page["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page["Cache-Control"]
        assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("action", ["", "cancel/", "join/", "event.ics", "calendar.ics"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client, amara, action, method):
    """Law 5: mail scanners follow every link."""
    before = (Registration.objects.values().get(), Message.objects.count())

    getattr(client, method)(url(amara, action))

    assert (Registration.objects.values().get(), Message.objects.count()) == before


@pytest.mark.parametrize("action", ["details/", "send-again/"])
def test_what_changes_something_cannot_be_opened_by_a_link(client, amara, action):
    assert client.get(url(amara, action)).status_code == 405


def test_cancelling_by_post_and_again(client, amara):
    first, second = client.post(url(amara, "cancel/")), client.post(url(amara, "cancel/"))

    assert (first.status_code, second.status_code) == (303, 303)
    amara.refresh_from_db()
    assert amara.state == "cancelled"
    assert Message.objects.filter(kind="cancellation").count() == 1
    assert client.get(first.url).status_code == 200


def test_our_own_forms_work_with_the_origin_that_browsers_send_from_a_page_without_referrer(amara):
    """`Referrer-Policy: no-referrer` makes the Origin of a form "null"; the token in the address is the authority."""
    browser = Client(enforce_csrf_checks=True)

    response = browser.post(url(amara, "cancel/"), headers={"origin": "null"})

    assert response.status_code == 303
    assert not browser.get(url(amara)).cookies


def test_changing_name_and_needs(client, amara):
    response = client.post(url(amara, "details/"), {"name": "Amara Okafor", "access_needs": "Captions\r\nand BSL"})

    assert response.status_code == 303
    amara.refresh_from_db()
    assert (amara.name, amara.access_needs) == ("Amara Okafor", "Captions\nand BSL")


def test_a_wrong_name_is_refused_in_words(client, amara):
    response = client.post(url(amara, "details/"), {"name": "", "access_needs": "kept"})

    assert response.status_code == 422
    assert "Enter your name." in text(response)
    assert "kept" in text(response)


def test_sending_it_again_is_one_mail_however_often_it_is_clicked(client, amara):
    for _ in range(3):
        assert client.post(url(amara, "send-again/")).status_code == 303
    assert Message.objects.filter(kind="confirmation").count() == 2


def test_sending_it_again_has_an_end(client, amara, frozen, now):
    answers = []
    for minute in range(7):
        frozen.move_to(now + timedelta(minutes=5 * minute))
        answers.append(client.post(url(amara, "send-again/")).status_code)
    assert answers == [303] * 5 + [429] * 2


class TestBrokenLinks:
    """Tampered, revoked, expired, erased or invented: the same plain page."""

    def broken(self, amara, now, frozen):
        good = token_of(amara, Purpose.MANAGE)
        payload, signature = good.split(".")
        yield "invented", "abc"
        yield "no signature", payload
        yield "tampered payload", f"{payload[:-2]}AA.{signature}"
        yield "tampered signature", f"{payload}.{signature[:-2]}AA"
        yield "not base64", "%F0%9F%90%8E." + signature
        yield "very long", "x" * 5000
        amara.token_version = 2
        amara.save()
        yield "revoked", good
        fresh = token_of(amara, Purpose.MANAGE)
        frozen.move_to(amara.event.last_ends_at + LINK_LIFE_AFTER_EVENT)
        yield "expired", fresh

    def test_they_all_get_the_same_page(self, client, amara, now, frozen):
        pages = {}
        for name, token in self.broken(amara, now, frozen):
            for action in ("", "cancel/", "join/", "event.ics", "calendar.ics"):
                response = client.get(f"/registrations/{token}/{action}")
                assert response.status_code == 404, (name, action)
                pages[name, action] = response.content
        assert len(set(pages.values())) == 1

    def test_posting_to_one_changes_nothing(self, client, amara):
        for action in ("cancel/", "details/", "send-again/"):
            assert client.post(f"/registrations/abc.def/{action}", {"name": "x"}).status_code == 404
        assert Registration.objects.get().state == "confirmed"

    def test_a_token_of_another_purpose_is_none(self, client, amara):
        """A calendar is shared, and pasted into services: what stands in it can neither look nor cancel."""
        for purpose, action in (
            (Purpose.JOIN, ""),
            (Purpose.CALENDAR, ""),
            (Purpose.CALENDAR, "join/"),
            (Purpose.JOIN, "event.ics"),
            (Purpose.MANAGE, "calendar.ics"),
        ):
            assert client.get(f"/registrations/{token_of(amara, purpose)}/{action}").status_code == 404
        for purpose in (Purpose.JOIN, Purpose.CALENDAR):
            assert client.post(f"/registrations/{token_of(amara, purpose)}/cancel/").status_code == 404
        assert Registration.objects.get().state == "confirmed"

    def test_no_calendar_entry_holds_a_link_that_can_cancel(self, client, amara):
        manage = token_of(amara, Purpose.MANAGE)
        for action in ("event.ics", "calendar.ics", "join/"):
            body = b"".join(client.get(url(amara, action)).content.split(b"\r\n "))
            assert manage.encode() not in body, action


class TestJoining:
    """The stream's address is shown to somebody who has a place, and to nobody else."""

    STREAM = "https://stream.example.org/front-line"

    def test_somebody_with_a_place(self, client, amara):
        assert self.STREAM in text(client.get(url(amara, "join/")))

    def test_somebody_who_waits(self, client, amara, sign_up):
        bronwen = sign_up(amara.event, "bronwen")
        assert self.STREAM not in text(client.get(url(bronwen, "join/")))

    def test_somebody_who_left(self, client, amara):
        client.post(url(amara, "cancel/"))
        assert self.STREAM not in text(client.get(url(amara, "join/")))

    def test_an_event_that_is_off(self, client, amara, now):
        withdraw_event(key=amara.event.key, now=now)
        assert self.STREAM not in text(client.get(url(amara, "join/")))

    def test_somebody_in_the_room(self, client, publish, sign_up):
        event = publish(kind=EventKind.HYBRID, room=2, place="Town Hall")
        assert self.STREAM not in text(client.get(url(sign_up(event, "chioma", pool="room"), "join/")))

    def test_after_the_end(self, client, amara, frozen):
        frozen.move_to(amara.event.last_ends_at + timedelta(minutes=1))
        assert self.STREAM not in text(client.get(url(amara, "join/")))

    def test_no_public_page_or_feed_names_it(self, client, amara):
        for path in (
            "/events/calendar.ics",
            "/events/women-on-the-front-line/event.ics",
            "/events/women-on-the-front-line/register/",
        ):
            assert self.STREAM not in text(Client().get(path))


def test_the_manage_page_takes_a_fixed_number_of_statements(client, amara, django_assert_num_queries):
    client.get(url(amara))
    with django_assert_num_queries(6):
        client.get(url(amara))
