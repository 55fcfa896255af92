"""Updates are written in one transaction: whoever is in the middle of something is neither lost nor told twice."""

import threading
from datetime import datetime

import pytest
from django.db import connection, transaction

from events.invites.models import Invite, InviteRevision
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services import announce_event, cancel_registration
from events.registration.services.places import lock_pools
from tests.processes import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moved(publish, sign_up):
    """Return an event that has moved since twelve people registered."""
    event = publish()
    people = [sign_up(event, f"person-{n}") for n in range(12)]
    publish(starts=datetime(2027, 3, 11, 18, 0))
    return event, people


def test_who_cancels_at_that_moment_is_told_once_and_last(moved, now):
    """Twelve people; six cancel while the update is announced, in processes of their own."""
    event, people = moved

    def act(number):
        if number == 0:
            return announce_event(event_id=event.pk, now=now)
        return cancel_registration(registration_id=people[number].pk, by=CancelledBy.ATTENDEE, now=now)

    answers = at_the_same_moment(7, act)

    assert all("Error" not in answer for answer in answers), answers
    announce_event(event_id=event.pk, now=now)
    for registration in Registration.objects.all():
        invite = Invite.objects.get(registration=registration)
        methods = list(
            InviteRevision.objects.filter(invite=invite).order_by("sequence").values_list("method", flat=True)
        )
        if registration.state == "cancelled":
            assert methods[-1] == "CANCEL", methods
            assert methods.count("CANCEL") == 1
        else:
            assert methods == ["REQUEST", "REQUEST"], methods
        assert invite.sequence == len(methods) - 1


def test_announcing_twice_at_once_tells_once(moved, now):
    event, people = moved

    answers = at_the_same_moment(4, lambda _: announce_event(event_id=event.pk, now=now))

    assert all("Error" not in answer for answer in answers), answers
    assert Message.objects.filter(kind="update").count() == len(people)
    assert set(Invite.objects.values_list("sequence", flat=True)) == {1}


@pytest.mark.postgres
def test_nobody_who_registers_waits_for_it(moved, now, sign_up):
    """While the updates are being written, and not yet committed, somebody registers."""
    event, _ = moved
    done = threading.Event()

    def register_one():
        try:
            sign_up(event, "newcomer")
            done.set()
        finally:
            connection.close()

    with transaction.atomic():
        announce_event(event_id=event.pk, now=now)
        thread = threading.Thread(target=register_one)
        thread.start()
        thread.join(20)
        assert done.is_set(), "registering waited for the announcement"
    thread.join()


@pytest.mark.postgres
def test_control_with_the_pool_locked_who_registers_does_wait(moved, now, sign_up):
    """What the announcement must not do."""
    event, _ = moved
    done = threading.Event()

    def register_one():
        try:
            sign_up(event, "newcomer")
            done.set()
        finally:
            connection.close()

    with transaction.atomic():
        lock_pools(pool_ids=event.pools.values_list("pk", flat=True))
        announce_event(event_id=event.pk, now=now)
        thread = threading.Thread(target=register_one)
        thread.start()
        thread.join(1)
        assert not done.is_set()
    thread.join(20)
    assert done.is_set()
