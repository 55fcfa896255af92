"""The same for many people at once: how many it changed, and nothing the second time."""

import pytest

from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.services import mark_attended, remove_people, send_again_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(publish, sign_up):
    event = publish(capacity=2)
    return [sign_up(event, name) for name in ("amara", "bronwen", "chioma")]


def ids(people):
    return [person.pk for person in people]


def states():
    return list(Registration.objects.order_by("pk").values_list("state", flat=True))


def test_removing_gives_the_places_to_who_waits(people, now):
    assert remove_people(registration_ids=ids(people[:2]), now=now) == ids(people[:2])

    assert states() == ["cancelled", "cancelled", "confirmed"]
    assert Message.objects.filter(kind="removal").count() == 2


def test_removing_twice(people, now):
    remove_people(registration_ids=ids(people[:2]), now=now)

    assert remove_people(registration_ids=ids(people), now=now) == ids(people[2:])
    assert Message.objects.filter(kind="removal").count() == 3


def test_sending_again_twice(people, now):
    assert send_again_to(registration_ids=ids(people), now=now) == ids(people)

    assert send_again_to(registration_ids=ids(people), now=now) == []


def test_nobody_came_before_it_began(people, now):
    assert mark_attended(registration_ids=ids(people), attended=True, now=now) == 0


def test_marking_and_taking_the_mark_away(people):
    begun = people[0].event.first_starts_at

    assert mark_attended(registration_ids=ids(people), attended=True, now=begun) == 2, "who waits has not come"
    assert mark_attended(registration_ids=ids(people), attended=True, now=begun) == 0
    assert mark_attended(registration_ids=ids(people[:1]), attended=False, now=begun) == 1
    assert mark_attended(registration_ids=ids(people[:1]), attended=False, now=begun) == 0
    assert list(Registration.objects.exclude(attended_at=None)) == [people[1]]
