"""Before anything leaves: drafts, crossing edits, times, tests to oneself, and whom an audience means."""

from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from events.broadcasts.audience_rules import Audience
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import people_of, sample_of, size_of
from events.broadcasts.rules import BroadcastState, Purpose
from events.broadcasts.services import (
    Crossed,
    NobodyToWriteTo,
    NotReady,
    StepRefused,
    TimeHasPassed,
    change_broadcast,
    hold,
    schedule,
    send_test,
    start,
    take_back,
    work_on_broadcasts,
)
from events.outbox.models import Message
from events.outbox.rules import Scope
from events.outbox.services import suppress
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.rules import RegistrationState as R
from events.registration.services import cancel_registration, hold_for_host
from events.schedule.access import AccessFact
from events.schedule.rules import PoolKind

pytestmark = pytest.mark.django_db
DRAFT, SCHEDULED, SENDING = BroadcastState.DRAFT, BroadcastState.SCHEDULED, BroadcastState.SENDING


def change(broadcast, officer, now, **changes):
    fields = {
        "version": broadcast.version,
        "purpose": Purpose(broadcast.purpose),
        "subject": broadcast.subject,
        "text": broadcast.text,
        "audience": Audience(),
    }
    change_broadcast(broadcast_id=broadcast.pk, **(fields | changes), by=officer, now=now)
    broadcast.refresh_from_db()


class TestWriting:
    def test_a_draft_is_kept_with_who_wrote_it_and_changed_twice(self, write, officer, now):
        draft = write()
        assert (draft.state, draft.version, draft.created_by) == (DRAFT, 1, officer)

        change(draft, officer, now, subject="Another subject")
        change(draft, officer, now, text="Other words.")

        assert (draft.subject, draft.text, draft.version) == ("Another subject", "Other words.", 3)
        actions = ModelLogEntry.objects.order_by("pk").values_list("action", "user")
        assert (
            list(actions) == [("events.broadcast_written", officer.pk)] + [("events.broadcast_changed", officer.pk)] * 2
        )

    def test_of_two_edits_that_cross_the_second_is_refused_in_words(self, write, officer, now):
        draft = write()
        change(Broadcast.objects.get(), officer, now, text="The first to save.")

        with pytest.raises(Crossed, match="Somebody has changed this since you opened it"):
            change(draft, officer, now, text="The second to save.")

        assert Broadcast.objects.get().text == "The first to save."

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"text": "Dear {first_name}"}, "text"),
            ({"text": "x" * 10_001}, "text"),
            ({"text": "\u202ehostile"}, "text"),
            ({"subject": "Hello\r\nBcc: everybody@example.org"}, "subject"),
            ({"subject": "x" * 151}, "subject"),
            ({"audience": Audience(states=())}, "states"),
            ({"audience": Audience(states=(R.CANCELLED,))}, "states"),
        ],
    )
    def test_what_could_never_be_sent_is_not_written_down(self, write, officer, now, changes, field):
        with pytest.raises(NotReady) as refused:
            write(**changes)
        assert [problem.field for problem in refused.value.problems] == [field]
        draft = write()
        with pytest.raises(NotReady):
            change(draft, officer, now, **changes)
        draft.refresh_from_db()
        assert (Broadcast.objects.count(), draft.version) == (1, 1)

    def test_once_it_is_being_sent_its_words_are_fixed(self, write, send, people, officer, now):
        broadcast = send(write())

        with pytest.raises(StepRefused, match="its words are fixed"):
            change(broadcast, officer, now, text="Other words.")
        hold(broadcast_id=broadcast.pk, by=officer, now=now)
        broadcast.refresh_from_db()
        with pytest.raises(StepRefused, match="its words are fixed"):
            change(broadcast, officer, now, text="Other words.")

        assert Broadcast.objects.get().text.startswith("Bring a pen")


