"""A programme that is called off: nobody is told that she is in, no session is set, and pages show what took place."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from events.outbox.models import Message
from events.programmes.models import Attendance, Interest, PairSession, Phase
from events.programmes.queries.figures import figures_of_phase
from events.programmes.queries.meetings import Subject
from events.programmes.rules import Party, Times
from events.programmes.services import (
    complete_pair,
    decide,
    follow_events,
    mark_attendance,
    pair_up,
    purge_programmes,
    withdraw,
)
from events.programmes.tokens import token_of
from events.schedule.models import Event
from tests.programmes import meet, senior
from tests.visitors import text_of

pytestmark = pytest.mark.django_db
FIRST = datetime(2027, 3, 16, 17, 30)
BETWEEN = datetime(2027, 3, 20, 9, 0, tzinfo=UTC)
AFTER = datetime(2027, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def officer(db):
    return senior("helen")


@pytest.fixture
def pair(make_phase, make_pair, officer, now):
    """Two who have met once, in a programme that is called off before they meet again."""
    pair = make_pair(make_phase(), "amara", officer)
    meet(pair, FIRST, now=now)
    meet(pair, FIRST + timedelta(days=14), now=now)
    pair.phase.event.sessions.update(starts_at=FIRST.replace(tzinfo=UTC), ends_at=AFTER)
    make_phase(at=BETWEEN, is_cancelled=True)
    return pair


def test_nobody_is_accepted_or_paired_and_whoever_waits_can_be_declined(make_phase, express, officer, now):
    phase = make_phase()
    waiting, accepted = express(phase), express(phase, "bronwen")
    assert decide(interest_id=accepted.pk, accept=True, reason="x", by=officer, now=now)
    make_phase(is_cancelled=True)

    assert not decide(interest_id=waiting.pk, accept=True, reason="x", by=officer, now=now)
    assert pair_up(interest_id=accepted.pk, senior_id=officer.pk, now=now) == "over"
    assert not Message.objects.filter(kind="mentoring_accepted", interest=waiting).exists()
    assert decide(interest_id=waiting.pk, accept=False, reason="Off.", by=officer, now=now)


def test_nobody_is_accepted_once_it_is_over(make_phase, express, officer):
    waiting = express(make_phase())
    assert not decide(interest_id=waiting.pk, accept=True, reason="x", by=officer, now=datetime(2027, 5, 1, tzinfo=UTC))


def test_everybody_who_waits_or_takes_part_is_told_once(make_phase, make_pair, express, officer, now):
    phase = make_phase()
    express(phase, "chioma")
    make_pair(phase, "amara", officer)
    declined, gone = express(phase, "dina"), express(phase, "esi")
    decide(interest_id=declined.pk, accept=False, reason="x", by=officer, now=now)
    withdraw(interest_id=gone.pk, now=now)

    def published(**changes):
        make_phase(**changes)
        Event.objects.update(announce_at=None)  # the quiet period is over
        follow_events(now=now)
        return sorted(Message.objects.filter(kind="mentoring_called_off").values_list("to_email", flat=True))

    told = ["amara@example.org", "chioma@example.org"]
    assert published() == []
    assert published(is_cancelled=True) == told
    assert published(is_cancelled=True, cancellation_note="Another note.") == told


def test_no_session_is_set_or_moved(pair):
    assert meet(pair, FIRST + timedelta(days=20), now=BETWEEN) is Times.OFF
    later = PairSession.objects.order_by("starts_at").last()
    assert meet(pair, FIRST + timedelta(days=21), now=BETWEEN, session_id=later.pk) is Times.OFF
    assert PairSession.objects.count() == 2


@pytest.mark.parametrize("moment", [BETWEEN, AFTER])
def test_pages_and_figures_say_what_took_place_and_nothing_else(pair, officer, site, client, moment):
    with time_machine.travel(moment, tick=False):
        own = text_of(client.get(reverse("registration:mentoring", args=[token_of(pair.interest)])))
        log_in = Client()
        log_in.force_login(officer)
        hers = text_of(log_in.get("/cms/mentoring/people/"))

    for page in (own, hers):
        assert "The programme is cancelled" in page or "the programme is cancelled" in page
        assert "Your first session follows" not in page and "We are looking for" not in page
        assert "16 March 2027" in page and "30 March 2027" not in page
    assert figures_of_phase(Phase.objects.get(), now=moment).own_held == 1


def test_who_came_is_said_of_what_took_place(pair, officer):
    first, second = PairSession.objects.order_by("starts_at")
    for session, said in ((first, True), (second, False)):
        done = mark_attendance(
            pair_id=pair.pk, subject=Subject(session.pk, 0), party=Party.MENTOR, came=True, by=officer, now=AFTER
        )
        assert done is said
    assert Attendance.objects.count() == 1
    assert complete_pair(pair_id=pair.pk, now=BETWEEN), "what is off does not lie ahead"
    assert Interest.objects.get().state == "completed"


def test_what_is_off_keeps_nobody_longer(pair, make_phase, now):
    PairSession.objects.filter(starts_at__gt=BETWEEN).update(
        starts_at=datetime(2027, 12, 1, 9, tzinfo=UTC), ends_at=datetime(2027, 12, 1, 10, tzinfo=UTC)
    )
    assert purge_programmes(now=datetime(2027, 9, 1, tzinfo=UTC), dry_run=True) == 1
