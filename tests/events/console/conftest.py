"""Staff for the console's tests, each in a group as `set_up_staff` makes it, and an event that is somebody's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.schedule.models import Event
from portal.staff import CHARITY, COMMS, DESK, LEADS, OFFICERS, RECRUITERS

ROLES = {"comms": COMMS, "lead": LEADS, "officer": OFFICERS, "desk": DESK, "recruiter": RECRUITERS, "charity": CHARITY}


@pytest.fixture
def staffed(site: Any) -> Any:
    """Return the event list of a site whose groups are set up."""
    call_command("set_up_staff", stdout=None)
    return site


@pytest.fixture
def log_in(staffed: Any) -> Callable[..., Client]:
    """Return a maker of clients: `log_in("officer")`; "superuser" and "" (nobody) work as well."""

    def do(role: str, name: str = "") -> Client:
        client = Client()
        if role:
            client.force_login(make_user(role, name or role))
        return client

    return do


def make_user(role: str, name: str) -> Any:
    """Return somebody of the staff, the same for the same name."""
    users = get_user_model().objects
    user = users.filter(username=name).first()
    if user is None:
        make = users.create_superuser if role == "superuser" else users.create_user
        user = make(name, f"{name}@police.example.org", "x")
        if role in ROLES:
            user.groups.add(Group.objects.get(name=ROLES[role]))
    return user


@pytest.fixture(autouse=True)
def at_the_tests_time(now: datetime) -> Any:
    """Views read the clock: it shows the time of the tests."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def run_by(staffed: Any) -> Callable[[Event, str], Event]:
    """Return who gives an event to somebody: `run_by(event, "officer")`."""

    def do(event: Event, name: str, role: str = "officer") -> Event:
        event.officers.add(make_user(role, name))
        return event

    return do


def settle(message: Message, state: MessageState, **fields: Any) -> Message:
    """Put a message into a final state, as a worker would have."""
    moment = fields.pop("at", timezone.now() - timedelta(minutes=5))
    reason = "" if state == MessageState.ACCEPTED else "The mail server said no."
    values = {"state": state, "settled_at": moment, "handed_off_at": moment, "reason": reason} | fields
    Message.objects.filter(pk=message.pk).update(**values)
    message.refresh_from_db()
    return message