class TestScheduling:
    def test_it_has_a_time_then_another_then_none(self, write, people, officer, now):
        draft = write()
        for days in (1, 2):
            draft.refresh_from_db()
            schedule(
                broadcast_id=draft.pk, version=draft.version, send_at=now + timedelta(days=days), by=officer, now=now
            )
        draft.refresh_from_db()
        assert (draft.state, draft.send_at) == (SCHEDULED, now + timedelta(days=2))

        take_back(broadcast_id=draft.pk, by=officer, now=now)
        with pytest.raises(StepRefused):
            take_back(broadcast_id=draft.pk, by=officer, now=now)
        draft.refresh_from_db()
        assert (draft.state, draft.send_at) == (DRAFT, None)

    def test_editing_what_is_scheduled_makes_it_a_draft_again(self, write, people, officer, now):
        draft = write()
        schedule(broadcast_id=draft.pk, version=1, send_at=now + timedelta(days=1), by=officer, now=now)
        draft.refresh_from_db()

        change(draft, officer, now, text="Other words.")

        assert (draft.state, draft.send_at) == (DRAFT, None)
        work_on_broadcasts(now=now + timedelta(days=1))
        assert not Message.objects.exists()

    def test_the_past_is_refused_and_so_is_what_somebody_has_changed(self, write, people, officer, now):
        draft = write()
        for moment in (now, now - timedelta(minutes=1)):
            with pytest.raises(TimeHasPassed):
                schedule(broadcast_id=draft.pk, version=1, send_at=moment, by=officer, now=now)
        with pytest.raises(Crossed):
            schedule(broadcast_id=draft.pk, version=7, send_at=now + timedelta(days=1), by=officer, now=now)
        assert Broadcast.objects.get().state == DRAFT

    def test_nobody_is_an_audience_that_is_refused_with_nothing_changed(self, write, officer, now, event):
        draft = write()
        with pytest.raises(NobodyToWriteTo, match="This audience is nobody"):
            schedule(broadcast_id=draft.pk, version=1, send_at=now + timedelta(days=1), by=officer, now=now)
        with pytest.raises(NobodyToWriteTo, match="This audience is nobody"):
            start(broadcast_id=draft.pk, version=1, by=officer, now=now)
        draft.refresh_from_db()
        assert (draft.state, draft.version, draft.started_at) == (DRAFT, 1, None)

    def test_people_who_must_not_be_written_to_are_nobody_too(self, write, people, officer, now):
        for person in people:
            suppress(email_key=person.email_key, scope=Scope.NEWS, reason="They said so.", now=now)
        news = write(purpose=Purpose.NEWS)
        with pytest.raises(NobodyToWriteTo, match="Nobody of the 5 may be written to"):
            start(broadcast_id=news.pk, version=1, by=officer, now=now)
        assert start(broadcast_id=write().pk, version=1, by=officer, now=now) == 5, "who unsubscribed still comes"

    def test_at_its_time_the_worker_starts_it(self, write, people, officer, now):
        draft = write()
        schedule(broadcast_id=draft.pk, version=1, send_at=now + timedelta(days=1), by=officer, now=now)

        work_on_broadcasts(now=now + timedelta(hours=23, minutes=59))
        assert not Message.objects.exists()
        for _ in range(3):
            work_on_broadcasts(now=now + timedelta(days=1))

        draft.refresh_from_db()
        assert (draft.state, draft.recipients, Message.objects.count()) == (SENDING, 5, 5)

    @pytest.mark.parametrize("reason", ["nobody", "called off", "late"])
    def test_what_cannot_start_at_its_time_is_a_draft_that_says_why(self, write, people, officer, publish, now, reason):
        draft = write()
        when = now + timedelta(days=1)
        schedule(broadcast_id=draft.pk, version=1, send_at=when, by=officer, now=now)
        if reason == "nobody":
            for person in people:
                cancel_registration(registration_id=person.pk, by=CancelledBy.ATTENDEE, now=now)
        elif reason == "called off":
            publish(is_cancelled=True, at=now + timedelta(hours=1))
        else:
            when += timedelta(days=2)

        for _ in range(2):
            work_on_broadcasts(now=when)

        draft.refresh_from_db()
        said = {"nobody": "This audience is nobody", "called off": "was called off", "late": "more than a day ago"}
        assert draft.state == DRAFT
        assert said[reason] in draft.problem
        assert not Message.objects.filter(broadcast=draft).exists()

    def test_an_event_without_a_date_cannot_be_named_by_one(self, write, people, officer, publish, now):
        publish(is_postponed=True)
        draft = write()
        with pytest.raises(NotReady, match="The event has no date now"):
            start(broadcast_id=draft.pk, version=1, by=officer, now=now)
        plain = write(text="We are looking for a new date.", subject="Soon")
        assert start(broadcast_id=plain.pk, version=1, by=officer, now=now) == 5


class TestATest:
    def test_it_goes_to_the_officer_alone_and_two_clicks_are_one(self, write, people, officer, now):
        draft = write()
        for _ in range(2):
            send_test(broadcast_id=draft.pk, to_email=officer.email, by=officer, now=now)

        message = Message.objects.get()
        assert (message.kind, message.to_email, message.registration) == ("broadcast_test", officer.email, None)
        send_test(broadcast_id=draft.pk, to_email=officer.email, by=officer, now=now + timedelta(minutes=1))
        assert Message.objects.count() == 2
        assert Broadcast.objects.get().state == DRAFT


