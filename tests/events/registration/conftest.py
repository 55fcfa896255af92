"""Fixtures of mail that comes in: somebody with the last place, and the moment of the answer."""

from datetime import timedelta

import pytest

from events.schedule.rules import OnDecline
from tests.events.registration.answers import on_decline


@pytest.fixture
def replies_are_on(settings):
    settings.CALENDAR_REPLIES = True


@pytest.fixture
def later(now):
    """Return when replies come in: after the moment that the fixtures are stamped with."""
    return now + timedelta(hours=2)


@pytest.fixture
def amara(publish, sign_up):
    """Return somebody who has the last place, which a decline would release."""
    event = publish(capacity=1)
    registration = sign_up(event, "amara")
    sign_up(event, "bronwen")
    on_decline(event, OnDecline.RELEASE)
    return registration
