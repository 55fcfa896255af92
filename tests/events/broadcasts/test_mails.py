"""The mails of a broadcast: golden files read by eye, hostile words, and the headers that mail programs act on."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import override_settings

from events.broadcasts.audience_rules import Audience
from events.broadcasts.messages import SAMPLE_KEY, compose, prepare
from events.broadcasts.models import Broadcast
from events.broadcasts.rules import SENT_KINDS, TEST_KIND, Purpose
from events.broadcasts.services import send_test
from events.outbox.delivery.mime import ComposedMail
from events.outbox.messages import kind_of
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.rules import RegistrationState as R
from events.registration.services import cancel_registration
from events.schedule.rules import TranslationSpec
from events.schedule.services import publish_translation
from tests.events.conftest import EVENT_KEY
from tests.events.registration.test_mails import GOLDEN, compare_with_golden

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "emails"
ENGLISH = {
    "subject": "What to bring to {event}",
    "text": (
        "We look forward to seeing you on {when}.\nPlace: {place}\n\nBring a pen & paper, {name}, and your questions: "
        "there is half an hour for them at the end. Whatever we do not get to is answered on {page} within a week."
    ),
}
FRENCH = {
    "subject": "À apporter : {event}",
    "text": "Nous vous attendons le {when}.\n\nApportez un stylo, {name}. Une question ? Écrivez à {contact_email}.",
}


@pytest.fixture(autouse=True)
def same_links_each_time():
    with override_settings(SECRET_KEY="the-secret-key-of-the-golden-files-and-no-other"):
        yield


@pytest.fixture
def one(write, send, event, sign_up, now):
    """Return a maker of one composed mail, to Amara."""

    def do(*, language="en", name="Amara", **changes):
        registered = sign_up(event, "amara", language=language, name=name)
        Registration.objects.filter(pk=registered.pk).update(key="33333333-3333-4333-8333-333333333333")
        broadcast = send(write(**changes))
        Message.objects.filter(broadcast=broadcast).update(key="55555555-5555-4555-8555-555555555555")
        message = Message.objects.get(broadcast=broadcast)
        return compose(message, prepare([message]))

    return do


def parsed(draft, now):
    mail = ComposedMail(draft=draft, from_email="events@example.org", message_id="<1@example.org>", date=now)
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default), mail


@pytest.mark.parametrize("purpose", Purpose)
def test_the_mail_reads_as_it_was_read_by_eye(one, purpose):
    draft = one(purpose=purpose, **ENGLISH)
    compare_with_golden(draft, GOLDEN, "broadcast" if purpose == Purpose.EVENT else "broadcast_news")


@pytest.mark.parametrize("purpose", Purpose)
def test_the_french_mail_reads_as_it_was_read_by_eye(one, event, purpose, now):
    spec = TranslationSpec(
        key=EVENT_KEY, language="fr", title="Femmes en première ligne", summary="", path="/fr/events/femmes/",
        cancellation_note="", session_titles={},
    )  # fmt: skip
    publish_translation(spec=spec, now=now)

    draft = one(purpose=purpose, language="fr", **FRENCH)

    assert 'lang="fr"' in draft.html
    assert "lundi 8 mars 2027" in draft.text
    compare_with_golden(draft, GOLDEN / "fr", "broadcast" if purpose == Purpose.EVENT else "broadcast_news")
    words = re.sub(r"\S*(?:https?:|@)\S*", "", f"{draft.subject}\n{draft.text}")
    assert re.findall(r"\b(?:the|you|your|this|of|time|and)\b", words, re.IGNORECASE) == []


@pytest.mark.parametrize("purpose", Purpose)
def test_a_mail_is_whole_without_pictures_strangers_or_html(one, purpose):
    draft = one(purpose=purpose, **ENGLISH)

    assert "<img" not in draft.html
    assert not re.findall(r"""(?:src|href)=["'](?!https?://127\.0\.0\.1|mailto:)[^"'#]""", draft.html)
    assert "<" not in draft.text
    assert "&amp;" not in draft.text
    assert max(len(line) for line in draft.text.splitlines() if "http" not in line) <= 78
    assert "{" not in draft.subject + draft.text
    assert "pen &amp; paper, Amara" in draft.html


def test_both_kinds_have_their_templates_in_every_language():
    for kind in SENT_KINDS:
        for folder in (TEMPLATES / kind, TEMPLATES / kind / "fr"):
            assert {path.name for path in folder.iterdir() if path.is_file()} == {
                "subject.txt",
                "body.txt",
                "body.html",
            }


@pytest.mark.parametrize("kind", [*SENT_KINDS, TEST_KIND])
def test_nobody_gets_one_twice_when_its_fate_is_unknown(kind):
    assert kind_of(kind).resend_when_unknown is False


class TestHostileWords:
    def test_html_in_the_text_is_text(self, one):
        draft = one(text="<script>alert(1)</script> <b>bold</b> {name}", subject="<i>Hello</i>", name="<u>Amara</u>")
        assert "<script>" not in draft.html
        assert "<b>bold" not in draft.html
        assert "<u>" not in draft.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in draft.html
        assert "&lt;i&gt;Hello" in draft.html
        assert draft.subject == "<i>Hello</i>"
        assert "<u>Amara</u>" in draft.text

    def test_template_tags_that_slipped_into_the_database_are_text(self, write, send, people):
        broadcast = send(write())
        Broadcast.objects.filter(pk=broadcast.pk).update(text="{% include 'base.html' %} {{ settings.SECRET_KEY }}")
        message = Message.objects.filter(broadcast=broadcast).first()
        draft = compose(message, prepare([message]))
        assert "{% include 'base.html' %} {{ settings.SECRET_KEY }}" in draft.text
        assert "golden-files" not in draft.text

    def test_a_name_cannot_start_a_header_or_bring_a_placeholder(self, one, now):
        draft = one(subject="Hello {name}", text="{name}", name="Amara\r\nBcc: all@example.org {event}")
        message, _ = parsed(draft, now)
        assert message["Bcc"] is None
        assert "{event}" in draft.subject, "what somebody calls herself is not filled in"

    def test_a_subject_that_slipped_into_the_database_starts_no_header(self, one, write, send, people, now):
        broadcast = send(write())
        Broadcast.objects.filter(pk=broadcast.pk).update(subject="Hello\r\nBcc: all@example.org")
        message = Message.objects.filter(broadcast=broadcast).first()
        mail, _ = parsed(compose(message, prepare([message])), now)
        assert mail["Bcc"] is None
        assert mail["Subject"] == "Hello Bcc: all@example.org"


class TestUnsubscribing:
    def test_news_has_the_headers_that_one_click_needs(self, one, now, settings):
        draft = one(purpose=Purpose.NEWS, **ENGLISH)
        message, mail = parsed(draft, now)

        address = re.fullmatch(r"<(\S+)>", message["List-Unsubscribe"])[1]
        assert address.startswith(f"{settings.BASE_URL}/unsubscribe/")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert len(message.get_all("List-Unsubscribe")) == 1
        assert address in draft.text
        assert address in draft.html
        assert "manage" not in draft.text
        # Providers that take no raw MIME get the same two as fields.
        assert mail.extra_headers["List-Unsubscribe"] == f"<{address}>"
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        raw = mail.message().as_bytes().split(b"\r\n\r\n")[0]
        assert f"List-Unsubscribe: <{address}>\r\n".encode() in raw + b"\r\n", (
            "on one line: folded, some do not find it"
        )

    def test_what_is_about_the_event_cannot_be_unsubscribed(self, one, now):
        draft = one(**ENGLISH)
        message, _ = parsed(draft, now)
        assert message["List-Unsubscribe"] is None
        assert "unsubscribe" not in (draft.text + draft.html).lower()

    @pytest.mark.parametrize(
        "headers",
        [
            {"Bcc": "all@example.org"},
            {"Subject": "Another"},
            {"List-Unsubscribe\r\nBcc": "x"},
            {"List-Unsubscribe": "<a>\r\nBcc: all@example.org"},
            {"List-Unsubscribe": "<https://exämple.org>"},
            {"List-Unsubscribe": "x" * 1000},
        ],
    )
    def test_nothing_else_gets_into_the_head_of_a_mail(self, one, now, headers):
        draft = replace(one(**ENGLISH), headers=headers)
        with pytest.raises(ValueError, match="header"):
            parsed(draft, now)


class TestATest:
    def test_it_says_so_and_is_in_nobodys_name(self, write, people, officer, now):
        draft = write(purpose=Purpose.NEWS, **ENGLISH)
        send_test(broadcast_id=draft.pk, to_email=officer.email, by=officer, now=now)
        message = Message.objects.get(kind=TEST_KIND)

        mail = kind_of(TEST_KIND).compose(message, prepare([message]))

        assert mail.subject == "Test: What to bring to Women on the front line"
        assert (mail.to_email, mail.to_name, dict(mail.headers)) == (officer.email, "", {})
        assert "Hello Amara," in mail.text
        assert not any(str(person.key) in mail.text for person in people)
        assert str(SAMPLE_KEY) not in mail.text

    def test_it_shows_the_language_and_pool_of_the_audience(self, write, people, officer, now):
        draft = write(audience=Audience(languages=("fr",), states=(R.WAITING,)), **FRENCH)
        send_test(broadcast_id=draft.pk, to_email=officer.email, by=officer, now=now)
        message = Message.objects.get(kind=TEST_KIND)
        assert "Bonjour Amara," in kind_of(TEST_KIND).compose(message, prepare([message])).text


def test_each_gets_the_place_of_their_own_way_to_take_part(publish, sign_up, write, send, now):
    event = publish(kind="hybrid", place="The hall", room=9, capacity=9, reminders=())
    sign_up(event, "amara", pool="room")
    sign_up(event, "bronwen", pool="online")
    broadcast = send(write(event_id=event.pk, text="Place: {place}"))
    messages = list(Message.objects.filter(broadcast=broadcast).order_by("pk"))
    batch = prepare(messages)
    texts = [compose(message, batch).text for message in messages]
    assert "Place: The hall" in texts[0]
    assert "Place: Online" in texts[1]


def test_who_has_left_is_not_led_to_a_registration(write, send, event, sign_up, now):
    fay = sign_up(event, "fay")
    cancel_registration(registration_id=fay.pk, by=CancelledBy.ATTENDEE, now=now)
    news = {"purpose": Purpose.NEWS, "audience": Audience(states=(R.CANCELLED,))}
    broadcast = send(write(**news, **ENGLISH))
    message = Message.objects.get(broadcast=broadcast)
    assert "/registrations/" not in compose(message, prepare([message])).text


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_is_composed_with_the_same_number_of_statements(
    write, send, event, sign_up, number, django_assert_num_queries
):
    for n in range(number):
        sign_up(event, f"person-{n}")
    messages = list(Message.objects.filter(broadcast=send(write())))
    with django_assert_num_queries(9):
        batch = prepare(messages)
        for message in messages:
            compose(message, batch)
