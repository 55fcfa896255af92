"""The queue: who may do what (Alice of comms, Bob the recruiter, Dana who only looks, Charlie without a role)."""

import html
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from careers.contact.services import Question, ask_recruiter
from careers.models import RecruiterEnquiry

pytestmark = pytest.mark.django_db
LIST = "/cms/recruiter-questions/"
ACTIONS = ("take", "note", "close", "reopen")


def log_in(name, *codenames):
    group = Group.objects.create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user = get_user_model().objects.create_user(name, f"{name}@staff.example.org", "x")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice():
    return log_in("alice", "access_admin", "add_figure", "view_registration")


@pytest.fixture
def bob():
    return log_in("bob", "access_admin", "view_recruiterenquiry", "change_recruiterenquiry")


@pytest.fixture
def dana():
    return log_in("dana", "access_admin", "view_recruiterenquiry")


@pytest.fixture
def charlie():
    return log_in("charlie")


def ask(who="amara", days_ago=0):
    return ask_recruiter(
        question=Question(
            topic="roles",
            message="Which role? أمينة",
            name=who.capitalize(),
            way="email",
            email=f"{who}@example.org",
            phone="",
            preferred_time="any",
            language="en",
            submission=uuid.uuid4(),
        ),
        now=timezone.now() - timedelta(days=days_ago),
    )


def text(response):
    return html.unescape(response.content.decode())


def urls(enquiry):
    looks = [LIST, f"{LIST}inspect/{enquiry.pk}/"]
    return looks, [f"{LIST}{action}/{enquiry.pk}/" for action in ACTIONS]


def test_a_recruiter_answers_from_the_queue(bob):
    enquiry = ask()
    (listing, page), (take, note, close, reopen) = urls(enquiry)

    assert "Recruiter queue" in text(bob.get("/cms/"))
    assert "Amara" in text(bob.get(listing))
    assert "amara@example.org" in text(bob.get(page))
    assert "Assign to me" in text(bob.get(page))
    bob.post(take)
    bob.post(note, {"note": "Told her about analysts."})
    bob.post(close)
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.assigned_to.username, enquiry.note) == ("closed", "bob", "Told her about analysts.")
    assert "Open it again" in text(bob.get(page))
    bob.post(reopen)
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.closed_at) == ("in_hand", None)


def test_looking_and_working_are_in_the_audit_log_without_names(bob):
    enquiry = ask()
    looks, actions = urls(enquiry)
    bob.get(looks[1])
    for action in actions:
        bob.post(action, {"note": "Amara rang"})
        bob.post(action, {"note": "Amara rang"})  # twice is the same as once

    entries = ModelLogEntry.objects.filter(object_id=str(enquiry.pk))
    assert sorted(entries.values_list("action", flat=True)) == [
        "careers.enquiry_closed",
        "careers.enquiry_noted",
        "careers.enquiry_reopened",
        "careers.enquiry_seen",
        "careers.enquiry_taken",
    ]
    assert {entry.user.username for entry in entries} == {"bob"}
    assert not any("amara" in f"{entry.label} {entry.data}".lower() for entry in entries)


def test_nobody_else_sees_or_does_anything(alice, charlie, client):
    enquiry = ask()
    looks, actions = urls(enquiry)
    for somebody in (alice, charlie, client):
        for url in (*looks, *actions):
            for answer in (somebody.get(url), somebody.post(url)):
                assert answer.status_code in {302, 403, 405}, url
                assert "amara" not in text(answer).lower()
    assert "Recruiter queue" not in text(alice.get("/cms/"))
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.assigned_to) == ("new", None)


def test_whoever_may_only_look_changes_nothing(dana):
    enquiry = ask()
    looks, actions = urls(enquiry)

    page = text(dana.get(looks[1]))
    assert "amara@example.org" in page
    assert "Assign to me" not in page
    assert "<textarea" not in page
    for action in actions:
        assert dana.post(action, {"note": "x"}).status_code in {302, 403}
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.note) == ("new", "")


def test_rows_are_not_edited_in_forms_and_looking_changes_nothing(bob):
    enquiry = ask()
    for url in (f"{LIST}new/", f"{LIST}edit/{enquiry.pk}/", f"{LIST}delete/{enquiry.pk}/"):
        assert bob.get(url).status_code in {302, 403, 404}, url
        bob.post(url, {"note": "x"})
    for action in urls(enquiry)[1]:
        assert bob.get(action).status_code == 405
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.note) == ("new", "")


def test_a_question_that_is_not_there(bob):
    assert bob.post(f"{LIST}take/99999/").status_code == 404


def test_a_note_that_is_too_long_is_refused_in_words(bob):
    enquiry = ask()
    answer = bob.post(f"{LIST}note/{enquiry.pk}/", {"note": "x" * 1001}, follow=True)

    assert "Write 1,000 characters or fewer. Yours has 1001." in text(answer)


def test_who_waits_too_long_stands_out(bob):
    ask("amara", days_ago=1)
    assert ", late" not in text(bob.get(LIST))
    late = ask("bronwen", days_ago=9)

    assert text(bob.get(LIST)).count(", late") == 1
    assert "<strong>late</strong>" in text(bob.get(f"{LIST}inspect/{late.pk}/"))


def test_what_was_erased_says_so(bob):
    enquiry = ask()
    RecruiterEnquiry.objects.update(name="", email="", message="", erased_at=timezone.now())

    page = text(bob.get(f"{LIST}inspect/{enquiry.pk}/"))

    assert "was deleted on" in page
    assert "Assign to me" not in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_queue_takes_the_same_number_of_statements_for_one_and_three(bob, django_assert_num_queries, people):
    user = get_user_model().objects.get(username="bob")
    for name in ("amara", "bronwen", "chioma")[:people]:
        enquiry = ask(name)
        RecruiterEnquiry.objects.filter(pk=enquiry.pk).update(assigned_to=user, state="in_hand")
    bob.get(LIST)
    with django_assert_num_queries(12):
        bob.get(LIST)
