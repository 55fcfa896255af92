"""Registering: a place or the waiting list, decided by the database; the same person is told by mail."""

import pytest

from events.outbox.models import Message
from events.registration.rules import RegistrationState
from events.schedule.models import SeatPool

pytestmark = pytest.mark.django_db


def test_the_first_gets_the_last_place_and_the_second_waits(publish, sign_up):
    event = publish(capacity=1)

    amara, bronwen = sign_up(event, "amara"), sign_up(event, "bronwen")

    assert (amara.state, bronwen.state) == (RegistrationState.CONFIRMED, RegistrationState.WAITING)
    assert SeatPool.objects.get().holding == 1
    kinds = Message.objects.exclude(kind="reminder").order_by("id").values_list("kind", "to_email")
    assert list(kinds) == [("confirmation", "amara@example.org"), ("waiting", "bronwen@example.org")]
