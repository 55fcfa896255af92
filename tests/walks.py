"""The people of Walk & Talk: women who ask, officers who walk, and a coordinator, by the services of the portal."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from events.walks.models import Borough, MeetingPoint, WalkOfficer, WalkRequest, WalkSlot
from events.walks.rules import SafeTime, Way
from events.walks.services import Application, allocate, ask_for_walk, give_slot, offer_times

DAY = timedelta(days=1)


@pytest.fixture
def lambeth(db: None) -> Borough:
    borough = Borough.objects.create(slug="lambeth", name="Lambeth")
    MeetingPoint.objects.create(borough=borough, name="Brixton Library, front steps", address="Brixton Oval")
    return borough


@pytest.fixture
def southwark(db: None) -> Borough:
    borough = Borough.objects.create(slug="southwark", name="Southwark")
    MeetingPoint.objects.create(
        borough=borough, name="Peckham Library, under the canopy", address="Peckham Hill Street"
    )
    return borough


def staff(name: str, *permissions: str) -> Any:
    """Return a member of staff with these permissions of the events app."""
    user = get_user_model().objects.create_user(name, f"{name}@police.example.org", "x", is_active=True)
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="events", codename__in=permissions))
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


@pytest.fixture
def make_officer(lambeth: Borough) -> Callable[..., Any]:
    """Return a maker of officers who walk in Lambeth, or elsewhere."""

    def make(name: str, *boroughs: Borough, is_woman: bool = True) -> Any:
        user = staff(name, "walk_walkrequest")
        WalkOfficer.objects.create(user=user, is_woman=is_woman).boroughs.set(boroughs or [lambeth])
        return user

    return make


@pytest.fixture
def officer(make_officer: Callable[..., Any]) -> Any:
    return make_officer("becky")


@pytest.fixture
def coordinator(lambeth: Borough) -> Any:
    user = staff("carol", "allocate_walkrequest")
    WalkOfficer.objects.create(user=user).coordinates.set([lambeth])
    return user


@pytest.fixture
def make_walk(lambeth: Borough, now: datetime) -> Callable[..., WalkRequest]:
    """Return a woman who asks: `make_walk("amara")` reaches her by email, discreetly unless told otherwise."""

    def make(who: str = "amara", **changes: Any) -> WalkRequest:
        at = changes.pop("at", now)
        fields: dict[str, Any] = {
            "borough_id": lambeth.pk,
            "area": "From the station past the park",
            "day_parts": ("weekday_evening",),
            "worries": "The underpass is dark.",
            "needs": "",
            "wants_woman": False,
            "brings_somebody": False,
            "name": who.capitalize(),
            "way": Way.EMAIL,
            "address": f"{who}@example.org",
            "safe_time": SafeTime.ANY,
            "safe_time_words": "",
            "is_discreet": False,
            "language": "en",
            "source": "",
            "submission": uuid.uuid4(),
        }
        return ask_for_walk(application=Application(**(fields | changes)), now=at)

    return make


@pytest.fixture
def make_slots(now: datetime) -> Callable[..., list[WalkSlot]]:
    """Return a maker of an officer's free times: one a day from the third day on, at 18:00."""

    def make(officer: Any, number: int = 3, *, first: int = 3) -> list[WalkSlot]:
        start = now.replace(hour=18, minute=0)
        for day in range(first, first + number):
            begins = start + day * DAY
            give_slot(officer=officer, starts_at=begins, ends_at=begins + timedelta(minutes=45), now=now)
        return list(WalkSlot.objects.filter(officer=officer, withdrawn_at=None).order_by("starts_at"))

    return make


@pytest.fixture
def offer(make_slots: Callable[..., list[WalkSlot]], now: datetime) -> Callable[..., list[WalkSlot]]:
    """Return what brings a request as far as times on her page: given to an officer, who offers her slots."""

    def do(walk: WalkRequest, officer: Any, slots: list[WalkSlot] | None = None) -> list[WalkSlot]:
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
        chosen = slots or make_slots(officer)
        place = MeetingPoint.objects.filter(borough=walk.borough).first()
        assert place is not None
        said = offer_times(
            walk_id=walk.pk, picks=[(slot.pk, place.pk) for slot in chosen[:3]], officer=officer, now=now
        )
        assert said == "offered", said
        walk.refresh_from_db()
        return chosen

    return do
