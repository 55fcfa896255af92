"""Personal data has an end date: what is deleted, when, and that it is really gone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import call_command

from events.invites.models import Invite
from events.outbox.models import Message
from events.registration.models import Registration
from events.registration.services.retention import purge_personal_data
from events.registration.tokens import Purpose, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(publish, sign_up):
    return sign_up(publish(), "amara", access_needs="A quiet room, please", relies_on=("bsl",))


def everything():
    """Return all that is stored about registrations, as text."""
    rows = [*Registration.objects.all(), *Invite.objects.all(), *Message.objects.all()]
    return serializers.serialize("json", rows).lower()


def test_nothing_is_deleted_before_its_time(amara):
    almost = amara.event.last_ends_at + settings.RETENTION - timedelta(seconds=1)

    assert purge_personal_data(now=almost, dry_run=False) == 0
    assert "amara" in everything()


def test_afterwards_nothing_that_names_the_person_is_left(amara):
    token = token_of(amara, Purpose.CALENDAR)
    due = amara.event.last_ends_at + settings.RETENTION
    Message.objects.exclude(kind="reminder").update(state="accepted", handed_off_at=due)

    assert purge_personal_data(now=due, dry_run=True) == 1
    assert "amara" in everything(), "a dry run only counts"
    assert purge_personal_data(now=due, dry_run=False) == 1
    assert purge_personal_data(now=due, dry_run=False) == 0

    for word in ("amara", "quiet room", 'example.org", "email'):
        assert word not in everything()
    assert Registration.objects.get().relies_on == []
    amara.refresh_from_db()
    assert amara.state == "confirmed", "figures stay true"
    assert token_of(amara, Purpose.CALENDAR) == token, "the link still reads, and finds nobody"


def test_the_command_counts(amara, capsys):
    call_command("purge_personal_data", "--dry-run")

    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Personal data of 0 registrations would be deleted."
    for what in ("questions to recruiters", "newsletter subscriptions"):
        assert f"Personal data of 0 {what} would be deleted." in said
