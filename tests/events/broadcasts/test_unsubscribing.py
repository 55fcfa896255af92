"""No more news by the link in a mail: with one click of a mail program, with a button, and never by looking."""

import re

import pytest
from django.test import Client

from events.broadcasts.rules import Purpose
from events.broadcasts.services import subscribe_again, unsubscribe
from events.broadcasts.tokens import read_unsubscribe_token, unsubscribe_token, unsubscribe_url
from events.outbox.models import Message, Suppression
from events.outbox.rules import MessageState, Scope
from events.outbox.services import suppress
from events.registration.models import Registration
from events.registration.services import change_address
from events.registration.tokens import Purpose as LinkPurpose
from events.registration.tokens import token_of

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def strict():
    """Return a client that is refused wherever a CSRF token is asked for."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def mail(write, send, people):
    """Return the news that Amara has got."""
    broadcast = send(write(purpose=Purpose.NEWS))
    return Message.objects.get(broadcast=broadcast, registration=people[0])


@pytest.fixture
def url(mail, settings):
    return unsubscribe_url(mail.key, "en").removeprefix(settings.BASE_URL)


def suppressed():
    return sorted(Suppression.objects.values_list("email_key", "scope"))


AMARA_NEWS = [("amara@example.org", "news")]


class TestOneClick:
    def test_it_unsubscribes_without_cookie_token_or_redirect(self, strict, url):
        for _ in range(2):
            response = strict.post(url, ONE_CLICK)
            assert (response.status_code, response.cookies, response.content) == (200, {}, b"")
        assert suppressed() == AMARA_NEWS

    def test_it_may_come_url_encoded(self, strict, url):
        body = "List-Unsubscribe=One-Click"
        response = strict.post(url, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200
        assert suppressed() == AMARA_NEWS

    def test_what_came_before_is_still_sent_and_news_is_not(
        self, strict, url, write, send, people, sign_up, publish, deliverer, smtp_sink
    ):
        strict.post(url, ONE_CLICK)
        Message.objects.all().delete()
        send(write(purpose=Purpose.NEWS, subject="News"))
        send(write(purpose=Purpose.EVENT, subject="About the event"))
        sign_up(publish(key="99999999-9999-4999-8999-999999999999", slug="another"), "amara")
        while deliverer.deliver_batch():
            pass

        got = [m.parsed["Subject"] for m in smtp_sink.messages if "amara@example.org" in m.recipients]
        assert "About the event" in got
        assert any(subject.startswith("Your place") for subject in got), got
        assert "News" not in got
        left_out = Message.objects.get(kind="broadcast_news", registration=people[0])
        assert left_out.state == MessageState.SKIPPED


class TestThePage:
    def test_looking_changes_nothing_whoever_looks(self, client, url):
        for method in (client.get, client.head, client.get):
            response = method(url, headers={"List-Unsubscribe": "One-Click"})
            assert response.status_code == 200
        client.get(url + "?List-Unsubscribe=One-Click")
        assert suppressed() == []

    def test_the_button_and_back_again(self, strict, url):
        page = strict.get(url).content.decode()
        assert "Do you want no more news from us?" in page
        name, value = re.search(r'name="(unsubscribe)" value="(\w+)"', page).groups()
        for _ in range(2):
            answer = strict.post(url, {name: value})
            assert (answer.status_code, answer.url) == (303, url)
        assert suppressed() == AMARA_NEWS

        page = strict.get(url).content.decode()
        assert "You get no more news from us" in page
        name, value = re.search(r'name="(subscribe)" value="(\w+)"', page).groups()
        for _ in range(2):
            assert strict.post(url, {name: value}).status_code == 303
        assert suppressed() == []
        assert "Do you want no more news" in strict.get(url).content.decode()

    def test_it_is_kept_by_nobody_and_leads_nowhere(self, client, url):
        response = client.get(url)
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex"
        assert "amara" not in response.content.decode().lower(), "whoever has the link need not learn whose it is"

    def test_it_is_in_the_language_of_the_mail(self, client, mail, settings):
        address = unsubscribe_url(mail.key, "fr").removeprefix(settings.BASE_URL)
        assert address.startswith("/fr/unsubscribe/")
        page = client.get(address).content.decode()
        assert "Ne voulez-vous plus de nos nouvelles" in page
        client.post(address, {"unsubscribe": "yes"})
        assert "Recevoir à nouveau nos nouvelles" in client.get(address).content.decode()

    def test_the_page_costs_the_same_few_statements(self, client, url, django_assert_max_num_queries):
        client.get(url)
        with django_assert_max_num_queries(10):
            client.get(url)

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_do_nothing(self, client, url, method):
        assert getattr(client, method)(url).status_code == 405
        assert suppressed() == []


class TestTheLink:
    def test_it_does_one_thing_and_is_signed_for_it(self, client, mail, people, url):
        token = unsubscribe_token(mail.key)
        assert read_unsubscribe_token(token) == mail.key
        assert client.get(f"/registrations/{token}/").status_code == 404
        for purpose in LinkPurpose:
            other = token_of(people[0], purpose)
            assert read_unsubscribe_token(other) is None
            assert client.post(f"/unsubscribe/{other}/", ONE_CLICK).status_code == 404
        assert suppressed() == []

    @pytest.mark.parametrize("token", ["x", "a.b", "....", "é", "A" * 500, "VVVVVVVVRVWFVVVVVVVVVQ.wrong"])
    def test_any_other_is_a_plain_page_that_says_what_to_do(self, client, token):
        for response in (client.get(f"/unsubscribe/{token}/"), client.post(f"/unsubscribe/{token}/", ONE_CLICK)):
            assert response.status_code == 404
            assert "This link does not work" in response.content.decode()
        assert suppressed() == []

    def test_the_mail_about_an_event_has_no_such_link(self, client, write, send, people):
        about = Message.objects.filter(broadcast=send(write())).first()
        assert client.post(f"/unsubscribe/{unsubscribe_token(about.key)}/", ONE_CLICK).status_code == 404
        assert suppressed() == []

    def test_after_the_registration_moved_the_old_mail_unsubscribes_the_old_address(self, client, mail, people, now):
        Message.objects.filter(pk=mail.pk).update(
            state="accepted", settled_at=now, handed_off_at=now, claimed_by=None, lease_until=None
        )
        change_address(registration_id=people[0].pk, email="amara@new.example.org", now=now)
        client.post(f"/unsubscribe/{unsubscribe_token(mail.key)}/", ONE_CLICK)
        assert suppressed() == AMARA_NEWS

    def test_when_her_data_is_deleted_there_is_nothing_to_end(self, client, mail, url):
        Registration.objects.filter(pk=mail.registration_id).update(erased_at=mail.created_at, email="", email_key="")
        Message.objects.filter(pk=mail.pk).update(to_email="")
        assert "deleted your address" in client.get(url).content.decode()
        assert client.post(url, ONE_CLICK).status_code == 200
        assert client.post(url, {"subscribe": "again"}).status_code == 303
        assert suppressed() == []


def test_each_step_twice_and_what_bounces_stays_suppressed(mail, now):
    suppress(email_key="amara@example.org", scope=Scope.ALL, reason="It bounces.", now=now)
    assert unsubscribe(key=mail.key, now=now)
    assert not unsubscribe(key=mail.key, now=now)
    assert subscribe_again(key=mail.key)
    assert not subscribe_again(key=mail.key)
    assert suppressed() == [("amara@example.org", "all")]
