"""Mails in an editor's words: what changes, what never does, and what happens to words that cannot be used."""

import html
import re
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from structlog.testing import capture_logs

from events.outbox.messages import registered_kinds
from events.outbox.models import Message
from events.registration.messages import compose, prepare
from events.registration.models import MailWording
from events.registration.previews import sample_of_wording
from events.registration.wording_rules import WORDED_KINDS, subject_placeholders, wording_problems
from events.schedule.rules import TranslationSpec
from events.schedule.services import publish_translation
from portal.wording import Wording
from tests.events.conftest import EVENT_KEY

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _ in settings.LANGUAGES]
SENT = [kind.name for kind in registered_kinds() if kind.compose is compose]
# An officer writes these whole.
WRITTEN_EACH_TIME = {"broadcast"}


def reword(kind="confirmation", language="en", **words):
    return MailWording.objects.create(kind=kind, language=language, **words)


def draft_of(registration, kind="confirmation"):
    message = Message.objects.filter(registration=registration, kind=kind).order_by("id").last()
    return compose(message, prepare([message]))


def test_every_mail_to_registrants_has_words_that_can_be_edited():
    missing = set(SENT) - set(WORDED_KINDS) - WRITTEN_EACH_TIME
    assert not missing, f"Give {missing} a label and placeholders in events/registration/wording_rules.py."


@pytest.mark.parametrize("kind", WORDED_KINDS)
def test_the_placeholders_of_every_kind_are_known_and_explained(kind):
    worded = WORDED_KINDS[kind]
    everything = " ".join(placeholder.written for placeholder in worded.placeholders)
    subject = " ".join(placeholder.written for placeholder in subject_placeholders(worded))

    assert worded.label
    assert all(placeholder.meaning for placeholder in worded.placeholders)
    assert wording_problems(kind, Wording(subject=subject, opening=everything, closing=everything)) == []


def test_the_words_of_an_unknown_kind_are_refused():
    assert [problem.field for problem in wording_problems("newsletter", Wording(opening="x"))] == ["kind"]


def test_a_subject_holds_no_web_address():
    (problem,) = wording_problems("confirmation", Wording(subject="See {page}"))

    assert (problem.field, "{page}" in problem.message) == ("subject", True)


def links_of(draft):
    return set(re.findall(r"https?://\S+", draft.text)), set(re.findall(r'href="([^"]+)"', draft.html))


def heading_of(draft):
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", draft.html, re.DOTALL)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", heading)).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in SENT if kind in WORDED_KINDS])
def test_an_editor_changes_the_voice_and_loses_nothing_that_is_needed(kind, language, now):
    usual = sample_of_wording(MailWording(kind=kind, language=language), now=now)
    words = {
        "subject": "A word about {event}",
        "opening": "First <words>.\n\nSecond.",
        "closing": "Last {event} words.",
    }

    draft = sample_of_wording(MailWording(kind=kind, language=language, **words), now=now)

    assert draft.subject == "A word about A sample event"
    assert f"<title>{draft.subject}</title>" in draft.html
    for part in (draft.text, draft.html):
        assert "Second." in part, "no block named opening"
        assert "Last A sample event words." in part, "no block named closing"
        assert part.index("Second.") < part.index("Last A sample")
        assert "{" not in re.sub(r"<style.*?</style>", "", part, flags=re.DOTALL)
    assert "First &lt;words&gt;." in draft.html
    assert "First <words>." in draft.text
    assert [found - kept for found, kept in zip(links_of(usual), links_of(draft), strict=True)] == [set(), set()]
    assert draft.text.startswith(heading_of(draft).upper()), "what has happened is not said"
    assert (draft.calendar is None) == (not WORDED_KINDS[kind].method)
    sample_time = "18:00"
    assert draft.text.count(sample_time) == usual.text.count(sample_time)
    assert draft.text.rstrip().endswith(usual.text.rstrip()[-60:])
    assert "\n\n\n" not in draft.text


def test_without_words_a_mail_is_what_its_template_says(publish, sign_up):
    amara = sign_up(publish(), "amara")
    usual = draft_of(amara)

    reword(language="fr", opening="Bonjour !")
    reword(kind="reminder", opening="Another mail.")
    reword()

    assert draft_of(amara) == usual


def test_an_empty_field_keeps_the_templates_own_words(publish, sign_up):
    amara = sign_up(publish(), "amara")
    reword(closing="Bring a friend.")

    draft = draft_of(amara)

    assert draft.subject == "Your place: Women on the front line"
    assert draft.text.startswith("Hello Amara,\n\nYour place is confirmed: Women on the front line.")
    assert "Bring a friend.\n\n--\n" in draft.text
    assert "We remind you before it starts" not in draft.text + draft.html


