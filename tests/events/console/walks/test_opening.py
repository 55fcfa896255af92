"""Opening what she told us: by whom, with which entry in the audit log, and that it stands nowhere else."""

import logging

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from wagtail.models import ModelLogEntry

from events.outbox.models import Message
from events.walks.rules import Way
from events.walks.services import allocate, open_request
from events.walks.tokens import appointment_url
from portal.sealing import new_key_pair
from tests.events.console.walks.conftest import SEALED, do, said, text
from tests.walks import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(by_phone, officer, now):
    walk = by_phone(needs="Slowly, I use a stick.")
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    walk.refresh_from_db()
    return walk


def opens(client, walk, reason="prepare"):
    return client.post(f"/cms/walks/{walk.pk}/open/", {"reason": reason})


def test_the_officer_who_has_it_reads_it_once_for_each_post(desk, walk, officer):
    before = ModelLogEntry.objects.count()
    response = opens(desk.of_officer, walk, "reach")
    page = text(response)

    assert response.status_code == 200 and "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    for words in ("Amara", "+447700900123", "From the station past the park", "The underpass is dark.", "a stick"):
        assert words in page
    assert "Leave no voicemail" in page and "your appointment" in page
    assert appointment_url(walk) in page, "she is rung up: the officer can tell her where her page is"
    assert ModelLogEntry.objects.count() == before + 1
    entry = ModelLogEntry.objects.latest("pk")
    assert (entry.action, entry.user, entry.data) == ("events.walk_opened", officer, {"reason": "reach"})
    assert desk.of_officer.get(f"/cms/walks/{walk.pk}/open/").status_code == 405


def test_who_is_reached_by_text_gets_the_words_that_she_was_promised(desk, by_phone, officer, now):
    walk = by_phone("bronwen", way=Way.TEXT)
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)

    assert f"Please see your page: {appointment_url(walk)}" in text(opens(desk.of_officer, walk))


def test_who_reads_mail_needs_nobody_to_ring(desk, make_walk, officer, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    page = text(opens(desk.of_officer, walk))

    assert appointment_url(walk) not in page and "Leave no voicemail" not in page


def test_nobody_else_opens_it(desk, log_in, walk, make_officer, lead):
    root = get_user_model().objects.create_superuser("root", "root@example.org", "x")
    others = {
        "coordinator": (desk.of_coordinator, 404),
        "another officer": (log_in(make_officer("dora")), 404),
        "lead": (log_in(lead), 404),
        "administrator": (log_in(root), 404),
        "somebody without a permission": (log_in(staff("nora")), 302),
    }
    for who, (client, status) in others.items():
        response = opens(client, walk)
        assert response.status_code == status, who
        assert not any(words in text(response) for words in SEALED), who
    assert not ModelLogEntry.objects.filter(action="events.walk_opened").exists()


@pytest.mark.parametrize("reason", ["", "curious", "prepare\n"])
def test_without_a_reason_it_stays_shut(desk, walk, reason):
    response = do(desk.of_officer, walk, "open", reason=reason)

    assert said(response) == ["Choose why you open it. It is written to the audit log."]
    assert not any(words in text(response) for words in SEALED)


def test_when_it_is_closed_it_stays_shut(desk, walk):
    do(desk.of_officer, walk, "withdraw")
    response = do(desk.of_officer, walk, "open", reason="record")

    assert said(response) == ["It is closed, or not with you any more. Nothing was opened."]


def test_a_process_without_a_key_says_where_it_can_be_opened(desk, walk, settings):
    settings.WALKS_PRIVATE_KEYS = []
    page = text(desk.of_officer.get(f"/cms/walks/{walk.pk}/"))
    assert "This process holds no key" in page and "Open what she wrote" not in page
    assert said(do(desk.of_officer, walk, "open", reason="reach"))[0].startswith("This process holds no key")
    settings.WALKS_PRIVATE_KEYS = [new_key_pair()[1]]
    words = said(do(desk.of_officer, walk, "open", reason="reach"))
    assert words[0].startswith(f"It cannot be opened. This process does not hold the key {walk.key_id}.")


def test_no_list_page_message_session_or_log_holds_a_sealed_word(desk, walk, officer, offer, caplog):
    caplog.set_level(logging.DEBUG)
    opens(desk.of_officer, walk)
    offer(walk, officer)
    do(desk.of_officer, walk, "choose", offer=walk.offers.first().pk)
    do(desk.of_officer, walk, "other-times")
    heard = [caplog.text]
    for client in (desk.of_officer, desk.of_coordinator):
        for path in ("/cms/", "/cms/walks/", f"/cms/walks/{walk.pk}/", "/cms/walks/figures/", "/cms/walks/times/"):
            heard.append(text(client.get(path)))
    heard += [str(session.get_decoded()) for session in Session.objects.all()]
    heard += [str(entry.data) + entry.label for entry in ModelLogEntry.objects.all()]
    heard += [f"{message.to_email} {message.dedupe_key}" for message in Message.objects.all()]

    assert len(heard) > 15
    assert [words for words in SEALED for one in heard if words in one] == []
    opened = open_request(walk_id=walk.pk, officer=officer, reason="reach")
    assert opened is not None and opened.address in SEALED, "control: the words are there to be heard"
