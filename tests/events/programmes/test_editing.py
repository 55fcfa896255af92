"""The editor's part: what the page's form refuses, and what publishing projects."""

import pytest
from wagtail.test.utils.form_data import inline_formset

from events.pages.models import EventPage
from events.programmes.models import Phase
from events.schedule.models import Event


def sessions(*days):
    rows = [
        {
            "id": "",
            "title": f"Meeting {day}",
            "date": day,
            "starts": "17:00",
            "ends": "18:00",
            "end_date": "",
            "place": "Library",
            "stream_url": "",
        }
        for day in days
    ]
    return inline_formset(rows)


def programme(**changes):
    question = {"id": "", "label": "When?", "kind": "choice", "choices": "Early\nLate", "is_required": "on"}
    return {
        "kind": "programme",
        "by_interest": "on",
        "programme_name": "Mentoring",
        "capacity_online": "",
        "step_free": "yes",
        "quiet_space": "yes",
        "sessions": sessions("2027-03-12", "2027-03-19"),
        "questions": inline_formset([question | changes.pop("question", {})]),
    } | changes


def test_publishing_projects_the_phase_and_its_questions(editor):
    editor.publishes(**programme())
    phase = Phase.objects.get()
    assert (phase.programme.name, phase.number, phase.event.by_interest) == ("Mentoring", 1, True)
    asked = phase.questions_in("en")[0]
    assert (asked.label, asked.is_required, asked.choices) == ("When?", True, (("Early", "Early"), ("Late", "Late")))


def test_a_draft_projects_nothing(editor):
    assert editor.sends(**programme()).status_code == 302
    assert not Phase.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"programme_name": ""}, "Enter the name that all phases of this programme share."),
        ({"kind": "webinar"}, "Only for a programme of several sessions."),
        ({"question": {"choices": "Early"}}, "Enter two answers or more, each on a line of its own."),
    ],
)
def test_what_is_refused(editor, changes, error):
    answer = editor.sends(button="action-publish", **programme(**changes))
    assert answer.status_code == 200 and error in answer.content.decode()
    assert not EventPage.objects.filter(live=True).exists()


def test_two_events_are_not_the_same_phase(editor):
    editor.publishes(**programme())
    answer = editor.sends(button="action-publish", **programme(slug="again", title="Again"))
    assert "Another event is phase 1 of “Mentoring”. Enter the next number." in answer.content.decode()
    editor.publishes(**programme(slug="again", title="Again", phase_number="2"))
    assert Phase.objects.count() == 2


def test_the_way_in_stays_while_people_have_come_by_it(editor, express, now, publish, sign_up):
    page = editor.publishes(**programme())
    express(Phase.objects.select_related("event").get())
    rows = [
        {"id": row.pk, "title": row.title, "date": row.date, "starts": "17:00", "ends": "18:00", "place": "Library"}
        for row in page.sessions.all()
    ]
    data = programme(sessions=inline_formset(rows, initial=2), questions=inline_formset([]))
    page.sessions.all()[1].delete()  # the test's form reads one row
    answer = editor.sends(page, button="action-publish", **(data | {"by_interest": ""}))
    assert "1 people have expressed their interest. Keep this ticked." in answer.content.decode()
