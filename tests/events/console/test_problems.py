"""When mail is stuck, whoever may see messages reads why: on the CMS's front page and on every page of the desk."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.console.views.problems import mail_problem_for
from events.outbox.models import WorkerProcess
from tests.events.console.conftest import make_user

pytestmark = pytest.mark.django_db
STUCK = "No worker has run"


@pytest.fixture
def amara(publish, sign_up, run_by):
    return sign_up(run_by(publish(capacity=9), "officer"), "amara")


def pages(person):
    event, message = person.event, person.messages.first()
    return (
        "/cms/",
        "/cms/event-desk/",
        f"/cms/event-desk/inspect/{event.pk}/",
        f"/cms/event-desk/host/{event.pk}/",
        "/cms/registrations/",
        "/cms/waiting-lists/",
        "/cms/undelivered/",
        "/cms/messages/",
        "/cms/receipts/",
        f"/cms/registrations/inspect/{person.pk}/",
        f"/cms/registrations/remove/{person.pk}/",
        f"/cms/messages/inspect/{message.pk}/",
        f"/cms/bulk/events/registration/remove/?id={person.pk}",
    )


def text(response):
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def test_every_page_says_why(log_in, amara):
    officer = log_in("officer")

    for url in pages(amara):
        assert STUCK in text(officer.get(url)), url


def test_nothing_is_said_while_all_is_well(log_in, amara, now):
    WorkerProcess.objects.create(key="11111111-1111-4111-8111-111111111111", started_at=now, seen_at=now)
    officer = log_in("officer")

    for url in pages(amara):
        assert "Mail is stuck" not in text(officer.get(url)), url


@pytest.mark.parametrize("role", ["comms", "lead", "recruiter"])
def test_nobody_else_is_bothered(log_in, amara, role):
    assert STUCK not in text(log_in(role).get("/cms/"))


def test_it_takes_four_statements(amara):
    user = make_user("officer", "officer")
    user.has_perm("events.view_message")
    with CaptureQueriesContext(connection) as statements:
        assert STUCK in mail_problem_for(user)

    assert len(statements) <= 4
