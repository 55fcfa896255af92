"""From the start to the last mail: once each, held and stopped half way, whatever dies in between."""

from datetime import timedelta

import pytest

from events.broadcasts.audience_rules import Audience
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import progress_of_broadcasts
from events.broadcasts.rules import BroadcastState, Purpose
from events.broadcasts.services import StepRefused, hold, resume, sending, start, work_on_broadcasts
from events.broadcasts.services.sending import write_chunk
from events.outbox.models import Message
from events.outbox.rules import MessageState, Scope
from events.outbox.services import address_digest, suppress
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.rules import RegistrationState as R
from events.registration.services import cancel_registration
from events.registration.services.retention import purge_personal_data
from events.worker import Worker
from tests.events.broadcasts.conftest import SKIPPED, recipients, state_of, states
from tests.smtp_sink import Trouble


def digest(person):
    return address_digest(person.email_key)[:40]


@pytest.mark.django_db
class TestOnceEach:
    def test_who_left_and_registered_again_is_one_person(self, write, send, people, now):
        """The same address twice in the audience: one mail, and it counts as one."""
        twice = people[0]
        Registration.objects.filter(pk=twice.pk).update(state="cancelled", ended_at=now, ended_by="attendee")
        again = Registration.objects.get(pk=people[1].pk)
        Registration.objects.filter(pk=again.pk).update(email=twice.email, email_key=twice.email_key)

        broadcast = send(write(purpose=Purpose.NEWS, audience=Audience(states=(R.CONFIRMED, R.CANCELLED))))
        for _ in range(3):
            work_on_broadcasts(now=now)

        assert Message.objects.filter(to_email=twice.email, broadcast=broadcast).count() == 1
        assert Message.objects.filter(broadcast=broadcast).count() == broadcast.recipients == len(people) - 1

    def test_each_recipient_has_one_message_however_often_the_worker_looks(self, write, send, people, now):
        broadcast = send(write())
        for _ in range(3):
            work_on_broadcasts(now=now)

        rows = Message.objects.values_list("registration_id", "kind", "dedupe_key", "stream", "not_after")
        assert sorted(rows) == [
            (person.pk, "broadcast", f"broadcast:{broadcast.pk}:{digest(person)}", "", now + timedelta(days=7))
            for person in people
        ]
        assert (broadcast.recipients, broadcast.written_at) == (5, now)

    def test_a_second_click_on_start_is_refused_and_changes_nothing(self, write, send, people, officer, now):
        broadcast = send(write())
        with pytest.raises(StepRefused, match="This is being sent"):
            start(broadcast_id=broadcast.pk, version=broadcast.version, by=officer, now=now)
        work_on_broadcasts(now=now)
        assert Message.objects.count() == 5

    def test_a_worker_that_dies_half_way_leaves_a_whole_chunk_or_nothing_of_it(
        self, write, people, officer, now, monkeypatch
    ):
        monkeypatch.setattr(sending, "CHUNK", 2)
        broadcast = write()
        start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
        assert write_chunk(broadcast_id=broadcast.pk, now=now) == 2
        first = set(Message.objects.values_list("pk", "dedupe_key"))

        def dies(rows):
            Message.objects.bulk_create(rows)
            raise SystemExit("killed")

        with monkeypatch.context() as patch:
            patch.setattr(sending, "enqueue", dies)
            with pytest.raises(SystemExit):
                write_chunk(broadcast_id=broadcast.pk, now=now)
        assert set(Message.objects.values_list("pk", "dedupe_key")) == first

        while work_on_broadcasts(now=now):
            pass
        assert Message.objects.count() == 5
        assert first < set(Message.objects.values_list("pk", "dedupe_key"))

    def test_only_who_was_there_at_the_start_gets_it(self, write, people, sign_up, event, officer, now, monkeypatch):
        monkeypatch.setattr(sending, "CHUNK", 2)
        broadcast = write()
        start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
        write_chunk(broadcast_id=broadcast.pk, now=now)
        late = sign_up(event, "late", at=now + timedelta(seconds=5))

        while work_on_broadcasts(now=now + timedelta(seconds=10)):
            pass

        broadcast.refresh_from_db()
        assert broadcast.recipients == 5
        assert not Message.objects.filter(registration=late, broadcast=broadcast).exists()
        Registration.objects.filter(pk=people[0].pk).update(state=R.CONFIRMED)
        work_on_broadcasts(now=now + timedelta(hours=1))
        assert Message.objects.filter(broadcast=broadcast).count() == 5

    def test_one_that_cannot_be_worked_on_does_not_keep_the_others(self, write, send, people, officer, now):
        broken, fine = write(), write()
        for broadcast in (broken, fine):
            start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
        Broadcast.objects.filter(pk=broken.pk).update(audience={"colour": ["red"]})

        with pytest.raises(ExceptionGroup):
            work_on_broadcasts(now=now)

        assert Message.objects.filter(broadcast=fine).count() == 5
        assert not Message.objects.filter(broadcast=broken).exists()


