"""Expressing interest: the form at the register address, what is refused, and what nobody learns from it."""

import uuid
from datetime import UTC, datetime

import pytest
import time_machine

from events.outbox.models import Message
from events.programmes.models import Interest
from events.programmes.rules import Question, QuestionKind
from events.programmes.services import PhaseNotOpenError, withdraw
from events.registration.models import Registration
from tests.programmes import QUESTIONS
from tests.visitors import text_of

pytestmark = pytest.mark.django_db
URL = "/events/mentoring-2/register/"


@pytest.fixture(autouse=True)
def at_the_tests_time(now, time_machine_at):
    time_machine_at(now)


@pytest.fixture
def time_machine_at():
    travellers = []

    def go(moment):
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield go
    for traveller in travellers:
        traveller.stop()


def sends(client, url=URL, **changes):
    form = client.get(url).context["form"]
    data = {
        "name": "Amara",
        "email": "amara@example.org",
        "age": "16",
        "consent": "on",
        "submission": str(form["submission"].value()),
        "question_q-why": "To be heard.",
        "question_q-when": "After school",
    }
    return client.post(url, {name: value for name, value in (data | changes).items() if value is not None})


def test_it_is_asked_at_the_register_address_and_answers_keep_their_labels(phase, site, client):
    page = text_of(client.get(URL))
    assert "Say that you are interested" in page and "How old are you?" in page
    assert "Reverse mentoring, phase 2" in page

    sent = sends(client, **{"question_q-met": "no", "access_needs": "A lift."})

    assert (sent.status_code, sent.url) == (303, "/events/mentoring-2/interest/sent/")
    interest = Interest.objects.get()
    assert [(a["label"], a["said"]) for a in interest.answers] == [
        ("Why would you like to mentor?", "To be heard."),
        ("When could you meet?", "After school"),
        ("Have you met a police officer?", "No"),
    ]
    assert (interest.state, interest.access_needs, interest.phase) == ("interested", "A lift.", phase)
    assert interest.is_under_18, "so that nobody meets her alone"
    assert not Registration.objects.exists(), "nobody registers"
    assert Message.objects.get().kind == "mentoring_received"
    assert "Check your email" in text_of(client.get(sent.url))


def test_a_question_that_changes_leaves_the_answer_as_it_was_asked(make_phase, express):
    phase = make_phase()
    express(phase)
    changed = (Question(key="q-why", label="What would you change?", kind=QuestionKind.TEXT, is_required=True),)
    make_phase(questions=changed)

    assert Interest.objects.get().answers[0]["label"] == "Why would you like to mentor?"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": ""}, "Enter your name."),
        ({"email": "nobody"}, "Enter an email address like name@example.org."),
        ({"age": ""}, "If you are under 16, write to us instead."),
        ({"age": "15"}, "Choose one of the two."),
        ({"consent": None}, "Tick the box to agree."),
        ({"question_q-why": " \u200b "}, "Answer this question: Why would you like to mentor?"),
        ({"question_q-why": "x" * 100_000}, "Enter 1,000 characters or fewer. Yours has 100000."),
        ({"question_q-when": None}, "Choose an answer: When could you meet?"),
        ({"question_q-when": "Never"}, "Choose one of the answers."),
        ({"access_needs": "x" * 1_001}, "Enter 1,000 characters or fewer. Yours has 1001."),
    ],
)
def test_what_is_refused_says_what_to_do(phase, site, client, changes, error):
    answer = sends(client, **changes)

    assert answer.status_code == 422
    assert error in text_of(answer) and "There is a problem" in text_of(answer)
    assert not Interest.objects.exists()


def test_markup_and_controls_are_text(phase, site, client):
    sends(client, **{"question_q-why": "<script>x</script>\x07\u202eok", "name": "A\x00m"})

    interest = Interest.objects.get()
    assert interest.answers[0]["said"] == "<script>x</script>ok" and interest.name == "Am"


def test_a_form_without_its_questions_or_with_others_is_refused_or_ignored(phase, site, client):
    sends(client, **{"question_other": "x", "earlier_id": "1", "charity_id": "1"})
    interest = Interest.objects.get()
    assert interest.earlier is None and interest.charity is None
    assert len(interest.answers) == 2


def test_a_double_click_is_one(phase, site, client):
    number = str(uuid.uuid4())
    for _ in range(5):
        assert sends(client, submission=number).status_code == 303

    assert Interest.objects.count() == Message.objects.count() == 1


def test_a_known_address_gets_the_same_answer_and_is_told_by_mail(phase, site, client):
    first, second = sends(client), sends(client, email="AMARA@example.org", name="Eve")

    assert (first.status_code, first.url, first.content) == (second.status_code, second.url, second.content)
    assert Interest.objects.get().name == "Amara"
    assert [m.kind for m in Message.objects.order_by("id")] == ["mentoring_received", "mentoring_known"]


def test_strangers_cause_three_mails_a_day_and_no_more(phase, site, client):
    for _ in range(6):
        sends(client)

    assert Message.objects.filter(state="queued").count() == 3
    assert Message.objects.exclude(state="queued").count() == 3


def test_who_withdrew_may_say_it_again(phase, express, now):
    first = express(phase)
    assert withdraw(interest_id=first.pk, now=now)
    assert express(phase).pk != first.pk


def test_a_robot_learns_nothing(phase, site, client):
    assert sends(client, website="https://spam.example.org").status_code == 303
    assert not Interest.objects.exists()


def test_by_a_charitys_link_she_is_told_who_sees_what_and_the_wording_is_kept(phase, site, client, charity):
    page = text_of(client.get(f"{URL}?from=girls-network"))
    assert "You came by the link of" in page and "They do not see your answers." in page

    sends(client, f"{URL}?from=girls-network", source="girls-network")

    interest = Interest.objects.get()
    assert interest.charity == charity
    assert "The Girls’ Network sees my name" in interest.consent.text


def test_a_code_that_is_no_charity_is_a_source_and_nothing_else(phase, site, client, charity):
    sends(client, f"{URL}?from=poster-lewisham", source="poster-lewisham")

    interest = Interest.objects.get()
    assert (interest.charity, interest.source) == (None, "poster-lewisham")
    assert "sees my name" not in interest.consent.text


def test_before_and_after_its_time_nobody_is_taken(make_phase, express, site, client, time_machine_at):
    phase = make_phase()
    late = datetime(2027, 3, 12, 17, 0, tzinfo=UTC)
    with pytest.raises(PhaseNotOpenError):
        express(phase, at=late)
    time_machine_at(late)
    assert "Registration has closed" in text_of(client.get(URL))
    answer = client.post(URL, {"name": "Amara", "email": "amara@example.org"})
    assert answer.status_code == 422
    assert not Interest.objects.exists()


def test_other_events_are_registered_for_as_before(publish, site, client):
    publish()
    assert "Say that you are interested" not in text_of(client.get("/events/women-on-the-front-line/register/"))
    assert client.get("/events/women-on-the-front-line/interest/sent/").status_code == 404


def test_the_form_costs_the_same_with_one_and_with_three_questions(make_phase, site, client, django_assert_num_queries):
    make_phase(questions=QUESTIONS[:1])
    client.get(URL)
    with django_assert_num_queries(7):
        client.get(URL)
    make_phase(questions=QUESTIONS)
    with django_assert_num_queries(7):
        client.get(URL)
