"""Writing messages: once for each cause, with their cause, and not more than three a day that strangers can trigger."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Q

from events.outbox.models import Message, StrangerMailCount, Suppression
from events.outbox.rules import MessageState
from events.outbox.services import (
    address_digest,
    book_stranger_mail,
    draft_row,
    enqueue,
    skip_queued,
    skipped_row,
)
from tests.processes import at_the_same_moment

pytestmark = pytest.mark.django_db
AMARA = "amara@example.org"


@pytest.fixture
def draft(now):
    def make(**fields):
        defaults = {"kind": "notice", "dedupe_key": "notice:1", "to_email": AMARA, "now": now}
        return draft_row(**(defaults | fields))

    return make


def test_the_same_cause_twice_is_one_message(draft):
    enqueue([draft()])
    enqueue([draft(to_email="somebody-else@example.org"), draft(dedupe_key="notice:2")])

    written = Message.objects.order_by("id").values_list("dedupe_key", "to_email")
    assert list(written) == [("notice:1", AMARA), ("notice:2", AMARA)]


@pytest.mark.django_db(transaction=True)
def test_a_message_outside_a_transaction_is_refused(draft):
    with pytest.raises(RuntimeError, match="transaction of its cause"):
        enqueue([draft()])

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_when_its_cause_is_rolled_back_so_is_the_message(draft):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue([draft()])
        _ = 1 / 0

    assert not Message.objects.exists()


def test_a_message_is_due_at_once_unless_it_has_a_time_of_its_own(draft, now):
    at_once, later = draft(), draft(due_at=now + timedelta(days=1))

    assert (at_once.due_at, at_once.first_due_at) == (now, now)
    assert (later.due_at, later.first_due_at) == (now + timedelta(days=1), now + timedelta(days=1))


def test_what_will_not_be_sent_is_kept_with_its_reason(now):
    row = skipped_row(reason="Too late.", now=now, kind="nudge", dedupe_key="nudge:1", to_email=AMARA)
    enqueue([row])

    kept = Message.objects.get()
    assert (kept.state, kept.reason, kept.settled_at) == (MessageState.SKIPPED, "Too late.", now)


def test_only_what_still_waits_can_be_skipped(draft, now):
    enqueue([draft(), draft(dedupe_key="notice:2")])
    Message.objects.filter(dedupe_key="notice:2").update(state=MessageState.ACCEPTED, handed_off_at=now)

    assert skip_queued(where=Q(kind="notice"), reason="Called off.", now=now) == 1
    assert skip_queued(where=Q(kind="notice"), reason="Called off.", now=now) == 0

    states = Message.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [MessageState.SKIPPED, MessageState.ACCEPTED]


# --- Three mails a day that strangers can trigger (DESIGN law 6) -----------------------------------------


def book(now, days_ahead=0, email_key=AMARA):
    return book_stranger_mail(email_key=email_key, now=now, days_ahead=days_ahead)


def test_three_mails_a_day_leave_at_once_and_the_fourth_does_not(now):
    assert [book(now) for _ in range(5)] == [now, now, now, None, None]


def test_a_mail_that_may_wait_leaves_at_the_start_of_the_next_day_that_has_one_left(now):
    tomorrow, day_after = datetime(2027, 2, 2, tzinfo=UTC), datetime(2027, 2, 3, tzinfo=UTC)

    moments = [book(now, days_ahead=2) for _ in range(10)]

    assert moments == [now] * 3 + [tomorrow] * 3 + [day_after] * 3 + [None]


def test_the_day_is_the_day_in_london():
    """In summer London's midnight is 23:00 UTC: what is full before it has three again after it."""
    before_midnight, after_midnight = datetime(2027, 7, 1, 22, 59, tzinfo=UTC), datetime(2027, 7, 1, 23, 0, tzinfo=UTC)

    assert [book(before_midnight) for _ in range(4)] == [before_midnight] * 3 + [None]
    assert book(after_midnight) == after_midnight
    assert book(before_midnight, days_ahead=1) == after_midnight


def test_each_address_has_its_own_three(now):
    for _ in range(3):
        book(now)

    assert book(now) is None
    assert book(now, email_key="bronwen@example.org") == now


