"""One officer, many mentors: real processes, forked from this one and let go at the same moment."""

import uuid
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.programmes.models import Interest, Pair, PairEntry
from events.programmes.services import (
    Application,
    call_off_session,
    decide,
    express_interest,
    pair_up,
    pairing,
    withdraw,
)
from tests.processes import at_the_same_moment
from tests.programmes import ANSWERS, meet, senior

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MENTORS = 8
FIRST = datetime(2027, 3, 16, 17, 30)
INDEX = "pair_one_live_a_senior"


@pytest.fixture
def officer(transactional_db):
    return senior("helen")


@pytest.fixture
def accepted(make_phase, express, officer, now):
    phase = make_phase()
    people = [express(phase, f"mentor-{number}") for number in range(MENTORS)]
    for person in people:
        decide(interest_id=person.pk, accept=True, reason="x", by=officer, now=now)
    return people


def test_of_eight_who_are_paired_with_one_officer_at_once_one_is(accepted, officer, now):
    outcomes = at_the_same_moment(
        MENTORS, lambda n: pair_up(interest_id=accepted[n].pk, senior_id=officer.pk, now=now).value
    )

    assert Counter(outcomes) == {"paired": 1, "senior_taken": MENTORS - 1}, "nobody ends in an exception"
    assert Pair.objects.count() == Interest.objects.filter(state="paired").count() == 1
    assert Message.objects.filter(kind="mentoring_paired").count() == 2
    assert list(broken_invariants()) == []


def test_one_mentor_is_paired_with_eight_officers_at_once_and_gets_one(accepted, now):
    officers = [senior(f"officer-{number}") for number in range(MENTORS)]

    outcomes = at_the_same_moment(
        MENTORS, lambda n: pair_up(interest_id=accepted[0].pk, senior_id=officers[n].pk, now=now).value
    )

    assert Counter(outcomes) == {"paired": 1, "not_accepted": MENTORS - 1}
    assert list(broken_invariants()) == []


def test_the_constraint_holds_where_nobody_looks(accepted, officer, now, monkeypatch):
    """Without the look under the lock the constraint refuses, and the answer is the same."""
    monkeypatch.setattr(pairing, "is_taken", lambda **_: False)

    outcomes = at_the_same_moment(
        MENTORS, lambda n: pair_up(interest_id=accepted[n].pk, senior_id=officer.pk, now=now).value
    )

    assert Counter(outcomes) == {"paired": 1, "senior_taken": MENTORS - 1}
    assert list(broken_invariants()) == []


@pytest.fixture
def without_constraint(transactional_db):
    constraint = next(one for one in Pair._meta.constraints if one.name == INDEX)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Pair, constraint)
    yield
    Message.objects.update(pair_entry=None, interest=None)
    for pair in Pair.objects.all():
        pair.entries.all().delete()
        pair.delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Pair, constraint)


def test_control_without_look_and_constraint_the_officer_gets_them_all(
    accepted, officer, now, monkeypatch, without_constraint
):
    monkeypatch.setattr(pairing, "is_taken", lambda **_: False)

    outcomes = at_the_same_moment(
        MENTORS, lambda n: pair_up(interest_id=accepted[n].pk, senior_id=officer.pk, now=now).value
    )

    assert Counter(outcomes)["paired"] > 1
    assert any("is in" in said and "pairs of phase" in said for said in broken_invariants())


def test_the_same_address_ten_times_at_once_is_one_person(make_phase, now):
    phase = make_phase()

    def express(number):
        return express_interest(
            phase_id=phase.pk,
            application=Application(
                name="Amara",
                email="amara@example.org",
                access_needs="",
                answers=ANSWERS,
                consent_text="Use my data to run this programme.",
                submission=uuid.uuid4(),
            ),
            now=now,
        ).pk

    assert len(set(at_the_same_moment(10, express))) == 1
    assert Interest.objects.count() == 1


def test_moved_called_off_and_withdrawn_at_once_the_calendars_say_the_same(make_phase, make_pair, officer, now):
    pair = make_pair(make_phase(), "amara", officer)
    meet(pair, FIRST, now=now)
    session = pair.sessions.get()
    steps = [
        *(lambda day=day: meet(pair, FIRST + timedelta(days=day), now=now, session_id=session.pk) for day in (1, 2, 3)),
        *(lambda: call_off_session(pair_id=pair.pk, session_id=session.pk, now=now) for _ in range(2)),
        lambda: withdraw(interest_id=pair.interest_id, now=now),
    ]

    at_the_same_moment(len(steps), lambda n: steps[n]())

    entries = list(PairEntry.objects.order_by("id"))
    by_uid = {entry.uid: [one for one in entries if one.uid == entry.uid] for entry in entries}
    for issues in by_uid.values():
        assert [one.sequence for one in issues] == list(range(len(issues)))
        assert [one.method for one in issues].count("CANCEL") == 1 and issues[-1].method == "CANCEL"
    told = Message.objects.filter(pair_entry__isnull=False).exclude(kind="mentoring_reminder")
    assert told.count() == len(entries), "one mail for each"
    assert not Message.objects.filter(kind="mentoring_reminder", state="queued").exists()
    assert list(broken_invariants()) == []
