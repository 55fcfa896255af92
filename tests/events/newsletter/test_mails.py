"""The newsletter's mails: golden files read by eye, hostile words, and the headers that mail programs act on."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import override_settings
from wagtail.models import Locale

from events.newsletter.messages import SAMPLE_KEY, prepare
from events.newsletter.models import IssueEdition, Subscription
from events.newsletter.services import renew_links, send_test, subscribe
from events.newsletter.tokens import read_reader_token
from events.outbox.delivery.mime import ComposedMail
from events.outbox.messages import Obsolete, kind_of
from events.outbox.models import Message
from events.schedule.services import publish_event
from tests.events.newsletter.conftest import wish
from tests.events.registration.test_mails import GOLDEN, compare_with_golden

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "emails"
KINDS = ("newsletter_confirm", "newsletter_known", "newsletter_issue")
KEY = "33333333-3333-4333-8333-333333333333"
ENGLISH = re.compile(r"\b(?:the|you|your|this|of|time|and)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def same_links_each_time():
    with override_settings(SECRET_KEY="the-secret-key-of-the-golden-files-and-no-other"):
        yield


def composed(message):
    kind = kind_of(message.kind)
    return kind.compose(message, kind.prepare([message]))


def parsed(draft, now):
    mail = ComposedMail(draft=draft, from_email="news@example.org", message_id="<1@example.org>", date=now)
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


@pytest.fixture
def body(newsletter, issue, make_spec, now):
    """Return the parts of an issue: one of each kind, and the event that comes next."""
    publish_event(spec=make_spec(), now=now)
    story = issue("a-story", title="I had never sat on a horse", introduction="She learned to ride at 27.")
    return [
        ("heading", {"text": "What is on", "topic": ""}),
        (
            "paragraph",
            {
                "text": '<p>Bring a pen &amp; paper: <a href="https://example.org/a">the plan</a>.</p>'
                "<ul><li>One</li><li>Two</li></ul>",
                "topic": "",
            },
        ),
        ("page", {"page": story, "link_text": "Read her story", "topic": "stories"}),
        ("events", {"heading": "Coming up", "events": [], "number": 3, "topic": "events"}),
        ("call_to_action", {"text": "See what is on", "page": None, "address": "https://example.org/b", "topic": ""}),
    ]


@pytest.fixture
def one(reader, issue, send, body):
    """Return a maker of one composed issue, to Amara."""

    def do(*, language="en", topics=("events", "stories", "roles"), **changes):
        row = reader("amara", language=language, topics=topics)
        Subscription.objects.filter(pk=row.pk).update(key=KEY)
        sending = send(issue(**({"body": body, "subject": "March, and a place for you"} | changes)))
        IssueEdition.objects.filter(sending=sending).update(language=language)
        message = Message.objects.get(issue_sending=sending)
        message.issue_sending_id = sending.pk
        return composed(message), message

    return do


def asked(now, kind, reader, language="en"):
    """Return the mail to somebody who asked: once, or with the newsletter already."""
    if kind == "newsletter_known":
        reader("amara", language=language)
    subscribe(wish=wish("amara", language=language), now=now)
    Subscription.objects.update(key=KEY)
    return composed(Message.objects.get())


@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_mails_to_who_asks_read_as_they_were_read_by_eye(reader, now, kind, language):
    draft = asked(now, kind, reader, language)
    compare_with_golden(draft, GOLDEN / language if language == "fr" else GOLDEN, kind)
    if language == "fr":
        assert 'lang="fr"' in draft.html
        assert ENGLISH.findall(re.sub(r"\S*(?:https?:|@)\S*", "", f"{draft.subject}\n{draft.text}")) == []
    assert dict(draft.headers) == {}


def test_the_issue_reads_as_it_was_read_by_eye(one):
    draft, message = one()
    token = re.search(r"/newsletter/([^/]+)/unsubscribe/", draft.text)[1]
    # The number of the sending is in the token: it differs from run to run, and so does the signature.
    draft = type(draft)(
        **{name: getattr(draft, name) for name in ("to_name", "to_email", "from_name", "reply_to", "subject")},
        text=draft.text.replace(token, "TOKEN"),
        html=draft.html.replace(token, "TOKEN"),
    )
    assert read_reader_token(token).issue == message.issue_sending_id
    compare_with_golden(draft, GOLDEN, "newsletter_issue")


def test_a_translated_issue_is_french_from_head_to_foot(one, newsletter):
    french = Locale.objects.get_or_create(language_code="fr")[0]
    draft, _ = one(
        language="fr",
        title="Mars",
        subject="Mars, et une place pour vous",
        introduction="Le programme.",
        body=[("paragraph", {"text": "<p>Une soirée en ligne.</p>", "topic": ""})],
    )
    assert french.language_code == "fr"
    assert 'lang="fr"' in draft.html
    assert "/fr/newsletter/" in draft.text
    words = re.sub(r"\S*(?:https?:|@)\S*", "", f"{draft.subject}\n{draft.text}")
    assert ENGLISH.findall(words.replace("Metropolitan Police outreach", "")) == []


def test_who_reads_a_language_that_the_issue_is_not_in_gets_the_first(reader, issue, send, body):
    reader("amara", language="fr")
    send(issue(body=body))
    draft = composed(Message.objects.get())
    assert 'lang="en-GB"' in draft.html
    assert "Lire en ligne" not in draft.text


def test_a_mail_is_whole_without_pictures_and_strangers(one):
    draft, _ = one()
    assert not re.findall(
        r"""(?:src|href)=["'](?!https?://127\.0\.0\.1|https://example\.org/|mailto:)[^"'#]""", draft.html
    )
    assert "<" not in draft.text
    assert "&amp;" not in draft.text
    assert max(len(line) for line in draft.text.splitlines() if "http" not in line) <= 78
    assert "the plan (https://example.org/a)" in draft.text
    assert "- One\n- Two" in draft.text
    assert "Monday 8 March 2027, 18:00 to 19:30 (London time)" in draft.text


