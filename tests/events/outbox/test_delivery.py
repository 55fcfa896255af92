"""From a row to a mail server: what leaves, in which order, what is re-checked, and what fails alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from events.outbox.delivery.claims import claim, expire_overdue
from events.outbox.messages import Obsolete
from events.outbox.models import Message, Suppression
from events.outbox.rules import IN_HAND, MessageState
from events.registration.rules import CancelledBy
from events.registration.services import cancel_registration
from events.schedule.services import withdraw_event
from events.worker import Worker
from tests.events.outbox.conftest import plain_draft

pytestmark = pytest.mark.django_db
TWO_DAYS = timedelta(days=2)


def subjects(sink):
    return [message.parsed["Subject"] for message in sink.messages]


def states():
    return list(Message.objects.order_by("id").values_list("state", flat=True))


# --- What is due leaves --------------------------------------------------------------------------------------


def test_a_due_message_is_accepted_and_named_after_its_row(smtp_sink, deliverer, queue, settings, now):
    row = queue("amara")

    assert deliverer.deliver_batch() == 1
    assert deliverer.deliver_batch() == 0

    [sent] = smtp_sink.messages
    assert sent.recipients == ("amara@example.org",)
    assert sent.parsed["Message-ID"] == f"<{row.key}@{settings.CALENDAR_DOMAIN}>"
    row.refresh_from_db()
    assert (row.state, row.attempts, row.handed_off_at, row.settled_at) == (MessageState.ACCEPTED, 1, now, now)
    assert (row.claimed_by, row.lease_until, row.reason) == (None, None, "")


def test_what_is_due_later_waits_for_its_time(smtp_sink, deliverer, clock, queue, now):
    queue("amara", due_at=now + timedelta(hours=1))

    assert deliverer.deliver_batch() == 0
    clock.forward(hours=1)
    assert deliverer.deliver_batch() == 1

    assert len(smtp_sink.messages) == 1


def test_what_is_due_first_leaves_first(smtp_sink, deliverer, clock, queue, now):
    for name, minutes in (("chioma", 3), ("amara", 1), ("bronwen", 2)):
        queue(name, due_at=now + timedelta(minutes=minutes))
    clock.forward(minutes=5)

    deliverer.deliver_batch()

    assert subjects(smtp_sink) == ["notice:amara", "notice:bronwen", "notice:chioma"]


def test_a_batch_leaves_on_one_connection_and_ends_when_nothing_is_due(smtp_sink, deliverer, queue):
    for number in range(20):
        queue(f"person-{number}")

    deliverer.deliver_batch()
    assert (len(smtp_sink.messages), smtp_sink.connections, len(smtp_sink.lines)) == (20, 1, 1)

    queue("amara")
    deliverer.deliver_batch()
    assert (len(smtp_sink.messages), smtp_sink.connections) == (21, 1)


def test_told_to_stop_it_finishes_the_message_in_hand_and_puts_the_rest_back(smtp_sink, deliverer, queue):
    for name in ("amara", "bronwen", "chioma"):
        queue(name)
    deliverer.should_stop = lambda: bool(smtp_sink.messages)

    deliverer.deliver_batch()

    assert subjects(smtp_sink) == ["notice:amara"]
    assert states() == [MessageState.ACCEPTED, MessageState.QUEUED, MessageState.QUEUED]
    assert not Message.objects.filter(claimed_by__isnull=False).exists()


# --- The order within a stream -------------------------------------------------------------------------------


def test_of_a_stream_one_leaves_at_a_time_in_the_order_of_writing(smtp_sink, deliverer, queue):
    queue("first", stream="registration:1")
    queue("second", stream="registration:1")
    queue("other", stream="registration:2")

    batches = []
    while deliverer.deliver_batch():
        batches.append(subjects(smtp_sink)[sum(map(len, batches)) :])

    assert batches == [["notice:first", "notice:other"], ["notice:second"]]


@pytest.mark.parametrize("state", ["queued", "claimed", "handed_off"])
def test_a_message_waits_while_an_earlier_one_of_its_stream_is_unsettled(smtp_sink, deliverer, queue, now, state):
    earlier = queue("first", stream="registration:1", due_at=now + TWO_DAYS)
    queue("second", stream="registration:1")
    if state in IN_HAND:
        lease = {"claimed_by": deliverer.lifeline.key, "lease_until": now + TWO_DAYS, "handed_off_at": now}
        Message.objects.filter(pk=earlier.pk).update(state=state, **lease)

    assert deliverer.deliver_batch() == 0


@pytest.mark.parametrize("state", ["accepted", "failed", "unknown", "skipped", "expired"])
def test_a_message_goes_once_the_earlier_one_is_settled_however_that_ended(smtp_sink, deliverer, queue, now, state):
    earlier = queue("first", stream="registration:1")
    queue("second", stream="registration:1")
    Message.objects.filter(pk=earlier.pk).update(state=state, reason="For this test.", handed_off_at=now)

    deliverer.deliver_batch()

    assert subjects(smtp_sink) == ["notice:second"]


def test_messages_without_a_stream_wait_for_nobody(smtp_sink, deliverer, queue, now):
    queue("first", due_at=now + TWO_DAYS)
    queue("second")

    deliverer.deliver_batch()

    assert subjects(smtp_sink) == ["notice:second"]


# --- Between claim and hand-off the world may change ---------------------------------------------------------


@pytest.fixture
def queue_for_amara(make_kind, publish, sign_up, queue):
    """Return a writer of a message to Amara's registration, while whose batch is prepared something happens."""
    registration = sign_up(publish(), "amara")
    Message.objects.all().delete()

    def write(meanwhile, **fields):
        make_kind(
            "while",
            prepare=lambda batch: meanwhile(registration),
            registration_states=("confirmed",),
            event_statuses=("published",),
        )
        return queue("amara", kind="while", registration_id=registration.pk, **fields)

    return write


