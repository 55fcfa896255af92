"""What is sealed: only the private key opens it, and only in its own row."""

import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from events.walks.checks import check_discreet_sender, check_keys
from events.walks.models import WalkRequest
from events.walks.sealing import NotTakenInError, can_open, can_seal, contact_digest, open_box, seal
from events.walks.services import open_request, settle_new_requests, withdraw_request
from portal import env
from portal.sealing import CannotOpenError, key_id_of, new_key_pair, public_key_of

ABOUT = uuid.UUID("77777777-7777-4777-8777-777777777777")


@pytest.fixture
def pair(settings):
    public, private = new_key_pair()
    settings.WALKS_PUBLIC_KEY, settings.WALKS_PRIVATE_KEYS = public, [private]
    return public, private


def test_what_was_sealed_is_opened_with_the_private_key(pair):
    sealed = seal({"name": "Amara", "area": "né 🌒"}, about=ABOUT)
    assert b"Amara" not in sealed.box
    assert open_box(sealed.box, key_id=sealed.key_id, about=ABOUT) == {"name": "Amara", "area": "né 🌒"}


def test_the_public_process_cannot_read_what_it_took_in(pair, settings):
    sealed = seal({"name": "Amara"}, about=ABOUT)
    settings.WALKS_PRIVATE_KEYS = []
    assert can_seal() and not can_open()
    with pytest.raises(CannotOpenError, match="does not hold the key"):
        open_box(sealed.box, key_id=sealed.key_id, about=ABOUT)


def test_a_box_in_another_row_a_damaged_one_and_one_of_another_key_stay_shut(pair, settings):
    sealed = seal({"name": "Amara"}, about=ABOUT)
    with pytest.raises(CannotOpenError, match="another row"):
        open_box(sealed.box, key_id=sealed.key_id, about=uuid.uuid4())
    with pytest.raises(CannotOpenError, match="damaged"):
        open_box(sealed.box[:-1] + bytes([sealed.box[-1] ^ 1]), key_id=sealed.key_id, about=ABOUT)
    settings.WALKS_PRIVATE_KEYS = [new_key_pair()[1]]
    with pytest.raises(CannotOpenError):
        open_box(sealed.box, key_id=sealed.key_id, about=ABOUT)


def test_the_length_of_a_box_does_not_tell_how_much_was_written(pair):
    short, longer = (seal({"worries": "x" * n}, about=ABOUT) for n in (0, 300))
    assert len(short.box) == len(longer.box)


def test_without_a_public_key_nothing_is_taken_in(settings):
    settings.WALKS_PUBLIC_KEY = ""
    with pytest.raises(NotTakenInError):
        seal({}, about=ABOUT)


def test_a_laptop_makes_a_pair_once_and_keeps_it_to_itself(tmp_path, monkeypatch):
    file = tmp_path / "walk_keys"
    first = env.walk_keys("WALKS_PUBLIC_KEY", "WALKS_PRIVATE_KEYS", file)
    assert env.walk_keys("WALKS_PUBLIC_KEY", "WALKS_PRIVATE_KEYS", file) == first
    assert public_key_of(first[1][0]) == first[0]
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]

    # A service says which it holds, and makes none of its own.
    assert env.walk_keys("WALKS_PUBLIC_KEY", "WALKS_PRIVATE_KEYS", None) == ("", [])
    monkeypatch.setenv("WALKS_PUBLIC_KEY", "a key")
    with pytest.raises(ImproperlyConfigured, match="WALKS_PUBLIC_KEY"):
        env.walk_keys("WALKS_PUBLIC_KEY", "WALKS_PRIVATE_KEYS", file)


