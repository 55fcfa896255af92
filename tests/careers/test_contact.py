"""Asking a recruiter: what the form takes and refuses, what becomes of a question, and when it is forgotten."""

import html
import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from careers.contact.services import (
    Question,
    ask_recruiter,
    close_enquiry,
    note_enquiry,
    purge_enquiries,
    reopen_enquiry,
    take_enquiry,
)
from careers.models import RecruiterEnquiry
from events.worker import Worker

pytestmark = pytest.mark.django_db
PATH = "/careers/contact/"
FORM = {
    "topic": "family",
    "message": "Can I train part-time?",
    "name": "Amara",
    "way": "email",
    "email": "amara@example.org",
    "phone": "",
    "preferred_time": "any",
    "submission": "11111111-1111-4111-8111-111111111111",
}


def text(response):
    return html.unescape(response.content.decode())


class TestForm:
    def test_a_question_is_taken_and_the_page_says_what_happens_next(self, contact, client):
        sent = client.post(PATH, FORM)

        assert (sent.status_code, sent.url) == (303, "/careers/contact/?sent=1")
        done = text(client.get(sent.url))
        assert "We have your question" in done
        assert "three working days" in done
        enquiry = RecruiterEnquiry.objects.get()
        assert (enquiry.state, enquiry.topic, enquiry.email, enquiry.language) == (
            "new",
            "family",
            "amara@example.org",
            "en",
        )

    def test_a_double_click_is_one_question(self, contact, client):
        client.post(PATH, FORM)
        assert client.post(PATH, FORM).status_code == 303

        assert RecruiterEnquiry.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"topic": ""}, "Choose what it is about."),
            ({"topic": "money"}, "Choose one of the topics."),
            ({"message": ""}, "Write your question."),
            ({"message": " \u200b\x07"}, "Write your question."),
            ({"message": "🚓" * 10_000}, "Write 1,000 characters or fewer. Yours has 10000."),
            ({"name": ""}, "Enter your name."),
            ({"name": "x" * 201}, "Enter a name of 200 characters or fewer. Yours has 201."),
            ({"way": ""}, "Choose how we shall answer."),
            ({"way": "pigeon"}, "Choose email or phone."),
            ({"email": ""}, "Enter your email address, or choose to be called."),
            ({"email": "amara"}, "Enter an email address like name@example.org."),
            ({"email": '"a,b"@example.org'}, "Enter an email address like name@example.org."),
            ({"way": "phone"}, "Enter your phone number, or choose an answer by email."),
            ({"way": "phone", "phone": "ring me"}, "Enter a phone number like"),
            ({"preferred_time": "midnight"}, "Choose one of the times of day."),
        ],
    )
    def test_a_mistake_is_told_in_words_and_nothing_is_kept(self, contact, client, changes, words):
        response = client.post(PATH, FORM | changes)

        assert response.status_code == 422
        assert words in text(response)
        assert "There is a problem" in text(response)
        assert not RecruiterEnquiry.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "kept"),
        [
            ({"message": "🚓 " * 333}, {"message": ("🚓 " * 333).strip()}),
            ({"name": "أمينة"}, {"name": "أمينة"}),
            ({"name": "Am\x00ara\u202e"}, {"name": "Amara"}),
            ({"message": "One\r\ntwo"}, {"message": "One\ntwo"}),
            ({"way": "phone", "phone": "+44 20 7946 0123"}, {"phone": "+44 20 7946 0123", "email": ""}),
            ({"way": "email", "phone": "ring me"}, {"phone": "", "email": "amara@example.org"}),
            ({"submission": "none"}, {"name": "Amara"}),
        ],
    )
    def test_what_people_type_is_kept_as_they_mean_it(self, contact, client, changes, kept):
        assert client.post(PATH, FORM | changes).status_code == 303

        enquiry = RecruiterEnquiry.objects.get()
        assert {name: getattr(enquiry, name) for name in kept} == kept

    def test_a_robot_is_thanked_and_forgotten(self, contact, client):
        assert client.post(PATH, FORM | {"website": "https://spam.example.org"}).status_code == 303

        assert not RecruiterEnquiry.objects.exists()

    def test_one_network_address_asks_thirty_questions(self, contact, client):
        answers = [
            client.post(PATH, FORM | {"submission": str(uuid.UUID(int=n))}, REMOTE_ADDR="192.0.2.7").status_code
            for n in range(32)
        ]

        assert answers == [303] * 30 + [429] * 2
        assert RecruiterEnquiry.objects.count() == 30

    def test_slips_cost_no_try(self, contact, client):
        for _ in range(40):
            assert client.post(PATH, FORM | {"name": ""}, REMOTE_ADDR="192.0.2.8").status_code == 422

        assert client.post(PATH, FORM, REMOTE_ADDR="192.0.2.8").status_code == 303

    def test_who_goes_back_and_corrects_the_form_corrects_the_question(self, contact, client):
        form = FORM | {"submission": str(uuid.UUID(int=1))}
        client.post(PATH, form)
        client.post(PATH, form | {"message": "What I really meant to ask"})

        assert RecruiterEnquiry.objects.get().message == "What I really meant to ask"

        RecruiterEnquiry.objects.update(state="in_hand")
        client.post(PATH, form | {"message": "And another thing"})
        client.post(PATH, form | {"message": "What I really meant to ask"})

        assert sorted(RecruiterEnquiry.objects.values_list("message", flat=True)) == [
            "And another thing",
            "What I really meant to ask",
        ]

    def test_the_form_is_never_cached_and_needs_its_token(self, contact, client):
        assert "no-store" in client.get(PATH)["Cache-Control"]
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(PATH, FORM).status_code == 403
        assert not RecruiterEnquiry.objects.exists()

    def test_other_methods_are_refused(self, contact, client):
        assert client.delete(PATH).status_code == 405


