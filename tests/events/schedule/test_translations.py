"""One event in several languages: one registration list, and to each person their own words."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from events.outbox.models import Message
from events.registration.messages import compose, prepare
from events.registration.services.announcing import announce_due_events
from events.schedule.models import Event, Session
from events.schedule.rules import TranslationSpec
from events.schedule.services import publish_translation, withdraw_translation
from tests.events.conftest import EVENT_KEY, session_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def translate(now):
    """Return a publisher of the French page."""

    def do(title="Femmes en première ligne", **changes):
        fields = {
            "key": EVENT_KEY,
            "language": "fr",
            "title": title,
            "summary": "Trois services, une soirée.",
            "path": "/fr/events/women-on-the-front-line/",
            "cancellation_note": "",
            "session_titles": {str(session_key(1)): "La soirée"},
        }
        publish_translation(spec=TranslationSpec(**(fields | changes)), now=now)

    return do


def drafts(kind):
    messages = list(Message.objects.filter(kind=kind).order_by("id"))
    batch = prepare(messages)
    return {message.to_email.partition("@")[0]: compose(message, batch) for message in messages}


def unfolded(draft):
    return draft.calendar.content.decode().replace("\r\n ", "")


def test_a_translation_adds_words_and_nothing_else(publish, translate):
    event = publish(capacity=5)
    translate()

    event = Event.objects.get()
    assert (event.title, event.path) == ("Women on the front line", "/events/women-on-the-front-line/")
    french = event.in_language("fr")
    assert (french.title, french.path) == ("Femmes en première ligne", "/fr/events/women-on-the-front-line/")
    assert [session.title for session in french.live_sessions] == ["La soirée"]
    assert event.in_language("de") is event
    assert event.pools.count() == 1


def test_a_translation_of_what_was_never_published_writes_nothing(translate):
    translate()
    assert not Event.objects.exists()


def test_publishing_the_same_words_again_is_no_news(publish, translate):
    publish()
    translate()
    before = Session.objects.get().version, Event.objects.get().version

    translate()

    assert (Session.objects.get().version, Event.objects.get().version) == before


def test_people_of_two_languages_share_the_places_and_each_reads_their_own(publish, translate, sign_up):
    event = publish(capacity=1)
    translate()
    sign_up(event, "amara", language="fr")
    bronwen = sign_up(event, "bronwen")
    assert bronwen.state == "waiting"

    french = drafts("confirmation")["amara"]

    assert french.subject == "Votre place est confirmée : Femmes en première ligne"
    assert "lundi 8 mars 2027, 18:00 à 19:30 (heure de Londres)" in french.text
    assert "/fr/registrations/" in french.text
    calendar = unfolded(french)
    assert "SUMMARY:Femmes en première ligne: La soirée" in calendar
    assert "LOCATION:En ligne" in calendar
    assert "/fr/events/women-on-the-front-line/" in calendar
    assert 'lang="fr"' in french.html


def test_a_new_title_in_one_language_is_news_to_that_language_only(publish, translate, sign_up, now):
    event = publish()
    translate()
    sign_up(event, "amara", language="fr")
    sign_up(event, "bronwen")
    announce_due_events(now=now + timedelta(days=1))

    translate(title="Femmes de terrain")
    announce_due_events(now=now + timedelta(days=2))

    assert list(drafts("update")) == ["amara"]
    assert "SUMMARY:Femmes de terrain" in unfolded(drafts("update")["amara"])


def test_a_move_is_told_to_everybody_in_their_language(publish, translate, sign_up, now):
    event = publish()
    translate()
    sign_up(event, "amara", language="fr")
    sign_up(event, "bronwen")

    publish(starts=datetime(2027, 3, 9, 18, 0))
    announce_due_events(now=now + timedelta(days=1))

    told = drafts("update")
    assert "mardi 9 mars 2027" in told["amara"].text
    assert "Tuesday 9 March 2027" in told["bronwen"].text


def test_without_a_page_in_their_language_people_read_the_first_one(publish, translate, sign_up, now):
    event = publish()
    translate()
    sign_up(event, "amara", language="fr")

    withdraw_translation(key=event.key, language="fr", now=now)
    withdraw_translation(key=event.key, language="fr", now=now)
    withdraw_translation(key=uuid4(), language="fr", now=now)
    announce_due_events(now=now + timedelta(days=1))

    assert "SUMMARY:Women on the front line" in unfolded(drafts("update")["amara"])
    assert Session.objects.get().version == 2


def test_the_form_of_each_language_registers_for_the_same_event(publish, translate, client):
    event = publish(capacity=1)
    translate()
    form = {"name": "Amara", "email": "amara@example.org", "consent": "on"}

    page = client.get("/fr/events/women-on-the-front-line/register/")
    sent = client.post("/fr/events/women-on-the-front-line/register/", form)

    assert 'lang="fr"' in page.content.decode()
    assert "Femmes en première ligne" in page.content.decode()
    assert sent.status_code == 303
    assert sent.headers["Location"] == "/fr/events/women-on-the-front-line/register/done/"
    registration = event.registrations.get()
    assert registration.language == "fr"
    with translation.override("en"):
        assert client.get("/events/women-on-the-front-line/register/").context["is_full"]