def test_a_change_of_keys(pair, settings, make_walk, officer, offer, capsys, now):
    """A new pair is made, both private keys are held, everything is sealed again, and the old key is given up."""
    old_public, old_private = pair
    walk = make_walk("amara", worries="The underpass.")
    settle_new_requests(now=now)
    offer(walk, officer)
    call_command("walk_keys", "new")
    said = capsys.readouterr().out
    new_private = said.partition("WALKS_PRIVATE_KEYS=")[2].partition(",")[0]
    new_public = said.partition("WALKS_PUBLIC_KEY=")[2].split()[0]
    assert public_key_of(new_private) == new_public
    assert f"{new_private},{old_private}" in said

    settings.WALKS_PUBLIC_KEY = new_public
    with pytest.raises(CommandError, match="lacks the key"):
        call_command("walk_keys", "reseal")
    settings.WALKS_PRIVATE_KEYS = [new_private, old_private]
    call_command("walk_keys", "list")
    assert f"{key_id_of(old_public)}: 1 requests, its private key is held here" in capsys.readouterr().out
    call_command("walk_keys", "reseal")
    call_command("walk_keys", "reseal")  # twice is harmless
    assert "0 requests are sealed" in capsys.readouterr().out

    settings.WALKS_PRIVATE_KEYS = [new_private]
    opened = open_request(walk_id=walk.pk, officer=officer, reason="prepare")
    assert opened.worries == "The underpass."
    assert opened.address == "amara@example.org"
    make_walk("amara")
    settle_new_requests(now=now)
    assert WalkRequest.objects.filter(outcome="asked_twice").count() == 1, "she is known by the new key too"


def test_a_change_of_keys_stops_at_what_no_key_opens_and_changes_nothing_of_it(pair, settings, make_walk):
    walk = make_walk("amara")
    box = bytes(walk.sealed_person)
    public, private = new_key_pair()
    settings.WALKS_PUBLIC_KEY, settings.WALKS_PRIVATE_KEYS = public, [private]
    with pytest.raises(CommandError, match="Add it to WALKS_PRIVATE_KEYS"):
        call_command("walk_keys", "reseal")
    assert bytes(WalkRequest.objects.get().sealed_person) == box


def test_opening_is_for_the_officer_who_has_it_and_leaves_a_trace(pair, make_walk, make_officer, officer, offer):
    walk = make_walk("amara")
    offer(walk, officer)
    other = make_officer("olga")
    assert open_request(walk_id=walk.pk, officer=other, reason="prepare") is None
    assert open_request(walk_id=walk.pk, officer=officer, reason="because") is None, "a reason is one of the list"
    assert not ModelLogEntry.objects.filter(action="events.walk_opened").exists()

    assert open_request(walk_id=walk.pk, officer=officer, reason="prepare").name == "Amara"
    entry = ModelLogEntry.objects.get(action="events.walk_opened")
    assert (entry.user, entry.data, entry.object_id) == (officer, {"reason": "prepare"}, str(walk.pk))
    assert "Amara" not in entry.label


def test_an_operator_hears_of_keys_that_do_not_fit_and_of_a_sender_that_tells(pair, settings):
    assert check_keys(None) == [] and check_discreet_sender(None) == []
    settings.WALKS_PRIVATE_KEYS = [new_key_pair()[1]]
    assert [problem.id for problem in check_keys(None)] == ["events.E001"]
    settings.WALKS_PRIVATE_KEYS = []
    assert check_keys(None) == [], "the public process holds none, and that is right"
    settings.ON_LAPTOP = False
    assert [problem.id for problem in check_discreet_sender(None)] == ["events.W002"]
    settings.DISCREET_FROM_EMAIL = "diary@example.net"
    assert check_discreet_sender(None) == []


def test_who_asks_twice_is_known_to_who_holds_the_private_key_alone(pair, settings, make_walk, now):
    """The database, a backup and the public's process hold no digest that an address could be tried against."""
    amara, again, bronwen = make_walk("amara"), make_walk("amara"), make_walk("bronwen")
    assert not WalkRequest.objects.exclude(contact_digest="").exists(), "whoever takes it in cannot know"
    settle_new_requests(now=now)
    for walk in (amara, again, bronwen):
        walk.refresh_from_db()
    assert again.outcome == "asked_twice"
    assert len({amara.contact_digest, bronwen.contact_digest, ""}) == 3
    digest = amara.contact_digest
    withdraw_request(walk_id=amara.pk, now=now)
    assert not WalkRequest.objects.filter(contact_digest=digest).exists(), "it goes with the request's closing"

    settings.WALKS_PRIVATE_KEYS = [new_key_pair()[1]]
    assert contact_digest("amara@example.org") != digest
    with pytest.raises(IntegrityError), transaction.atomic():
        WalkRequest.objects.filter(pk=again.pk).update(contact_digest=bronwen.contact_digest)