@pytest.fixture
def ask(now):
    """Return an asker: `ask("amara")` puts a question into the queue."""

    def do(who="amara", *, at=None, **changes):
        fields = {
            "topic": "family",
            "message": f"{who} asks",
            "name": who.capitalize(),
            "way": "email",
            "email": f"{who}@example.org",
            "phone": "",
            "preferred_time": "any",
            "language": "en",
            "submission": uuid.uuid4(),
        }
        return ask_recruiter(question=Question(**(fields | changes)), now=at or now)

    return do


class TestServices:
    def test_taking_noting_closing_and_reopening_each_twice(self, ask, now, django_user_model):
        bob = django_user_model.objects.create_user("bob")
        enquiry = ask()
        fields = {"enquiry_id": enquiry.pk, "by": bob}

        assert [take_enquiry(**fields), take_enquiry(**fields)] == [True, False]
        assert [note_enquiry(note="Rang", **fields), note_enquiry(note="Rang", **fields)] == [True, False]
        assert [close_enquiry(now=now, **fields), close_enquiry(now=now, **fields)] == [True, False]
        assert take_enquiry(**fields) is False, "what is closed stays closed"
        assert [reopen_enquiry(**fields), reopen_enquiry(**fields)] == [True, False]
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.note, enquiry.closed_at, enquiry.assigned_to) == ("in_hand", "Rang", None, bob)


class TestRetention:
    def everything(self):
        return serializers.serialize("json", RecruiterEnquiry.objects.all()).lower()

    def test_it_ends_ninety_days_after_closing(self, ask, now, django_user_model):
        bob = django_user_model.objects.create_user("bob")
        enquiry = ask()
        note_enquiry(enquiry_id=enquiry.pk, note="Amara has a baby", by=bob)
        close_enquiry(enquiry_id=enquiry.pk, by=bob, now=now)
        due = now + settings.RETENTION

        assert purge_enquiries(now=due - timedelta(seconds=1), dry_run=False) == 0
        assert purge_enquiries(now=due, dry_run=True) == 1
        assert "amara" in self.everything(), "a dry run only counts"
        assert purge_enquiries(now=due, dry_run=False) == 1
        assert purge_enquiries(now=due, dry_run=False) == 0
        assert "amara" not in self.everything()
        assert RecruiterEnquiry.objects.get().topic == "family", "figures stay true"
        assert reopen_enquiry(enquiry_id=enquiry.pk, by=bob) is False
        assert note_enquiry(enquiry_id=enquiry.pk, note="Amara", by=bob) is False

    def test_what_nobody_closed_ends_after_a_year(self, ask, now):
        ask()

        assert purge_enquiries(now=now + timedelta(days=364), dry_run=False) == 0
        assert purge_enquiries(now=now + timedelta(days=365), dry_run=False) == 1
        assert "amara" not in self.everything()

    def test_the_command_forgets_them_too(self, ask, now, capsys):
        ask(at=now - timedelta(days=2000))

        call_command("purge_personal_data")

        assert "Personal data of 1 questions to recruiters deleted." in capsys.readouterr().out
        assert "amara" not in self.everything()

    def test_the_worker_forgets_them_daily(self, transactional_db, ask, now):
        ask(at=now - timedelta(days=2000))

        Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: now).drain()

        assert "amara" not in self.everything()


class TestConstraints:
    def test_closed_has_its_time_and_open_has_none(self, ask, now):
        enquiry = ask()
        for wrong in ({"state": "closed"}, {"closed_at": now}):
            with pytest.raises(IntegrityError), transaction.atomic():
                RecruiterEnquiry.objects.filter(pk=enquiry.pk).update(**wrong)

    def test_it_can_be_answered_until_it_is_erased(self, ask, now):
        enquiry = ask()
        with pytest.raises(IntegrityError), transaction.atomic():
            RecruiterEnquiry.objects.filter(pk=enquiry.pk).update(email="")
        RecruiterEnquiry.objects.filter(pk=enquiry.pk).update(email="", erased_at=now)

    def test_one_submission_is_one_question(self, ask):
        enquiry = ask()
        other = ask("bronwen")
        with pytest.raises(IntegrityError), transaction.atomic():
            RecruiterEnquiry.objects.filter(pk=other.pk).update(submission=enquiry.submission)
