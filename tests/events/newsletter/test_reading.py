"""What a reader does by the links in her mails: other topics, another language, a new link, and goodbye."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from events.newsletter.models import Subscription
from events.newsletter.services import confirm, subscribe
from events.newsletter.tokens import confirm_token, reader_token
from events.outbox.models import Message, Suppression
from events.outbox.rules import Scope
from events.outbox.services import suppress
from portal.logs import mask_tokens
from tests.events.newsletter.conftest import wish

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def at_the_tests_time(newsletter, now):
    with time_machine.travel(now, tick=False):
        yield


def link(row, *, issue=0, ending=""):
    return f"/newsletter/{reader_token(key=row.key, version=row.token_version, issue=issue)}/{ending}"


class TestPreferences:
    def test_she_chooses_other_topics_and_another_language(self, client, reader):
        row = reader("amara")
        url = link(row)
        page = client.get(url)
        assert page.context["form"].initial == {"topics": row.topics, "language": "en"}
        response = client.post(url, {"topics": ["roles"], "language": "fr", "save": "yes"})
        assert (response.status_code, response.url) == (303, f"/fr{url}?saved=1")
        row.refresh_from_db()
        assert (row.topics, row.language) == (["roles"], "fr")
        assert 'role="status"' in client.get(response.url).content.decode()

    def test_the_same_choice_twice_is_the_same(self, client, reader):
        row = reader("amara")
        for _ in range(2):
            assert client.post(link(row), {"topics": ["roles"], "language": "en"}).status_code == 303
        row.refresh_from_db()
        assert row.topics == ["roles"]

    @pytest.mark.parametrize(
        "data", [{}, {"topics": ["gossip"], "language": "en"}, {"topics": ["roles"], "language": "xx"}]
    )
    def test_a_choice_that_is_none_is_refused_in_words(self, client, reader, data):
        row = reader("amara")
        response = client.post(link(row), data)
        assert response.status_code == 422
        assert "There is a problem" in response.content.decode()
        row.refresh_from_db()
        assert row.topics == ["events", "stories", "roles"]

    def test_its_pages_are_kept_by_nobody_and_tell_nobody(self, client, reader):
        row = reader("amara")
        for url in (link(row), link(row, ending="unsubscribe/")):
            response = client.get(url)
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["X-Robots-Tag"] == "noindex"
            assert "no-store" in response["Cache-Control"]
            assert "amara" not in response.content.decode()

    def test_saving_is_wanting_news_again_and_the_page_says_so(self, client, reader, now):
        row = reader("amara")
        suppress(email_key=row.email_key, scope=Scope.NEWS, reason="She said so.", now=now)
        assert "You have told us to send no news" in client.get(link(row)).content.decode()
        assert Suppression.objects.count() == 1
        client.post(link(row), {"topics": ["roles"], "language": "en"})
        assert Suppression.objects.count() == 0


class TestANewLink:
    def test_the_old_link_only_says_goodbye_from_then_on(self, client, reader):
        row = reader("amara")
        old = link(row)
        response = client.post(old, {"renew": "yes"})
        assert response.status_code == 303
        assert "A new link is on its way" in client.get(response.url).content.decode()
        assert Message.objects.get().kind == "newsletter_known"

        page = client.get(old)
        assert "form" not in page.context
        assert "This link is an old one" in page.content.decode()
        client.post(old, {"topics": ["roles"], "language": "en"})
        client.post(old, {"renew": "yes"})
        row.refresh_from_db()
        assert (row.topics, row.token_version) == (["events", "stories", "roles"], 2)

        assert client.get(link(row)).context["form"].initial["language"] == "en"
        client.post(f"{old}unsubscribe/")
        assert Subscription.objects.get().state == "ended"

    def test_the_link_that_confirmed_leads_to_her_choices_only_until_then(self, client, reader):
        row = reader("amara")
        url = f"/newsletter/{confirm_token(key=row.key, version=row.token_version)}/confirm/"
        assert client.get(url).context["preferences"]
        client.post(link(row), {"renew": "yes"})
        assert client.get(url).context["preferences"] == ""


class TestGoodbye:
    def test_one_click_of_a_mail_program_gets_200_and_no_redirect(self, reader):
        row = reader("amara")
        browser = Client(enforce_csrf_checks=True)
        url = link(row, ending="unsubscribe/")
        for _ in range(2):
            response = browser.post(url, ONE_CLICK)
            assert (response.status_code, response.content) == (200, b"")
        row.refresh_from_db()
        assert (row.state, row.email) == ("ended", "")
        assert Suppression.objects.count() == 0

    def test_by_hand_it_leads_to_a_page_that_says_so(self, client, reader):
        row = reader("amara")
        url = link(row, ending="unsubscribe/")
        assert "Do you want to stop the newsletter?" in client.get(url).content.decode()
        response = client.post(url)
        assert (response.status_code, response.url) == (303, url)
        assert "The newsletter has ended" in client.get(url).content.decode()
        assert "The newsletter has ended" in client.get(link(row)).content.decode()

    def test_a_scanner_that_follows_the_links_ends_nothing(self, client, reader):
        row = reader("amara")
        for ending in ("", "unsubscribe/"):
            for method in (client.get, client.head, client.get):
                assert method(link(row, ending=ending)).status_code == 200
        row.refresh_from_db()
        assert row.state == "confirmed"

    def test_a_mail_of_before_still_ends_the_subscription_of_now(self, client, reader, now):
        first = reader("amara")
        old = link(first, ending="unsubscribe/")
        client.post(old)
        second = reader("amara", at=now + timedelta(days=30))
        assert second.pk != first.pk
        assert "Do you want to stop the newsletter?" in client.get(old).content.decode()
        assert client.get(link(first)).context.get("form") is None, "an old mail changes nothing"
        client.post(old, ONE_CLICK)
        second.refresh_from_db()
        assert (second.state, second.email) == ("ended", "")

    def test_somebody_elses_subscription_stays(self, client, reader):
        mine, hers = reader("amara"), reader("bronwen")
        client.post(link(mine, ending="unsubscribe/"))
        hers.refresh_from_db()
        assert hers.state == "confirmed"

    def test_what_waits_for_her_does_not_leave(self, client, reader, issue, send):
        row = reader("amara")
        send(issue())
        client.post(link(row, ending="unsubscribe/"))
        message = Message.objects.get()
        assert (message.state, message.to_email, message.reason) == ("skipped", "", "The subscription has ended.")

    def test_whoever_comes_back_agrees_anew(self, client, reader, now):
        row = reader("amara")
        client.post(link(row, ending="unsubscribe/"))
        subscribe(wish=wish("amara", consent_text="Newer words."), now=now)
        again = Subscription.objects.get(state="pending")
        assert again.consent.text == "Newer words."
        confirm(key=again.key, now=now)
        assert sorted(Subscription.objects.values_list("state", flat=True)) == ["confirmed", "ended"]


def test_its_links_are_masked_before_they_are_logged_and_issues_are_not(reader):
    for _ in range(20):  # signatures differ, and each letter has its turn
        path = link(reader(f"reader-{Subscription.objects.count()}"), ending="unsubscribe/")
        masked = mask_tokens(None, "", {"event": f"Not Found: {path}"})["event"]
        assert masked == "Not Found: /newsletter/***/unsubscribe/"
    event = {"event": "Not Found: /newsletter/seven-days-in-march/"}
    assert mask_tokens(None, "", dict(event)) == event
