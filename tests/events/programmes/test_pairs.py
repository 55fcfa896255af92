"""Review, pairs, sessions and attendance: each step once, each told to whom it concerns."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.programmes.models import Attendance, Interest, Pair, PairEntry, PairSession, Phase
from events.programmes.queries.figures import figures_of_phase
from events.programmes.queries.meetings import Subject
from events.programmes.rules import Party, Times
from events.programmes.services import (
    call_off_session,
    complete_pair,
    decide,
    end_pair,
    end_pairs_of_leavers,
    follow_events,
    invite_alumni,
    mark_attendance,
    move_with_tzdata,
    pair_up,
    purge_programmes,
    set_session,
    take_into_review,
    withdraw,
)
from tests.programmes import meet, programme_spec, senior

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = datetime(2027, 3, 16, 17, 30)


@pytest.fixture
def officer(db):
    return senior("helen")


@pytest.fixture
def pair(phase, make_pair, officer):
    return make_pair(phase, "amara", officer)


def kinds(**where):
    return list(Message.objects.filter(**where).order_by("id").values_list("kind", flat=True))


class TestReview:
    def test_each_step_once(self, phase, express, officer, now):
        interest = express(phase)
        assert take_into_review(interest_id=interest.pk, by=officer, now=now)
        assert not take_into_review(interest_id=interest.pk, by=officer, now=now)
        assert decide(interest_id=interest.pk, accept=False, reason="No time.", by=officer, now=now)
        assert not decide(interest_id=interest.pk, accept=False, reason="No time.", by=officer, now=now)
        assert not decide(interest_id=interest.pk, accept=True, reason="After all.", by=officer, now=now)

        assert kinds() == ["mentoring_received", "mentoring_declined"]

    def test_a_paired_one_is_not_declined_but_parted_first(self, pair, officer, now):
        assert not decide(interest_id=pair.interest_id, accept=False, reason="x", by=officer, now=now)
        assert end_pair(pair_id=pair.pk, now=now)
        assert decide(interest_id=pair.interest_id, accept=False, reason="x", by=officer, now=now)

    def test_who_has_withdrawn_is_not_accepted(self, phase, express, officer, now):
        interest = express(phase)
        withdraw(interest_id=interest.pk, now=now)
        assert not decide(interest_id=interest.pk, accept=True, reason="x", by=officer, now=now)


class TestPairing:
    def test_a_pair_once_a_person_and_phase(self, pair, phase, express, officer, now):
        assert pair_up(interest_id=pair.interest_id, senior_id=officer.pk, now=now) == "unchanged"
        other = senior("olga")
        assert pair_up(interest_id=pair.interest_id, senior_id=other.pk, now=now) == "not_accepted"
        bronwen = express(phase, "bronwen")
        decide(interest_id=bronwen.pk, accept=True, reason="x", by=officer, now=now)
        assert pair_up(interest_id=bronwen.pk, senior_id=officer.pk, now=now) == "senior_taken"
        assert pair_up(interest_id=bronwen.pk, senior_id=other.pk, now=now) == "paired"

    def test_only_with_a_senior_officer_and_while_it_lasts(self, phase, express, officer, now, django_user_model):
        interest = express(phase)
        assert pair_up(interest_id=interest.pk, senior_id=officer.pk, now=now) == "not_accepted"
        decide(interest_id=interest.pk, accept=True, reason="x", by=officer, now=now)
        nobody = django_user_model.objects.create_superuser("root", "root@example.org", "x")
        assert pair_up(interest_id=interest.pk, senior_id=nobody.pk, now=now) == "not_a_senior"
        officer.email = ""
        officer.save()
        assert pair_up(interest_id=interest.pk, senior_id=officer.pk, now=now) == "not_a_senior", "nothing reaches her"
        late = datetime(2027, 4, 10, tzinfo=UTC)
        assert pair_up(interest_id=interest.pk, senior_id=officer.pk, now=late) == "over"

    def test_both_get_the_programmes_sessions(self, pair):
        told = PairEntry.objects.filter(pair=pair).values_list("party", "session__title", "sequence")
        assert sorted(told) == [
            (party, title, 0)
            for party in ("mentor", "senior")
            for title in ("Getting to know each other", "What we take with us")
        ]
        assert kinds(to_email="helen@police.example.org", state="queued") == [
            "mentoring_paired", "mentoring_session", "mentoring_reminder", "mentoring_session", "mentoring_reminder",
        ]  # fmt: skip

    def test_who_is_paired_late_is_not_asked_to_what_has_begun(self, phase, make_pair, express, officer, now):
        interest = express(phase)
        decide(interest_id=interest.pk, accept=True, reason="x", by=officer, now=now)
        pair_up(interest_id=interest.pk, senior_id=officer.pk, now=datetime(2027, 3, 12, 17, 30, tzinfo=UTC))
        assert set(PairEntry.objects.values_list("session__title", flat=True)) == {"What we take with us"}

    def test_parting_frees_both_and_tells_them(self, pair, phase, officer, now):
        meet(pair, FIRST, now=now)
        assert end_pair(pair_id=pair.pk, now=now) and not end_pair(pair_id=pair.pk, now=now)
        assert kinds(kind="mentoring_ended") == ["mentoring_ended"] * 2
        assert Message.objects.filter(kind="mentoring_off").count() == 6
        assert not Message.objects.filter(kind="mentoring_reminder", state="queued").exists()
        assert pair_up(interest_id=pair.interest_id, senior_id=officer.pk, now=now) == "paired"
        assert list(broken_invariants()) == []

    def test_an_officer_who_leaves_gives_the_mentor_back(self, pair, officer, now):
        assert end_pairs_of_leavers(now=now) == 0
        officer.is_active = False
        officer.save()
        assert end_pairs_of_leavers(now=now) == 1 and end_pairs_of_leavers(now=now) == 0
        assert Interest.objects.get().state == "accepted"


class TestSessions:
    def test_a_double_click_is_one(self, pair, now):
        assert [meet(pair, FIRST, now=now) for _ in range(3)] == [Times.SET, Times.UNCHANGED, Times.UNCHANGED]
        assert PairSession.objects.count() == 1
        assert Message.objects.filter(pair_entry__pair_session__isnull=False, kind="mentoring_session").count() == 2

    def test_a_move_is_the_same_entry_with_the_next_sequence_and_new_reminders(self, pair, now):
        meet(pair, FIRST, now=now)
        session = PairSession.objects.get()
        moved = FIRST + DAY
        fields = {"starts_local": moved, "ends_local": moved + timedelta(hours=1), "time_zone": "Europe/London"}
        for _ in range(2):
            set_session(pair_id=pair.pk, session_id=session.pk, **fields, place="Brixton Library", link="", now=now)
        entries = PairEntry.objects.filter(pair_session=session, party="mentor").order_by("id")
        assert [(e.sequence, e.method) for e in entries] == [(0, "REQUEST"), (1, "REQUEST")]
        assert len({e.uid for e in entries}) == 1
        reminders = Message.objects.filter(kind="mentoring_reminder", pair_entry__in=entries)
        assert [(r.state, r.due_at.day) for r in reminders.order_by("id")] == [("skipped", 15), ("queued", 16)]

    @pytest.mark.parametrize(
        ("starts", "answer"),
        [
            (datetime(2027, 1, 31, 17), Times.PAST),
            (datetime(2028, 3, 16, 17), Times.TOO_FAR),
            (FIRST + timedelta(minutes=30), Times.CLASHES),
        ],
    )
    def test_what_is_refused(self, pair, now, starts, answer):
        meet(pair, FIRST, now=now)
        assert meet(pair, starts, now=now) is answer
        assert PairSession.objects.count() == 1

    def test_a_time_that_does_not_exist_raises(self, pair, now):
        with pytest.raises(ValueError, match="does not exist"):
            meet(pair, datetime(2027, 3, 28, 1, 30), now=now)

    def test_what_has_begun_is_neither_moved_nor_called_off(self, pair, now):
        meet(pair, FIRST, now=now)
        session = PairSession.objects.get()
        later = session.starts_at + timedelta(minutes=1)
        fields = {"starts_local": FIRST + DAY, "ends_local": FIRST + DAY + timedelta(hours=1), "now": later}
        answer = set_session(
            pair_id=pair.pk, session_id=session.pk, time_zone="Europe/London", place="x", link="", **fields
        )
        assert answer is Times.BEGUN
        assert not call_off_session(pair_id=pair.pk, session_id=session.pk, now=later)

    def test_called_off_once(self, pair, now):
        meet(pair, FIRST, now=now)
        session = PairSession.objects.get()
        assert call_off_session(pair_id=pair.pk, session_id=session.pk, now=now)
        assert not call_off_session(pair_id=pair.pk, session_id=session.pk, now=now)
        assert Message.objects.filter(kind="mentoring_off").count() == 2

    def test_another_release_of_tzdata_moves_the_instant_and_tells_both(self, pair, now):
        meet(pair, FIRST, now=now)
        PairSession.objects.update(starts_at=datetime(2027, 3, 16, 16, 30, tzinfo=UTC))
        assert move_with_tzdata(now=now) == 1 and move_with_tzdata(now=now) == 0
        assert PairSession.objects.get().starts_at == datetime(2027, 3, 16, 17, 30, tzinfo=UTC)

    def test_a_published_change_reaches_both_calendars_after_the_quiet_period(self, pair, make_phase, now):
        assert follow_events(now=now) == 0, "the quiet period runs"
        Phase.objects.get().event.__class__.objects.update(announce_at=None)
        follow_events(now=now)
        before = PairEntry.objects.count()
        make_phase(sessions=programme_spec(2).sessions[:1])
        Phase.objects.get().event.__class__.objects.update(announce_at=None)
        assert follow_events(now=now) == 1 and follow_events(now=now) == 0
        assert PairEntry.objects.filter(method="CANCEL").count() == 2 == PairEntry.objects.count() - before

    def test_a_cancelled_programme_takes_everything_out(self, pair, make_phase, now):
        meet(pair, FIRST, now=now)
        make_phase(is_cancelled=True)
        Phase.objects.get().event.__class__.objects.update(announce_at=None)
        follow_events(now=now)
        assert PairEntry.objects.filter(method="CANCEL").count() == 6


class TestAttendance:
    def test_said_once_begun_and_changed_when_wrong(self, pair, officer, now):
        meet(pair, FIRST, now=now)
        session = PairSession.objects.get()
        fields = {"pair_id": pair.pk, "subject": Subject(session.pk, 0), "party": Party.MENTOR, "by": officer}
        assert not mark_attendance(**fields, came=True, now=now)
        begun = session.starts_at
        assert mark_attendance(**fields, came=True, now=begun)
        assert mark_attendance(**fields, came=False, now=begun)
        assert Attendance.objects.get().came is False

    def test_not_of_anothers_session(self, pair, phase, make_pair, officer, now):
        other = make_pair(phase, "bronwen", senior("olga"))
        meet(other, FIRST, now=now)
        theirs = PairSession.objects.get()
        marked = mark_attendance(
            pair_id=pair.pk, subject=Subject(theirs.pk, 0), party=Party.MENTOR, came=True, by=officer,
            now=theirs.ends_at,
        )  # fmt: skip
        assert not marked

    def test_figures_count_what_was_held(self, pair, phase, officer, now):
        meet(pair, FIRST, now=now)
        session = PairSession.objects.get()
        for party, came in ((Party.MENTOR, True), (Party.SENIOR, False)):
            subject = Subject(session.pk, 0)
            mark_attendance(pair_id=pair.pk, subject=subject, party=party, came=came, by=officer, now=session.ends_at)
        figures = figures_of_phase(phase, now=session.ends_at)
        assert (figures.own_held, figures.common_held, figures.mentor_seats) == (1, 1, 2)
        assert (figures.mentors_came, figures.seniors_came, figures.pairs) == (1, 0, 1)

    def test_of_two_who_were_parted_nobody_came_to_more_than_there_was(self, pair, phase, officer, now):
        session = phase.event.sessions.order_by("starts_at").first()
        subject = Subject(0, session.pk)
        mark_attendance(
            pair_id=pair.pk, subject=subject, party=Party.MENTOR, came=True, by=officer, now=session.ends_at
        )
        end_pair(pair_id=pair.pk, now=session.ends_at)
        figures = figures_of_phase(phase, now=datetime(2027, 5, 1, tzinfo=UTC))
        assert (figures.mentors_came, figures.mentor_seats, figures.pairs) == (1, 1, 0)

    def test_complete_when_it_has_met(self, pair, now):
        assert not complete_pair(pair_id=pair.pk, now=now)
        meet(pair, FIRST, now=now)
        assert not complete_pair(pair_id=pair.pk, now=now), "it lies ahead"
        after = datetime(2027, 3, 17, tzinfo=UTC)
        assert complete_pair(pair_id=pair.pk, now=after) and not complete_pair(pair_id=pair.pk, now=after)
        assert Interest.objects.get().state == "completed"


class TestAlumni:
    def test_asked_once_and_only_who_completed_and_is_not_there(self, make_phase, make_pair, express, officer, now):
        first = make_phase(1)
        pair = make_pair(first, "amara", officer)
        make_pair(first, "bronwen", senior("olga"))
        meet(pair, FIRST, now=now)
        complete_pair(pair_id=pair.pk, now=datetime(2027, 3, 17, tzinfo=UTC))
        second = make_phase(2)

        assert invite_alumni(phase_id=second.pk, by=officer, now=now) == 1
        assert invite_alumni(phase_id=second.pk, by=officer, now=now) == 0
        assert kinds(kind="mentoring_invited") == ["mentoring_invited"]
        assert invite_alumni(phase_id=second.pk, by=officer, now=datetime(2027, 5, 1, tzinfo=UTC)) is None


class TestForgetting:
    def test_ninety_days_after_the_programme_and_after_a_refusal(self, pair, phase, express, officer, now):
        declined = express(phase, "bronwen")
        decide(interest_id=declined.pk, accept=False, reason="x", by=officer, now=now)
        assert purge_programmes(now=now + 89 * DAY, dry_run=True) == 0
        assert purge_programmes(now=now + 90 * DAY, dry_run=True) == 1
        assert purge_programmes(now=now + 90 * DAY, dry_run=False) == 1
        declined.refresh_from_db()
        assert (declined.name, declined.email, declined.reason, declined.answers) == ("", "", "", [])
        session = phase.event.sessions.order_by("starts_at").first()
        subject = Subject(0, session.pk)
        mark_attendance(
            pair_id=pair.pk, subject=subject, party=Party.SENIOR, came=True, by=officer, now=session.ends_at
        )
        over = datetime(2027, 7, 8, 17, 30, tzinfo=UTC)
        assert purge_programmes(now=over, dry_run=False) == 1 and purge_programmes(now=over, dry_run=False) == 0
        pair.refresh_from_db()
        assert pair.senior is None
        assert not Attendance.objects.exclude(marked_by=None).exists()
        assert not Interest.objects.exclude(erased_at=None).exclude(decided_by=None).exists()
        assert not Message.objects.filter(interest__isnull=False, state="queued").exists()
        assert list(broken_invariants()) == []

    def test_a_mail_on_the_wire_keeps_its_address_until_it_has_settled(self, phase, express, now):
        withdraw(interest_id=express(phase).pk, now=now)
        held = Message.objects.filter(kind="mentoring_received")
        on_the_wire = {"claimed_by": uuid.uuid4(), "lease_until": now + 91 * DAY}
        held.update(state="handed_off", **on_the_wire, handed_off_at=now, reason="", settled_at=None)
        assert purge_programmes(now=now + 90 * DAY, dry_run=False) == 1
        assert held.get().to_email == "amara@example.org"
        held.update(state="sent", **dict.fromkeys(on_the_wire), settled_at=now)
        assert purge_programmes(now=now + 91 * DAY, dry_run=False) == 0
        assert held.get().to_email == ""

    def test_a_session_of_a_pair_after_the_end_keeps_them_longer(self, pair, now):
        meet(pair, datetime(2027, 5, 16, 17, 30), now=now)
        assert purge_programmes(now=datetime(2027, 7, 8, 17, 30, tzinfo=UTC), dry_run=True) == 0
        assert purge_programmes(now=datetime(2027, 8, 15, tzinfo=UTC), dry_run=True) == 1


def trips(make):
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


class TestConstraints:
    def test_one_address_a_phase(self, phase, express):
        first, second = express(phase), express(phase, "bronwen")
        rows = Interest.objects.filter(pk=second.pk)
        trips(lambda: rows.update(email_key=first.email_key))
        rows.update(email_key=first.email_key, state="withdrawn")

    def test_an_address_until_erased_a_reason_and_a_time(self, phase, express, now):
        rows = Interest.objects.filter(pk=express(phase).pk)
        trips(lambda: rows.update(email_key=""))
        trips(lambda: rows.update(state="accepted"))
        trips(lambda: rows.update(state="declined", decided_at=now))
        rows.update(state="declined", decided_at=now, reason="x")

    def test_pairs(self, pair, phase, make_pair, officer, now):
        other = make_pair(phase, "bronwen", senior("olga"))
        rows = Pair.objects.filter(pk=other.pk)
        trips(lambda: rows.update(senior=officer))
        trips(lambda: rows.update(interest=pair.interest_id))
        trips(lambda: rows.update(senior=None))
        trips(lambda: rows.update(completed_at=now, ended_at=now))
        rows.update(senior=officer, ended_at=now)

    def test_sessions_entries_and_attendance(self, pair, now):
        meet(pair, FIRST, now=now)
        meet(pair, FIRST + DAY, now=now)
        one, two = PairSession.objects.order_by("starts_at")
        trips(lambda: PairSession.objects.filter(pk=two.pk).update(starts_at=one.starts_at))
        trips(lambda: PairSession.objects.filter(pk=two.pk).update(ends_at=two.starts_at))
        entry = PairEntry.objects.filter(pair_session=one).first()
        trips(lambda: PairEntry.objects.filter(pk=entry.pk).update(pair_session=None))
        trips(lambda: PairEntry.objects.filter(pk=entry.pk).update(ends_at=entry.starts_at))
        entry.pk = None
        trips(lambda: entry.save(force_insert=True))
        fields = {"pair": pair, "party": "mentor", "came": True, "marked_at": now}
        trips(lambda: Attendance.objects.create(**fields))
        Attendance.objects.create(pair_session=one, **fields)
        trips(lambda: Attendance.objects.create(pair_session=one, **fields))
        common = pair.phase.event.sessions.first()
        Attendance.objects.create(session=common, **fields)
        trips(lambda: Attendance.objects.create(session=common, **fields))

    def test_phases_and_invitations(self, make_phase, express, now):
        first, second = make_phase(1), make_phase(2)
        trips(lambda: Phase.objects.filter(pk=second.pk).update(number=1))
        trips(lambda: Phase.objects.filter(pk=second.pk).update(number=0))
        interest = express(first)
        interest.invitations.create(phase=second, invited_at=now)
        trips(lambda: interest.invitations.create(phase=second, invited_at=now))

    def test_invariants_see_what_no_constraint_can(self, pair, make_phase, now):
        Interest.objects.update(state="accepted")
        assert any("is in a pair" in said for said in broken_invariants())
        Interest.objects.update(state="paired")
        Pair.objects.update(phase=make_phase(3))
        assert any("another phase" in said for said in broken_invariants())