def cancel(registration):
    cancel_registration(registration_id=registration.pk, by=CancelledBy.ATTENDEE, now=registration.registered_at)


def withdraw(registration):
    withdraw_event(key=registration.event.key, now=registration.registered_at)


def suppress(registration):
    moment = registration.registered_at
    Suppression.objects.create(email_key=registration.email_key, scope="all", reason="It bounced.", created_at=moment)


def suppress_news(registration):
    moment = registration.registered_at
    Suppression.objects.create(email_key=registration.email_key, scope="news", reason="Asked.", created_at=moment)


@pytest.mark.parametrize("meanwhile", [cancel, withdraw, suppress])
def test_what_is_no_longer_true_at_the_hand_off_is_skipped_with_its_reason(
    smtp_sink, deliverer, queue_for_amara, meanwhile
):
    row = queue_for_amara(meanwhile)

    deliverer.deliver_batch()

    row.refresh_from_db()
    assert (row.state, row.handed_off_at, row.attempts) == (MessageState.SKIPPED, None, 0)
    assert row.reason
    assert not [message for message in smtp_sink.messages if message.parsed["Subject"] == "while:amara"]


@pytest.mark.parametrize("meanwhile", [lambda registration: None, suppress_news])
def test_what_is_still_true_leaves(smtp_sink, deliverer, queue_for_amara, meanwhile):
    """The control of the test above: the same message, and nothing that concerns it happens."""
    row = queue_for_amara(meanwhile)

    deliverer.deliver_batch()

    row.refresh_from_db()
    assert (row.state, subjects(smtp_sink)) == (MessageState.ACCEPTED, ["while:amara"])


def test_a_deadline_that_passes_between_claim_and_hand_off_is_kept(smtp_sink, deliverer, clock, queue_for_amara, now):
    row = queue_for_amara(lambda registration: clock.forward(minutes=2), not_after=now + timedelta(minutes=1))

    deliverer.deliver_batch()

    row.refresh_from_db()
    assert (row.state, smtp_sink.messages) == (MessageState.EXPIRED, [])


def test_a_deadline_that_passed_while_nobody_worked_expires_the_message(smtp_sink, deliverer, clock, queue, now):
    row = queue("amara", not_after=now + timedelta(hours=1))
    clock.forward(days=30)

    assert expire_overdue(now=clock()) == 1
    assert expire_overdue(now=clock()) == 0
    deliverer.deliver_batch()

    row.refresh_from_db()
    assert (row.state, smtp_sink.messages) == (MessageState.EXPIRED, [])
    assert row.reason


# --- Poison fails alone, and visibly -------------------------------------------------------------------------


