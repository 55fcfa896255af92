"""Every mail of a programme, read by eye in both languages, for both of a pair."""

import re
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from events.outbox.messages import kind_of, registered_kinds
from events.outbox.models import Message
from events.programmes.models import Interest, Invitation, PairEntry, PairSession
from events.programmes.services import complete_pair, decide, end_pair, follow_events, invite_alumni, set_session
from events.schedule.models import Event
from tests.events.registration.test_mails import ENGLISH_WORDS, compare_with_golden
from tests.programmes import meet, senior

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "mails" / "mentoring"
KINDS = [kind.name for kind in registered_kinds() if kind.name.startswith("mentoring_")]
CARRY_AN_ENTRY = {"mentoring_session", "mentoring_moved", "mentoring_off"}
TO_BOTH = sorted(CARRY_AN_ENTRY | {"mentoring_paired", "mentoring_ended", "mentoring_reminder"})
FIRST = datetime(2027, 3, 16, 17, 30)


@pytest.fixture(autouse=True)
def same_links_each_time():
    with override_settings(SECRET_KEY="the-secret-key-of-the-golden-files-and-no-other"):
        yield


@pytest.fixture
def story(make_phase, make_pair, express, now):
    """Return everything that one programme makes us write."""

    def tell(language="en"):
        helen = senior("helen")
        first = make_phase(1)
        completed = make_pair(first, "bronwen", senior("olga"), language=language)
        meet(completed, FIRST, now=now)
        complete_pair(pair_id=completed.pk, now=now + timedelta(days=60))
        phase = make_phase(2)
        pair = make_pair(phase, "amara", helen, language=language)
        express(phase, "amara", language=language)
        meet(pair, FIRST, now=now)
        session = PairSession.objects.get(pair=pair)
        set_session(
            pair_id=pair.pk,
            session_id=session.pk,
            starts_local=FIRST + timedelta(days=1),
            ends_local=FIRST + timedelta(days=1, hours=1),
            time_zone="Europe/London",
            place="",
            link="https://meet.example.org/secret",
            now=now,
        )
        end_pair(pair_id=pair.pk, now=now)
        declined = express(phase, "chioma", language=language)
        decide(interest_id=declined.pk, accept=False, reason="A reason for colleagues.", by=helen, now=now)
        assert invite_alumni(phase_id=phase.pk, by=helen, now=now) == 1
        off = make_phase(3)
        express(off, "dina", language=language)
        off = make_phase(3, is_cancelled=True, cancellation_note="Too few officers, alas.")
        Event.objects.filter(phase=off).update(announce_at=None)
        follow_events(now=now)
        for number, row in enumerate(Interest.objects.order_by("pk")):
            Interest.objects.filter(pk=row.pk).update(key=uuid.UUID(f"6666666{number}-6666-4666-8666-666666666666"))
        Invitation.objects.update(key=uuid.UUID("99999999-9999-4999-8999-999999999999"))
        for number, uid in enumerate(PairEntry.objects.order_by("pk").values_list("uid", flat=True).distinct()):
            fixed = f"{number:08d}-5555-4555-8555-555555555555@portal.example.org"
            PairEntry.objects.filter(uid=uid).update(uid=fixed)

    return tell


def draft_of(kind, to):
    message = Message.objects.filter(kind=kind, to_email__startswith=to).order_by("id").last()
    assert message is not None, f"no {kind} to {to}"
    registered = kind_of(kind)
    return registered.compose(message, registered.prepare([message]))


def to_whom(kind):
    return {"mentoring_called_off": "dina", "mentoring_declined": "chioma", "mentoring_invited": "bronwen"}.get(
        kind, "amara"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_mail_reads_as_it_was_read_by_eye(kind, language, story):
    story(language)
    draft = draft_of(kind, to_whom(kind))
    (GOLDEN / language).mkdir(parents=True, exist_ok=True)
    compare_with_golden(draft, GOLDEN / language, kind)
    assert (draft.calendar is not None) == (kind in CARRY_AN_ENTRY)
    if language == "fr":
        words = re.sub(r"\S*(?:https?:|@)\S*", "", f"{draft.subject}\n{draft.text}")
        # The title is the editor's: this test's page has no French one.
        assert ENGLISH_WORDS.findall(re.sub("Getting to know each other|What we take with us", "", words)) == []


@pytest.mark.parametrize("kind", TO_BOTH)
def test_the_mail_to_the_officer_reads_as_it_was_read_by_eye(kind, story):
    story("fr")
    (GOLDEN / "officer").mkdir(parents=True, exist_ok=True)
    compare_with_golden(draft_of(kind, "helen"), GOLDEN / "officer", kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_is_whole_and_says_nothing_that_it_must_not(kind, story):
    story()
    draft = draft_of(kind, to_whom(kind))
    assert not re.search(r"\{[{%]", draft.text + draft.html) and "<img" not in draft.html
    assert max(len(line) for line in draft.text.splitlines() if "http" not in line) <= 90
    for secret in ("A reason for colleagues", "meet.example.org", "To be heard."):
        assert secret not in draft.text + draft.html
    if draft.calendar is not None:
        said = draft.calendar.content.decode()
        assert "CLASS:PRIVATE" in said
        for name in ("Amara", "Helen", "meet.example.org", "/withdraw"):
            assert name not in said


def test_a_session_that_goes_on_without_her_is_not_said_to_be_off(story):
    story()
    off = Message.objects.filter(kind="mentoring_off", to_email__startswith="amara")
    registered = kind_of("mentoring_off")
    for message in off:
        draft = registered.compose(message, registered.prepare([message]))
        of_the_pair = message.pair_entry.session_id is None
        assert ("does not take place" in draft.text and "Called off" in draft.subject) is of_the_pair
        assert ("not expected" in draft.text and "Out of your calendar" in draft.subject) is not of_the_pair
    assert {message.pair_entry.session_id is None for message in off} == {True, False}


def test_composing_three_costs_what_composing_one_costs(story, django_assert_num_queries):
    story()
    compose = kind_of("mentoring_session")
    messages = list(Message.objects.filter(kind="mentoring_session").order_by("id"))
    compose.prepare(messages[:1])
    with django_assert_num_queries(6):
        compose.prepare(messages[:1])
    with django_assert_num_queries(6):
        compose.prepare(messages[:3])