def test_the_count_does_not_name_the_address(now):
    book(now)

    row = StrangerMailCount.objects.get()
    assert (row.address_digest, row.count) == (address_digest(AMARA), 1)
    assert "amara" not in row.address_digest


def test_the_digest_cannot_be_made_without_the_secret_key(settings):
    ours = address_digest(AMARA)
    settings.SECRET_KEY = "another-key-of-another-portal-entirely"

    assert address_digest(AMARA) != ours


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_the_same_moment_cannot_take_more_than_three(now):
    outcomes = at_the_same_moment(10, lambda _: "today" if book(now) else "none")

    assert sorted(outcomes) == ["none"] * 7 + ["today"] * 3
    assert StrangerMailCount.objects.get().count == 3


# --- What the database refuses ---------------------------------------------------------------------------

IN_HAND = {"claimed_by": "33333333-3333-4333-8333-333333333333", "lease_until": datetime(2027, 2, 1, tzinfo=UTC)}
HANDED_OFF = IN_HAND | {"handed_off_at": datetime(2027, 2, 1, tzinfo=UTC)}


def refuses(constraint, write):
    """Return whether the database names this constraint when it refuses; SQLite names columns for a unique one."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()
    return True


def test_a_dedupe_key_and_a_message_key_are_there_once(draft):
    first = draft()
    first.save()
    twin = draft(dedupe_key="notice:2")
    twin.key = first.key

    assert refuses("dedupe_key", draft().save)
    assert refuses("key", twin.save)


@pytest.mark.parametrize("state", ["claimed", "handed_off"])
@pytest.mark.parametrize("missing", ["claimed_by", "lease_until"])
def test_what_is_in_hand_has_an_owner_and_a_lease(draft, state, missing):
    row = draft()
    row.save()
    mine = Message.objects.filter(pk=row.pk)

    assert refuses(
        "message_claimed_has_owner_and_lease", lambda: mine.update(state=state, **HANDED_OFF | {missing: None})
    )
    assert mine.update(state=state, **HANDED_OFF) == 1


@pytest.mark.parametrize("state", ["queued", "accepted", "unknown", "skipped", "expired", "failed"])
def test_what_is_not_in_hand_has_neither(draft, state):
    row = draft()
    row.save()
    mine = Message.objects.filter(pk=row.pk)

    assert refuses(
        "message_claimed_has_owner_and_lease", lambda: mine.update(state=state, reason="For this test.", **HANDED_OFF)
    )


@pytest.mark.parametrize("state", ["handed_off", "accepted", "unknown"])
def test_what_was_handed_off_has_its_time(draft, state):
    row = draft()
    row.save()
    mine = Message.objects.filter(pk=row.pk)
    holder = IN_HAND if state == "handed_off" else {}

    assert refuses("message_handed_off_has_its_time", lambda: mine.update(state=state, reason="For this.", **holder))


@pytest.mark.parametrize("state", ["skipped", "expired", "failed", "unknown"])
def test_what_was_not_sent_says_why(draft, now, state):
    row = draft()
    row.save()
    mine = Message.objects.filter(pk=row.pk)

    assert refuses("message_not_sent_has_its_reason", lambda: mine.update(state=state, handed_off_at=now))
    assert mine.update(state=state, handed_off_at=now, reason="It is kept.") == 1


def test_an_address_is_suppressed_once_a_scope(now):
    fields = {"email_key": AMARA, "reason": "It bounced.", "created_at": now}
    Suppression.objects.create(scope="all", **fields)
    Suppression.objects.create(scope="news", **fields)

    assert refuses("suppression_once_a_scope|email_key", lambda: Suppression.objects.create(scope="all", **fields))


def test_an_address_has_one_count_a_day_and_it_ends_at_three(now):
    book(now)
    counts = StrangerMailCount.objects.all()
    again = StrangerMailCount(address_digest=address_digest(AMARA), day=now.date())

    assert refuses("stranger_count_once_a_day|address_digest", again.save)
    assert refuses("stranger_mails_at_most_three_a_day", lambda: counts.update(count=4))