@pytest.mark.django_db
class TestDelivery:
    def test_everybody_gets_it_and_then_it_is_sent(self, write, send, people, deliverer, smtp_sink, now):
        broadcast = send(write())
        while deliverer.deliver_batch():
            pass
        work_on_broadcasts(now=now)
        work_on_broadcasts(now=now)

        assert recipients(smtp_sink) == ["amara", "bronwen", "chioma", "dina", "esra"]
        assert state_of(broadcast) == BroadcastState.SENT
        assert broadcast.ended_at == now
        progress = progress_of_broadcasts([broadcast])[broadcast.pk]
        assert (progress.sent, progress.recipients, progress.percent) == (5, 5, 100)

    def test_it_is_not_sent_while_a_mail_of_it_waits(self, write, send, people, deliverer, smtp_sink, clock, now):
        broadcast = send(write())
        smtp_sink.misbehave(Trouble.GREYLIST, times=1)
        deliverer.deliver_batch()
        work_on_broadcasts(now=now)
        assert state_of(broadcast) == BroadcastState.SENDING

        clock.forward(minutes=5)
        deliverer.deliver_batch()
        work_on_broadcasts(now=clock.now)
        assert state_of(broadcast) == BroadcastState.SENT
        assert recipients(smtp_sink) == ["amara", "bronwen", "chioma", "dina", "esra"]

    def test_who_has_left_since_or_been_forgotten_gets_nothing(
        self, write, send, people, deliverer, smtp_sink, clock, now
    ):
        send(write())
        cancel_registration(registration_id=people[0].pk, by=CancelledBy.ATTENDEE, now=now)
        Registration.objects.filter(pk=people[1].pk).update(name="", email="", email_key="", erased_at=now)
        while deliverer.deliver_batch():
            pass

        mine = [m for m in smtp_sink.messages if "What to bring" in m.parsed["Subject"]]
        assert len(mine) == 3
        reasons = Message.objects.filter(kind="broadcast", state=SKIPPED).values_list("reason", flat=True)
        assert sorted(reasons) == [
            "The person's data has been deleted.",
            "The person's registration is not in the chosen state any more.",
        ]

    def test_when_the_event_is_called_off_the_rest_is_not_sent(
        self, write, send, people, publish, deliverer, smtp_sink, now
    ):
        send(write())
        send(write(purpose=Purpose.NEWS, subject="News"))
        publish(is_cancelled=True, at=now + timedelta(seconds=1))
        while deliverer.deliver_batch():
            pass

        assert {m.parsed["Subject"] for m in smtp_sink.messages} == {"News"}

    def test_after_its_deadline_it_is_not_sent(self, write, send, people, deliverer, smtp_sink, clock):
        send(write())
        clock.forward(days=7)
        deliverer.deliver_batch()
        assert smtp_sink.messages == []
        assert states() == {MessageState.EXPIRED: 5}

    def test_what_is_about_the_event_goes_to_who_wants_no_news_and_not_to_who_called_it_spam(
        self, write, send, people, deliverer, smtp_sink, now
    ):
        suppress(email_key=people[0].email_key, scope=Scope.NEWS, reason="She said so.", now=now)
        suppress(email_key=people[1].email_key, scope=Scope.OPTIONAL, reason="Spam.", now=now)
        send(write())
        deliverer.deliver_batch()
        assert recipients(smtp_sink) == ["amara", "chioma", "dina", "esra"]

    def test_the_data_of_a_held_broadcast_is_deleted_all_the_same(
        self, write, send, people, officer, deliverer, smtp_sink, clock, now
    ):
        broadcast = send(write())
        hold(broadcast_id=broadcast.pk, by=officer, now=now)
        purge_personal_data(now=now + timedelta(days=900), dry_run=False)
        assert set(Message.objects.values_list("to_email", flat=True)) == {""}
        resume(broadcast_id=broadcast.pk, by=officer, now=now)
        deliverer.deliver_batch()
        assert smtp_sink.messages == []


@pytest.mark.django_db
def test_an_idle_worker_asks_one_question(write, people, django_assert_num_queries, now):
    write()
    with django_assert_num_queries(1):
        assert work_on_broadcasts(now=now) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_progress_is_one_statement(write, send, people, django_assert_num_queries, number):
    sending = [send(write()) for _ in range(number)]
    draft = write()
    with django_assert_num_queries(1):
        assert {p.recipients for p in progress_of_broadcasts([*sending, draft]).values()} == {5}


@pytest.mark.django_db(transaction=True)
def test_the_worker_itself_does_all_of_it(write, people, officer, now, smtp_sink):
    broadcast = write(text="Words.", subject="Hello", audience=Audience())
    start(broadcast_id=broadcast.pk, version=1, by=officer, now=now)
    Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: now).drain()
    assert recipients(smtp_sink) == ["amara", "bronwen", "chioma", "dina", "esra"]
    assert state_of(broadcast) == BroadcastState.SENT


@pytest.mark.django_db(transaction=True)
class TestResumedMeanwhile:
    """The worker, or a second officer, has read that it is held; then somebody resumes."""

    def test_the_worker_holds_nothing_of_what_was_resumed(self, write, send, people, officer, now):
        broadcast = send(write())
        hold(broadcast_id=broadcast.pk, by=officer, now=now)
        as_the_worker_read_it = Broadcast.objects.select_related("event").get(pk=broadcast.pk)
        resume(broadcast_id=broadcast.pk, by=officer, now=now)

        sending._keep_held(as_the_worker_read_it, now)

        assert states() == {MessageState.QUEUED: len(people)}

    def test_what_is_held_all_the_same_goes_on(self, write, send, people, officer, now):
        send(write())
        Message.objects.update(state=MessageState.HELD)

        work_on_broadcasts(now=now)

        assert states() == {MessageState.QUEUED: len(people)}
