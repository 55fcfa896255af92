"""The access facts: what must be answered before publishing, and who is told when an answer changes."""

from datetime import date, datetime, timedelta

import pytest

from events.outbox.models import Message
from events.registration.messages import compose, prepare
from events.registration.models import Registration
from events.registration.services.announcing import announce_due_events
from events.registration.services.managing import change_details
from events.schedule.access import AccessFact, access_problems, lost_or_changed
from events.schedule.queries import access_in_words
from events.schedule.rules import EventKind

ALL_YES = dict.fromkeys(AccessFact, "yes")
DATES = {AccessFact.RECORDING: date(2027, 3, 15), AccessFact.TRANSCRIPT: date(2027, 3, 15)}


def problems(kind=EventKind.WEBINAR, has_place=False, dates=DATES, **answers):
    given = ALL_YES | {AccessFact(name): answer for name, answer in answers.items()}
    return {p.field for p in access_problems(kind=kind, has_place=has_place, answers=given, dates=dates)}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, set()),
        ({"captions": ""}, {"captions"}),
        ({"bsl": "no", "quiet_space": "no"}, set()),
        ({"step_free": "na", "quiet_space": "na"}, set()),
        ({"step_free": "na", "has_place": True}, {"step_free"}),
        ({"captions": "na", "has_place": True}, set()),
        ({"captions": "ask"}, {"captions"}),
        ({"captions": "ask", "kind": EventKind.EXTERNAL}, set()),
        ({"dates": {}}, {"recording_date", "transcript_date"}),
        ({"dates": {}, "recording": "no", "transcript": "no"}, set()),
        (dict.fromkeys(AccessFact, ""), set(AccessFact)),
    ],
)
def test_every_fact_is_answered_before_publishing(changes, fields):
    assert problems(**changes) == fields


@pytest.mark.parametrize(
    ("told", "now", "relies_on", "expected"),
    [
        ({"bsl": "yes"}, {"bsl": "yes"}, ["bsl"], []),
        ({"bsl": "yes"}, {"bsl": "no"}, ["bsl"], ["bsl"]),
        ({"bsl": "yes"}, {"bsl": "no"}, [], []),
        ({"bsl": "yes"}, {}, ["bsl"], ["bsl"]),
        (
            {"recording": "yes", "recording_date": "2027-03-15"},
            {"recording": "yes", "recording_date": "2027-04-15"},
            ["recording"],
            ["recording"],
        ),
    ],
)
def test_a_change_is_news_to_those_who_rely_on_it(told, now, relies_on, expected):
    assert lost_or_changed(told=told, now=now, relies_on=relies_on) == expected


def test_answers_are_told_in_words_and_what_does_not_apply_is_left_out():
    said = access_in_words({"captions": "no", "step_free": "na", "recording": "yes", "recording_date": "2027-03-15"})

    assert [(fact.label, fact.answer, fact.is_yes) for fact in said] == [
        ("Captions", "No", False),
        ("Recording", "Yes, online by 15 March 2027", True),
    ]


WITH_BSL = {"captions": "yes", "bsl": "yes"}
WITHOUT_BSL = {"captions": "yes", "bsl": "no"}


@pytest.fixture
def announced(now):
    def do(day):
        return announce_due_events(now=now + timedelta(days=day))

    return do


def told():
    return list(Message.objects.filter(kind="access_changed").order_by("id").values_list("to_email", flat=True))


@pytest.mark.django_db
def test_who_relies_on_a_fact_hears_of_its_change_once_and_nobody_else_does(publish, sign_up, announced):
    event = publish(capacity=2, access=WITH_BSL)
    sign_up(event, "amara", relies_on=("bsl",))
    sign_up(event, "bronwen", relies_on=("captions",))
    sign_up(event, "chioma", relies_on=("bsl", "captions"))  # on the waiting list
    announced(1)

    publish(capacity=2, access=WITHOUT_BSL)
    announced(2)
    announced(3)
    publish(capacity=2, access=WITHOUT_BSL, title="Another title")
    announced(4)

    assert told() == ["amara@example.org", "chioma@example.org"]


@pytest.mark.django_db
def test_a_change_that_is_taken_back_within_the_quiet_period_is_no_news(publish, sign_up, announced):
    sign_up(publish(access=WITH_BSL), "amara", relies_on=("bsl",))
    announced(1)

    publish(access=WITHOUT_BSL)
    publish(access=WITH_BSL)
    announced(2)

    assert told() == []


@pytest.mark.django_db
def test_the_mail_says_what_holds_now_for_what_the_person_relies_on(publish, sign_up, announced):
    sign_up(publish(access=WITH_BSL), "amara", relies_on=("bsl",))
    publish(access=WITHOUT_BSL)
    announced(1)
    message = Message.objects.get(kind="access_changed")

    draft = compose(message, prepare([message]))

    assert draft.subject == "Access has changed: Women on the front line"
    assert "- British Sign Language: No" in draft.text
    assert "Captions" not in draft.text + draft.html
    assert draft.calendar is None


@pytest.mark.django_db
def test_ticking_a_fact_on_the_manage_page_is_being_told_its_answer(publish, sign_up, announced):
    amara = sign_up(publish(access=WITH_BSL), "amara")
    publish(access=WITHOUT_BSL)
    change_details(registration_id=amara.pk, name="Amara", access_needs="", relies_on=["bsl"])
    announced(1)

    assert Registration.objects.get().relies_on == ["bsl"]
    assert told() == []


@pytest.mark.django_db
def test_an_access_change_alone_moves_no_calendar_entry(publish, sign_up, announced):
    sign_up(publish(access=WITH_BSL), "amara", relies_on=("bsl",))
    publish(access=WITHOUT_BSL, starts=datetime(2027, 3, 8, 18, 0))
    announced(1)

    assert not Message.objects.filter(kind="update").exists()
