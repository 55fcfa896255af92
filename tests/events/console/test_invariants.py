"""`verify_invariants` sees each kind of damage: the negative control of the check itself."""

import pytest
from django.core.management import CommandError, call_command

from events.console.queries import broken_invariants
from events.registration.models import Registration
from events.schedule.models import SeatPool

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(publish, sign_up):
    return sign_up(publish(capacity=1), "amara")


def test_a_sound_database(amara, capsys):
    call_command("verify_invariants")
    assert "Every invariant holds." in capsys.readouterr().out


def test_a_place_that_nobody_holds(amara):
    SeatPool.objects.update(holding=0)

    assert [b for b in broken_invariants() if "places are held" in b]
    with pytest.raises(CommandError, match="1 invariants"):
        call_command("verify_invariants")


def test_an_invite_without_its_revision(amara):
    amara.invites.update(sequence=4)

    assert any("SEQUENCE 4" in breach for breach in broken_invariants())


def test_a_cancelled_person_whose_entry_lives_on(amara, now):
    Registration.objects.update(state="cancelled", ended_at=now)
    SeatPool.objects.update(holding=0)

    assert any("its calendar entry was not" in breach for breach in broken_invariants())