class TestAudiences:
    @pytest.fixture
    def crowd(self, publish, sign_up, now):
        """Return an event of which everybody is different."""
        event = publish(kind="hybrid", place="The hall", room=2, capacity=9, reminders=())
        names = {
            "amara": {"pool": "online", "relies_on": ("captions", "bsl")},
            "bronwen": {"pool": "online", "relies_on": ("bsl",), "access_needs": "A chair with arms."},
            "chioma": {"pool": "room", "language": "fr"},
            "dina": {"pool": "room", "source": "poster"},
            "esra": {"pool": "room"},
            "fay": {"pool": "online"},
        }
        for name, fields in names.items():
            sign_up(event, name, **fields)
        hold_for_host(event_id=event.pk, name="Host", email="host@example.org", now=now)
        fay = Registration.objects.get(name="Fay")
        cancel_registration(registration_id=fay.pk, by=CancelledBy.ATTENDEE, now=now)
        Registration.objects.filter(name="Amara").update(attended_at=now)
        Registration.objects.filter(name="Bronwen").update(joined_at=now)
        Registration.objects.filter(name="Dina").update(undelivered_at=now)
        return event

    @pytest.mark.parametrize(
        ("audience", "names"),
        [
            (Audience(), "Amara Bronwen Chioma Dina"),
            (Audience(states=(R.WAITING,)), "Esra"),
            (Audience(states=(R.CANCELLED,)), "Fay"),
            (Audience(states=(R.CONFIRMED, R.WAITING)), "Amara Bronwen Chioma Dina Esra"),
            (Audience(pools=(PoolKind.ONLINE,)), "Amara Bronwen"),
            (Audience(pools=(PoolKind.HOSTS,)), "Host"),
            (Audience(relies_on=(AccessFact.CAPTIONS,)), "Amara"),
            (Audience(relies_on=(AccessFact.CAPTIONS, AccessFact.BSL)), "Amara Bronwen"),
            (Audience(relies_on=(AccessFact.QUIET_SPACE,)), ""),
            (Audience(has_needs=True), "Bronwen"),
            (Audience(has_needs=False, pools=(PoolKind.ONLINE,)), "Amara"),
            (Audience(attended=True), "Amara Bronwen"),
            (Audience(attended=False), "Chioma Dina"),
            (Audience(bounced=True), "Dina"),
            (Audience(bounced=False), "Amara Bronwen Chioma"),
            (Audience(languages=("fr",)), "Chioma"),
            (Audience(sources=("poster", "radio")), "Dina"),
            (Audience(sources=("poster",), languages=("fr",)), ""),
        ],
    )
    def test_whom_an_audience_means(self, crowd, audience, names):
        found = people_of(event_id=crowd.pk, audience=audience)
        assert sorted(person.name for person in found) == names.split()
        assert size_of(event_id=crowd.pk, audience=audience, purpose=Purpose.EVENT).people == len(names.split())

    def test_who_has_been_forgotten_and_other_events_are_in_no_audience(self, crowd, now):
        Registration.objects.filter(name="Amara").update(
            name="", email="", email_key="", erased_at=now, relies_on=[], access_needs=""
        )
        assert people_of(event_id=crowd.pk, audience=Audience()).count() == 3
        assert people_of(event_id=crowd.pk + 1, audience=Audience()).count() == 0

    def test_who_must_not_be_written_to_is_counted_by_purpose(self, crowd, now, django_assert_num_queries):
        amara, bronwen = Registration.objects.filter(name__in=["Amara", "Bronwen"])
        suppress(email_key=amara.email_key, scope=Scope.NEWS, reason="She said so.", now=now)
        suppress(email_key=amara.email_key, scope=Scope.OPTIONAL, reason="Spam.", now=now)
        suppress(email_key=bronwen.email_key, scope=Scope.NEWS, reason="She said so.", now=now)
        with django_assert_num_queries(2):
            about = size_of(event_id=crowd.pk, audience=Audience(), purpose=Purpose.EVENT)
            news = size_of(event_id=crowd.pk, audience=Audience(), purpose=Purpose.NEWS)
        assert (about.people, about.suppressed, about.reachable) == (4, 1, 3)
        assert (news.people, news.suppressed, news.reachable) == (4, 2, 2)

    @pytest.mark.parametrize("number", [1, 3, 9])
    def test_a_sample_is_of_different_people(self, crowd, number):
        found = sample_of(event_id=crowd.pk, audience=Audience(), number=number)
        assert len({person.pk for person in found}) == len(found) == min(number, 4)
        if number > 1:
            assert len({person.pool.kind for person in found}) == 2
        assert sample_of(event_id=crowd.pk, audience=Audience(sources=("x",)), number=3) == []