def test_nothing_in_a_mail_watches_its_reader(one, reader):
    """No address differs from reader to reader but those that change or end the newsletter."""
    first, _ = one()
    reader("bronwen")
    second_message = Message(kind="newsletter_issue", to_email="bronwen@example.org")
    second_message.subscription = Subscription.objects.get(email_key="bronwen@example.org")
    second_message.issue_sending_id = Message.objects.get().issue_sending_id
    second = composed(second_message)

    def addresses(draft):
        return {
            a for a in re.findall(r"""(?:src|href)="([^"]+)""", draft.html) if not re.search(r"/newsletter/\S+\.", a)
        }

    assert addresses(first) == addresses(second)
    assert not re.findall(r"<img[^>]*(?:width|height)=\"1\"", first.html)


def test_every_kind_has_its_templates_in_every_language():
    for kind in KINDS:
        for folder in (TEMPLATES / kind, TEMPLATES / kind / "fr"):
            names = {path.name for path in folder.iterdir() if path.is_file()}
            assert names == {"subject.txt", "body.txt", "body.html"}


class TestUnsubscribing:
    def test_an_issue_has_the_headers_that_one_click_needs(self, one, now, settings):
        draft, _ = one()
        message = parsed(draft, now)
        address = re.fullmatch(r"<(\S+)>", message["List-Unsubscribe"])[1]
        assert re.fullmatch(rf"{settings.BASE_URL}/newsletter/[^/]+/unsubscribe/", address)
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in draft.text
        assert address in draft.html

    @pytest.mark.parametrize("kind", ["newsletter_issue", "newsletter_test"])
    def test_nobody_gets_one_twice_when_its_fate_is_unknown(self, kind):
        assert kind_of(kind).resend_when_unknown is False


class TestHostileWords:
    def test_html_in_a_plain_field_is_text(self, one):
        words = "<script>alert(1)</script>"
        draft, _ = one(
            title=words, subject=f"{words}\r\nBcc: all@example.org", introduction=words,
            body=[("heading", {"text": words, "topic": ""}), ("paragraph", {"text": "<p>x</p>", "topic": ""})],
        )  # fmt: skip
        assert "<script>" not in draft.html
        assert "\n" not in draft.subject
        assert words in draft.text

    def test_template_tags_are_text(self, one):
        words = "{% include 'base.html' %} {{ settings.SECRET_KEY }}"
        draft, _ = one(introduction=words, body=[("paragraph", {"text": f"<p>{words}</p>", "topic": ""})])
        assert words in draft.text
        assert "golden-files" not in draft.text


class TestATest:
    def test_it_shows_the_latest_draft_in_nobodys_name(self, issue, body, editor, now):
        page = issue(body=body)
        page.subject = "Not published yet"
        page.save_revision()
        for _ in range(2):
            send_test(page=page, to_email=editor.email, by=editor, now=now)
        message = Message.objects.get()
        draft = composed(message)
        assert (draft.subject, draft.to_email) == ("Test: Not published yet", editor.email)
        assert dict(draft.headers) == {}
        links = {read_reader_token(t).key for t in re.findall(r"/newsletter/([\w-]+\.[\w-]+)/", draft.text)}
        assert links == {SAMPLE_KEY}

    def test_of_a_deleted_issue_there_is_none(self, issue, editor, now):
        page = issue()
        send_test(page=page, to_email=editor.email, by=editor, now=now)
        page.delete()
        with pytest.raises(Obsolete, match="deleted"):
            composed(Message.objects.get())


def test_a_new_link_comes_once_for_each_time(reader, now):
    row = reader("amara")
    assert renew_links(key=row.key, version=1, now=now)
    assert not renew_links(key=row.key, version=1, now=now)
    assert Message.objects.get().kind == "newsletter_known"


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_is_composed_with_the_same_number_of_statements(
    reader, issue, body, send, number, django_assert_num_queries
):
    for n in range(number):
        reader(f"reader-{n}")
    send(issue(body=body))
    messages = list(Message.objects.all())
    with django_assert_num_queries(8):
        batch = prepare(messages)
    kind = kind_of("newsletter_issue")
    with django_assert_num_queries(0):
        texts = {kind.compose(message, batch).text for message in messages}
    assert len(texts) == number