def test_every_placeholder_is_filled_in(publish, sign_up):
    amara = sign_up(publish(title="Tea & <talk>"), "amara", name="<Amara> O'Neill")
    reword(opening="{name} | {event} | {when} | {place} | {organisation} | {contact_email} | {page}")

    draft = draft_of(amara)

    assert " ".join(draft.text.split()).startswith(
        "YOUR PLACE IS CONFIRMED Hello <Amara> O'Neill, <Amara> O'Neill | Tea & <talk> | "
        "Monday 8 March 2027, 18:00 to 19:30 (London time) | Online | Metropolitan Police outreach | "
        "outreach@example.org | http://127.0.0.1:8000/events/women-on-the-front-line/"
    )
    assert "&lt;Amara&gt; O&#x27;Neill | Tea &amp; &lt;talk&gt; | Monday" in draft.html
    assert '<a href="mailto:outreach@example.org"' in draft.html
    assert "<Amara>" not in draft.html


def test_everybody_reads_it_in_their_language(publish, sign_up, now):
    event = publish()
    spec = TranslationSpec(
        key=EVENT_KEY, language="fr", title="Femmes en première ligne", summary="", path="/fr/events/x/",
        cancellation_note="", session_titles={},
    )  # fmt: skip
    publish_translation(spec=spec, now=now)
    reword(opening="See you at {event} on {when}.")
    reword(language="fr", opening="À bientôt à {event}, {when}.")

    amara, beatrice = sign_up(event, "amara"), sign_up(event, "beatrice", language="fr")

    assert "See you at Women on the front line on Monday 8 March" in draft_of(amara).text.replace("\n", " ")
    assert "À bientôt à Femmes en première ligne, lundi 8 mars" in draft_of(beatrice).text.replace("\n", " ")


def test_a_draft_is_in_nobodys_mail(publish, sign_up):
    amara = sign_up(publish(), "amara")
    usual = draft_of(amara)
    wording = reword(opening="Half a thought", live=False)
    assert draft_of(amara) == usual

    MailWording.objects.update(live=True)
    assert "Half a thought" in draft_of(amara).text, "the control: the same words, published"

    wording.refresh_from_db()
    wording.opening = "Another half"
    wording.save_revision()
    assert "Half a thought" in draft_of(amara).text
    assert "Another half" not in draft_of(amara).text


@pytest.mark.parametrize("written", ["Hello {nmae}", "{", "{{name}}", "\ue000cancel_url\ue001"])
def test_words_that_cannot_be_used_are_not_sent_and_the_log_says_so(publish, sign_up, written):
    """Saving refuses them; a later version of the site may know other placeholders."""
    amara = sign_up(publish(), "amara")
    usual = draft_of(amara)
    reword(opening=written, closing="Bring a friend.")

    with capture_logs() as logs:
        draft = draft_of(amara)

    assert draft == usual
    assert [entry["event"] for entry in logs] == ["mail_wording.unusable"]


def test_a_field_with_nothing_to_fill_in_falls_back_alone(publish, sign_up, now):
    amara = sign_up(publish(), "amara")
    reword(subject="{event}, {place}", opening="It is at {place}.", closing="Bring a friend.")
    message = Message.objects.get(registration=amara, kind="confirmation")
    amara.event.sessions.update(cancelled_at=now)
    message.revisions = []

    with capture_logs() as logs:
        draft = compose(message, prepare([message]))

    assert draft.subject == "Your place: Women on the front line"
    assert "It is at" not in draft.text
    assert "Bring a friend." in draft.text
    assert [entry["field"] for entry in logs if entry["event"] == "mail_wording.nothing_to_fill_in"] == [
        "subject", "opening"
    ]  # fmt: skip


@pytest.mark.parametrize("wordings", [1, 3])
def test_a_batch_reads_its_words_in_one_statement_and_writes_them_once(
    publish, sign_up, django_assert_num_queries, monkeypatch, wordings
):
    event = publish()
    for kind in ("confirmation", "reminder", "waiting")[:wordings]:
        reword(kind=kind, opening="Dear {name}, welcome.")
    people = [sign_up(event, name) for name in ("amara", "bronwen", "carys")]
    messages = list(Message.objects.filter(registration__in=people, kind="confirmation").order_by("id"))
    assert len(messages) == 3

    prepare(messages)  # the site's settings are made when they are first read

    with django_assert_num_queries(6):
        batch = prepare(messages)
        drafts = [compose(message, batch) for message in messages]

    assert len(batch.rendered) == 1
    greeted = [re.search("Dear (.*), welcome", draft.text)[1] for draft in drafts]
    assert greeted == ["Amara", "Bronwen", "Carys"]


def test_there_is_one_wording_for_a_mail_in_a_language():
    reword()

    with pytest.raises(IntegrityError), transaction.atomic():
        reword()
    assert MailWording.objects.count() == 1


def test_a_sample_is_about_the_next_event_and_nobody(publish, sign_up, now):
    sign_up(publish(), "bronwen", email="secret@example.org")
    make = partial(
        sample_of_wording, MailWording(kind="confirmation", language="en", opening="{event}, {name}"), now=now
    )

    draft = make()

    assert "Women on the front line, Amara" in draft.text
    assert "secret" not in draft.text + draft.html + draft.calendar.content.decode()
    assert make() == draft
    later = now + timedelta(days=365)
    over = sample_of_wording(MailWording(kind="confirmation", language="en"), now=later)
    assert "A sample event" in over.subject
