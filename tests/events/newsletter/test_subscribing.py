"""Asking for the newsletter: one row an address, one answer to everybody, and nothing before the reader agrees."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from events.consent.models import ConsentWording
from events.newsletter.models import Subscription
from events.newsletter.services import confirm, leave, purge_subscriptions, subscribe
from events.newsletter.services.subscribing import NO_MAIL_LEFT
from events.newsletter.tokens import confirm_token
from events.outbox.models import Message, Suppression
from events.outbox.rules import Scope
from events.outbox.services import suppress
from events.outbox.services.suppressing import COMPLAINT
from portal.models import ConsentTranslation, SiteSettings
from tests.events.newsletter.conftest import ALL, CONSENT, wish
from tests.processes import at_the_same_moment

pytestmark = pytest.mark.django_db


def sign_up(client, name="amara", **changes):
    """Send the form as a browser does."""
    form = client.get("/newsletter/").context["form"]
    data = {
        "email": f"{name}@example.org",
        "topics": ["events", "roles"],
        "consent": "on",
        "submission": str(form["submission"].value()),
    }
    return client.post("/newsletter/", data | changes)


class TestTheForm:
    def test_it_writes_one_pending_row_with_what_was_agreed_to(self, newsletter, client, now):
        with time_machine.travel(now, tick=False):
            client.get("/newsletter/?from=poster-lewisham")
            response = sign_up(client, source="Poster-Lewisham")
        assert (response.status_code, response.url) == (303, "/newsletter/?sent=1")
        row = Subscription.objects.get()
        assert (row.state, row.topics, row.language, row.source) == (
            "pending",
            ["events", "roles"],
            "en",
            "poster-lewisham",
        )
        assert row.consent.text == SiteSettings().newsletter_wording
        assert (row.asked_at, row.confirmed_at) == (now, None)
        message = Message.objects.get()
        assert (message.kind, message.to_email, message.subscription) == ("newsletter_confirm", row.email, row)

    def test_a_link_says_where_somebody_came_from_and_nothing_else_does(self, newsletter, client):
        assert client.get("/newsletter/?from=Instagram").context["form"]["source"].value() == "instagram"
        assert client.get("/newsletter/?from=<script>").context["form"]["source"].value() == ""

    def test_no_topic_is_ticked_for_anybody(self, newsletter, client):
        page = client.get("/newsletter/").content.decode()
        assert "checked" not in page
        assert page.count('type="checkbox"') == 4

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"email": ""}, "Enter your email address."),
            ({"email": "amara"}, "Enter an email address like"),
            ({"email": "amara@gmial.com"}, "Did you mean amara@gmail.com?"),
            ({"topics": []}, "Choose at least one topic."),
            ({"topics": ["gossip"]}, "Choose from the list."),
            ({"consent": ""}, "Tick the box to agree."),
            ({"email": "a" * 100_000 + "@example.org"}, "Enter an email address of 254 characters or fewer."),
        ],
    )
    def test_what_cannot_be_used_is_said_beside_its_field(self, newsletter, client, changes, said):
        response = sign_up(client, **changes)
        assert response.status_code == 422
        assert said in response.content.decode()
        assert Subscription.objects.count() == Message.objects.count() == 0

    def test_a_robot_is_thanked_and_forgotten(self, newsletter, client):
        assert sign_up(client, website="https://spam.example").status_code == 303
        assert Subscription.objects.count() == 0

    def test_the_same_form_twice_is_one_wish_and_one_mail(self, newsletter, client):
        number = str(uuid.uuid4())
        for _ in range(2):
            sign_up(client, submission=number)
        assert Subscription.objects.count() == Message.objects.count() == 1

    def test_too_many_from_one_network_are_slowed_down(self, newsletter, client):
        answers = [sign_up(client, name=f"n{n}").status_code for n in range(21)]
        assert answers[:20] == [303] * 20
        assert answers[20] == 429

    def test_in_french_the_wording_is_french(self, newsletter, client, now):
        page = client.get("/newsletter/")
        settings_row = SiteSettings.for_request(page.wsgi_request)
        settings_row.save()
        ConsentTranslation.objects.create(
            settings=settings_row, language="fr", wording="-", newsletter_wording="Utilisez mon adresse."
        )
        assert settings_row.newsletter_consent_in("fr") == "Utilisez mon adresse."
        assert settings_row.newsletter_consent_in("en") == settings_row.newsletter_wording
        assert settings_row.newsletter_consent_in("cy") == settings_row.newsletter_wording


class TestOneAnswer:
    """Law 6: the page tells nobody whether an address is known."""

    def test_unknown_pending_confirmed_and_ended_look_the_same_byte_by_byte(self, newsletter, reader, now):
        reader("bronwen")
        subscribe(wish=wish("chioma"), now=now)
        gone = reader("dina")
        leave(key=gone.key, issue=0, now=now)

        answers = set()
        for name in ("amara", "bronwen", "chioma", "dina"):
            client = Client()
            response = sign_up(client, name=name)
            page = client.get(response.url)
            answers.add((response.status_code, response.url, response.content, page.content))
        assert len(answers) == 1

    def test_a_stranger_changes_nothing_of_what_somebody_has_agreed_to(self, reader, now):
        mine = reader("amara", topics=("stories",))
        subscribe(wish=wish("amara", topics=("roles",), language="fr", consent_text="Other words."), now=now)
        mine.refresh_from_db()
        assert (mine.topics, mine.language, mine.consent.text) == (["stories"], "en", CONSENT)
        assert Message.objects.get().kind == "newsletter_known"

    def test_at_most_three_mails_a_day_however_often_somebody_types_the_address(self, now):
        for _ in range(5):
            subscribe(wish=wish("amara"), now=now)
        reasons = sorted(Message.objects.values_list("reason", flat=True))
        assert reasons == ["", "", "", NO_MAIL_LEFT, NO_MAIL_LEFT]
        assert Subscription.objects.count() == 1

    def test_the_first_mail_to_a_new_reader_waits_for_a_day_that_has_one_left(self, now):
        for _ in range(3):
            subscribe(wish=wish("amara"), now=now)
        Subscription.objects.all().delete()
        subscribe(wish=wish("amara"), now=now)
        assert Message.objects.latest("pk").due_at.date() == (now + timedelta(days=1)).date()

    def test_who_asks_again_before_agreeing_has_corrected_the_wish(self, now):
        subscribe(wish=wish("amara", topics=("roles",)), now=now)
        subscribe(wish=wish("Amara", topics=("events",), language="fr"), now=now + timedelta(days=1))
        row = Subscription.objects.get()
        assert (row.topics, row.language, row.asked_at) == (["events"], "fr", now + timedelta(days=1))


class TestConfirming:
    def ask(self, now, name="amara"):
        subscribe(wish=wish(name), now=now)
        row = Subscription.objects.get(email_key=f"{name}@example.org")
        return row, f"/newsletter/{confirm_token(key=row.key, version=row.token_version)}/confirm/"

    def test_a_scanner_that_follows_the_link_confirms_nothing(self, newsletter, client, now):
        row, url = self.ask(now)
        with time_machine.travel(now, tick=False):
            for method in (client.get, client.head, client.get):
                assert method(url).status_code == 200
        row.refresh_from_db()
        assert row.state == "pending"

    def test_the_button_does_and_a_second_press_is_no_harm(self, newsletter, client, now):
        row, url = self.ask(now)
        with time_machine.travel(now, tick=False):
            for _ in range(2):
                response = client.post(url)
                assert (response.status_code, response.url) == (303, url)
            page = client.get(url).content.decode()
        row.refresh_from_db()
        assert (row.state, row.confirmed_at) == ("confirmed", now)
        assert "The newsletter is yours" in page
        assert Message.objects.count() == 1

    def test_after_seven_days_it_is_too_late(self, newsletter, client, now):
        row, url = self.ask(now)
        with time_machine.travel(now + timedelta(days=7), tick=False):
            assert client.get(url).status_code == 410
            client.post(url)
        row.refresh_from_db()
        assert row.state == "pending"
        assert confirm(key=row.key, now=now + timedelta(days=7)) is None

    def test_who_has_ended_it_is_not_brought_back_by_the_old_link(self, reader, now):
        row = reader("amara")
        leave(key=row.key, issue=0, now=now)
        assert confirm(key=row.key, now=now) is None

    def test_whoever_wanted_no_news_or_called_us_spam_gets_it_again(self, now):
        row, _ = self.ask(now)
        suppress(email_key=row.email_key, scope=Scope.NEWS, reason="She said so.", now=now)
        suppress(email_key=row.email_key, scope=Scope.OPTIONAL, reason=COMPLAINT, now=now)
        confirm(key=row.key, now=now)
        assert Suppression.objects.count() == 0

    @pytest.mark.parametrize("scope", [Scope.OPTIONAL, Scope.ALL])
    def test_what_staff_or_a_bounce_have_suppressed_stays_so(self, now, scope):
        row, _ = self.ask(now)
        suppress(email_key=row.email_key, scope=scope, reason="She asked the desk.", now=now)
        confirm(key=row.key, now=now)
        assert Suppression.objects.get().scope == scope

    @pytest.mark.parametrize("token", ["a.b", ".", "x" * 500 + ".y", "é.é"])
    def test_a_broken_link_is_one_page(self, newsletter, client, token):
        for ending in ("", "unsubscribe/", "confirm/"):
            response = client.get(f"/newsletter/{token}/{ending}")
            assert response.status_code == 404

    def test_each_link_has_one_purpose(self, newsletter, client, reader):
        row = reader("amara")
        token = confirm_token(key=row.key, version=row.token_version)
        assert client.get(f"/newsletter/{token}/").status_code == 404
        assert client.post(f"/newsletter/{token}/unsubscribe/").status_code == 404


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_ask_for_one_address_at_once_one_row_is_left(now):
    outcomes = at_the_same_moment(8, lambda n: subscribe(wish=wish("amara"), now=now))
    assert set(outcomes) == {"None"}
    assert Subscription.objects.count() == 1
    assert Message.objects.filter(state="queued").count() == 3


class TestConstraints:
    def row(self, now, **changes):
        wording = ConsentWording.objects.get_or_create(
            version=1, defaults={"text": "x", "digest": "x", "created_at": now}
        )[0]
        fields = {
            "email": "a@example.org",
            "email_key": "a@example.org",
            "digest": "d",
            "language": "en",
            "topics": list(ALL),
            "consent": wording,
            "asked_at": now,
        }
        return Subscription.objects.create(**(fields | changes))

    def test_one_live_row_an_address(self, now):
        self.row(now)
        with pytest.raises(IntegrityError, match=r"once_live|email_key"), transaction.atomic():
            self.row(now, state="confirmed", confirmed_at=now)
        for _ in range(2):  # what has ended is beside it as often as it likes
            self.row(now, state="ended", ended_at=now, email="", email_key="")

    @pytest.mark.parametrize(
        "changes",
        [
            {"state": "confirmed"},
            {"state": "ended", "email": "", "email_key": ""},
            {"state": "ended", "ended_at": "now"},
            {"email": ""},
            {"email_key": ""},
            {"ended_at": "now"},
        ],
    )
    def test_a_row_that_contradicts_itself_is_refused(self, now, changes):
        changes = {name: now if value == "now" else value for name, value in changes.items()}
        with pytest.raises(IntegrityError), transaction.atomic():
            self.row(now, **changes)


class TestForgetting:
    def test_what_nobody_confirmed_goes_after_a_week_with_its_address(self, now):
        subscribe(wish=wish("amara"), now=now)
        week = timedelta(days=7)
        assert purge_subscriptions(now=now + week - timedelta(seconds=1), dry_run=False) == 0
        assert purge_subscriptions(now=now + week, dry_run=True) == 1
        assert Subscription.objects.count() == 1
        assert purge_subscriptions(now=now + week, dry_run=False) == 1
        assert Subscription.objects.count() == 0
        assert list(Message.objects.values_list("to_email", "state")) == [("", "skipped")]
        assert purge_subscriptions(now=now + week, dry_run=False) == 0

    def test_what_a_worker_has_in_hand_is_forgotten_the_day_after(self, now):
        subscribe(wish=wish("amara"), now=now)
        Message.objects.update(state="handed_off", claimed_by=uuid.uuid4(), lease_until=now, handed_off_at=now, fence=1)
        assert purge_subscriptions(now=now + timedelta(days=8), dry_run=False) == 0
        Message.objects.update(state="accepted", claimed_by=None, lease_until=None)
        assert purge_subscriptions(now=now + timedelta(days=9), dry_run=False) == 1
        assert Message.objects.get().to_email == ""

    def test_what_has_ended_names_nobody_and_proves_itself_for_two_years(self, reader, now):
        row = reader("amara", source="poster")
        leave(key=row.key, issue=0, now=now)
        row.refresh_from_db()
        assert (row.email, row.email_key, row.state, row.ended_at) == ("", "", "ended", now)
        assert (row.consent.text, row.source, row.confirmed_at) == (CONSENT, "poster", now)
        assert purge_subscriptions(now=now + timedelta(days=729), dry_run=False) == 0
        assert purge_subscriptions(now=now + timedelta(days=730), dry_run=False) == 1
        assert Subscription.objects.count() == 0

    def test_a_mail_that_was_in_hand_at_the_goodbye_loses_its_address_with_the_next_purge(self, reader, now):
        row = reader("amara")
        subscribe(wish=wish("amara"), now=now)
        Message.objects.update(state="claimed", claimed_by=uuid.uuid4(), lease_until=now, fence=1)
        leave(key=row.key, issue=0, now=now)
        assert Message.objects.get().to_email == "amara@example.org"
        Message.objects.update(state="skipped", reason="It was no longer true.", claimed_by=None, lease_until=None)
        purge_subscriptions(now=now, dry_run=False)
        assert Message.objects.get().to_email == ""
