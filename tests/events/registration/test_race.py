"""The last places under contention: real processes, forked from this one and let go at the same moment."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy, RegistrationState
from events.registration.services import cancel_registration, register, registering
from events.schedule.models import SeatPool
from tests.processes import at_the_same_moment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CONFIRMED, WAITING = RegistrationState.CONFIRMED, RegistrationState.WAITING
PLACES, PEOPLE = 20, 50


def standing():
    return Counter(Registration.objects.values_list("state", flat=True))


def test_of_fifty_people_at_once_twenty_get_the_last_twenty_places_and_thirty_wait(publish, sign_up):
    event = publish(capacity=PLACES)

    outcomes = at_the_same_moment(PEOPLE, lambda n: sign_up(event, f"person-{n}").state)

    assert Counter(outcomes) == {CONFIRMED: 20, WAITING: 30}, "nobody ends in an exception or a locked database"
    assert standing() == {CONFIRMED: 20, WAITING: 30}
    assert SeatPool.objects.get().holding == 20
    kinds = Counter(Message.objects.exclude(kind="reminder").values_list("kind", flat=True))
    assert kinds == {"confirmation": 20, "waiting": 30}
    assert list(broken_invariants()) == []


def test_control_with_a_place_read_and_then_written_the_harness_sees_overselling(publish, sign_up, monkeypatch):
    """What most portals do: look whether there is a place, then take it. The CHECK does not help, for the figure that
    is written is one that was read. On SQLite the look must be outside the transaction, which is one at a time there.
    """
    event = publish(capacity=PLACES)

    def look_then_book(n):
        holding = SeatPool.objects.get().holding

        def take(*, pool):
            return holding < PLACES and bool(SeatPool.objects.filter(pk=pool.pk).update(holding=holding + 1))

        monkeypatch.setattr(registering, "take_place", take)
        return sign_up(event, f"person-{n}").state

    at_the_same_moment(PEOPLE, look_then_book)

    assert standing()[CONFIRMED] > PLACES
    assert any("places are held" in breach for breach in broken_invariants())


@pytest.mark.sqlite
def test_control_without_immediate_transactions_people_end_in_a_locked_database(publish, sign_up, monkeypatch):
    """The default mode reads first and asks for the write lock later: whoever comes second cannot go on."""
    event = publish(capacity=PLACES)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")

    outcomes = at_the_same_moment(PEOPLE, lambda n: sign_up(event, f"person-{n}").state)
    connection.close()

    assert any("locked" in outcome for outcome in outcomes)


def test_when_twenty_leave_at_once_the_twenty_who_wait_get_their_places(publish, sign_up, now):
    event = publish(capacity=PLACES)
    leavers = [sign_up(event, f"leaver-{n}") for n in range(PLACES)]
    for n in range(PLACES):
        sign_up(event, f"waiter-{n}", at=now + timedelta(seconds=n))

    def leave(n):
        return cancel_registration(registration_id=leavers[n].pk, by=CancelledBy.ATTENDEE, now=now)

    assert at_the_same_moment(PLACES, leave) == ["True"] * PLACES

    assert standing() == {RegistrationState.CANCELLED: 20, CONFIRMED: 20}
    promoted = Message.objects.filter(kind="promotion").values_list("to_email", flat=True)
    assert sorted(promoted) == sorted(f"waiter-{n}@example.org" for n in range(PLACES))
    assert SeatPool.objects.get().holding == PLACES
    assert list(broken_invariants()) == []


def test_when_ten_leave_while_twenty_come_no_place_is_lost_and_none_is_there_twice(publish, sign_up, now):
    event = publish(capacity=PLACES)
    leavers = [sign_up(event, f"leaver-{n}") for n in range(PLACES)]

    def come_or_leave(n):
        if n % 3:
            return bool(sign_up(event, f"newcomer-{n}"))
        return cancel_registration(registration_id=leavers[n // 3].pk, by=CancelledBy.ATTENDEE, now=now)

    assert at_the_same_moment(30, come_or_leave) == ["True"] * 30

    assert standing()[CONFIRMED] <= PLACES
    assert list(broken_invariants()) == []


def test_one_link_used_ten_times_at_once_ends_the_registration_once(publish, sign_up, now):
    event = publish(capacity=1)
    amara, bronwen = sign_up(event, "amara"), sign_up(event, "bronwen")

    def leave(_):
        return cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=now)

    assert Counter(at_the_same_moment(10, leave)) == {"True": 1, "False": 9}

    bronwen.refresh_from_db()
    assert bronwen.state == CONFIRMED
    assert Message.objects.filter(kind="cancellation").count() == 1
    assert list(broken_invariants()) == []


def test_the_same_person_ten_times_at_once_is_one_registration(publish, sign_up):
    event = publish(capacity=PLACES)

    outcomes = at_the_same_moment(10, lambda _: sign_up(event, "amara").pk)

    registration = Registration.objects.get()
    assert outcomes == [str(registration.pk)] * 10
    assert SeatPool.objects.get().holding == 1
    assert Message.objects.filter(kind="confirmation").count() == 1
    assert list(broken_invariants()) == []


def test_one_submission_ten_times_at_once_is_one_registration_and_one_mail(publish, now):
    event = publish(capacity=PLACES)
    application = registering.Application(
        name="Amara",
        email="amara@example.org",
        access_needs="",
        consent_text="Use my data to run this event.",
        submission=event.key,
    )
    pool = event.pools.get()

    outcomes = at_the_same_moment(
        10, lambda _: register(event_id=event.pk, pool_id=pool.pk, application=application, now=now).pk
    )

    assert len(set(outcomes)) == 1
    assert list(Message.objects.exclude(kind="reminder").values_list("kind", flat=True)) == ["confirmation"]


@pytest.mark.postgres
def test_a_place_that_becomes_free_while_somebody_is_being_listed_goes_to_them(publish, sign_up, now):
    """One transaction gives the place back and sees nobody waiting; the other sees no place and lists somebody: each
    is right by what it sees, and together they leave a place free while somebody waits.
    """
    event = publish(capacity=1)
    amara = sign_up(event, "amara")
    said = []

    def bronwen_registers():
        said.append(sign_up(event, "bronwen").pk)
        connection.close()

    thread = threading.Thread(target=bronwen_registers)
    with transaction.atomic():
        cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=now)
        thread.start()
        while thread.is_alive() and not somebody_waits_for_a_lock():
            pass
    thread.join()

    assert Registration.objects.get(pk=said[0]).state == CONFIRMED
    assert SeatPool.objects.get().holding == 1


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0