def raises(message, context=None):
    raise KeyError("registration")


def is_obsolete(message, context=None):
    raise Obsolete("The person's data has been deleted.")


def has_text_that_no_mail_can_hold(message, context=None):
    return replace(plain_draft(message), text="half of a pair: \ud83d")


@pytest.mark.parametrize(
    ("poison", "state"),
    [
        ({"compose": raises}, MessageState.FAILED),
        ({"compose": has_text_that_no_mail_can_hold}, MessageState.FAILED),
        ({"prepare": raises}, MessageState.FAILED),
        ({"compose": is_obsolete}, MessageState.SKIPPED),
        (None, MessageState.FAILED),
    ],
    ids=["cannot be composed", "cannot be written", "cannot be prepared", "obsolete", "nobody knows its kind"],
)
def test_poison_fails_alone_and_says_why_while_the_others_leave(smtp_sink, deliverer, make_kind, queue, poison, state):
    if poison is not None:
        make_kind("poison", **poison)
    queue("amara")
    row = queue("mallory", kind="poison")
    queue("bronwen")

    deliverer.deliver_batch()

    row.refresh_from_db()
    assert (row.state, bool(row.reason), row.handed_off_at) == (state, True, None)
    assert subjects(smtp_sink) == ["notice:amara", "notice:bronwen"]
    assert deliverer.deliver_batch() == 0, "poison does not come back"


@pytest.mark.parametrize(
    "address",
    ["mallory@example.org\r\nBcc: all@example.org", "mallory@example.org\nX: y", "a b@example.org", "mallory", "@", ""],
)
def test_an_address_that_could_end_a_header_fails_before_the_hand_off(smtp_sink, deliverer, queue, address):
    queue("amara")
    row = queue("mallory", to_email=address)
    queue("bronwen")

    deliverer.deliver_batch()

    row.refresh_from_db()
    assert (row.state, row.handed_off_at) == (MessageState.FAILED, None)
    assert "example" not in row.reason, "a reason holds no address"
    assert subjects(smtp_sink) == ["notice:amara", "notice:bronwen"]


def test_of_a_batch_that_cannot_be_prepared_together_each_is_prepared_alone(smtp_sink, deliverer, make_kind, queue):
    def prepare(batch):
        if any("mallory" in message.to_email for message in batch):
            raises(batch)

    make_kind("together", prepare=prepare)
    for name in ("amara", "mallory", "bronwen"):
        queue(name, kind="together")

    deliverer.deliver_batch()

    assert states() == [MessageState.ACCEPTED, MessageState.FAILED, MessageState.ACCEPTED]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_settled_does_not_keep_mail_from_leaving(smtp_sink, publish, sign_up, queue, now):
    event = publish()
    sign_up(event, "amara")
    publish(title="Women on the very front line")
    event.refresh_from_db()
    event.reminders = ["whenever"]
    event.save(update_fields=["reminders"])
    Message.objects.all().delete()
    queue("bronwen")
    worker = Worker(should_stop=lambda: False, wait=lambda seconds: None, clock=lambda: now)

    worker.tick()
    worker._let_go()

    assert subjects(smtp_sink) == ["notice:bronwen"]


# --- Claims --------------------------------------------------------------------------------------------------


def test_a_claim_has_an_owner_a_lease_and_a_higher_fence_and_is_nobody_elses(queue, lifeline, settings, now):
    queue("amara")

    [mine] = claim(worker=lifeline.key, now=now, limit=10)
    theirs = claim(worker=mine.key, now=now, limit=10)

    assert (mine.state, mine.fence, mine.claimed_by) == (MessageState.CLAIMED, 1, lifeline.key)
    assert (mine.lease_until, theirs) == (now + settings.LEASE, [])


def test_a_kind_that_reads_while_it_composes_fails_visibly(smtp_sink, deliverer, make_kind, queue):
    """What a mail needs is read for the batch; a statement a message would cost more than the mail."""
    make_kind("curious", compose=lambda message, context: Message.objects.count() and plain_draft(message))
    row = queue("amara", kind="curious")

    deliverer.deliver_batch()

    row.refresh_from_db()
    assert row.state == MessageState.FAILED
    assert "ComposingReadsNothingError" in row.reason
    assert smtp_sink.messages == []
