"""The staff pages: who may see what (Alice of comms, Bob the officer, Charlie without a role); removing somebody."""

import html

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from events.console.queries import broken_invariants
from events.outbox.models import Message
from events.registration.models import Registration
from events.schedule.models import SeatPool

pytestmark = pytest.mark.django_db
LISTS = ("/cms/registrations/", "/cms/messages/")


def log_in(name, *codenames):
    group = Group.objects.create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "x")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice():
    return log_in("alice", "access_admin", "add_speaker")


@pytest.fixture
def bob():
    return log_in("bob", "access_admin", "view_registration", "change_registration", "view_message")


@pytest.fixture
def charlie():
    return log_in("charlie")


@pytest.fixture
def amara(publish, sign_up):
    return sign_up(publish(capacity=1), "amara")


def text(response):
    return html.unescape(response.content.decode())


def urls(registration):
    return (*LISTS, f"/cms/registrations/inspect/{registration.pk}/", f"/cms/registrations/remove/{registration.pk}/")


def test_an_officer_sees_people_and_messages(bob, amara):
    pages = [bob.get(url) for url in urls(amara)]

    assert [page.status_code for page in pages] == [200] * 4
    assert all("amara@example.org" in text(page) for page in pages[:3])
    assert "reminder" in text(pages[2])


def test_nobody_else_sees_any_of_it(alice, charlie, client, amara):
    for somebody in (alice, charlie, client):
        for url in urls(amara):
            for answer in (somebody.get(url), somebody.post(url)):
                assert answer.status_code in {302, 403}, url
                assert "amara" not in text(answer)
    assert Registration.objects.get().state == "confirmed"


def test_rows_are_for_looking_at(bob, amara):
    for url in (
        "/cms/registrations/new/",
        f"/cms/registrations/edit/{amara.pk}/",
        f"/cms/registrations/delete/{amara.pk}/",
        "/cms/messages/new/",
    ):
        assert bob.get(url).status_code in {302, 403, 404}, url
        bob.post(url, {"name": "x"})
    assert Registration.objects.get().name == "Amara"


def test_looking_at_a_person_is_in_the_audit_log(bob, amara):
    bob.get(f"/cms/registrations/inspect/{amara.pk}/")

    entry = ModelLogEntry.objects.get(action="events.registration_seen")
    assert (entry.user.username, entry.object_id) == ("bob", str(amara.pk))


def test_removing_somebody_tells_them_and_frees_the_place(bob, amara, sign_up):
    sign_up(amara.event, "bronwen")
    url = f"/cms/registrations/remove/{amara.pk}/"

    assert bob.get(url).status_code == 200
    assert Registration.objects.get(pk=amara.pk).state == "confirmed", "looking removes nobody"
    bob.post(url)
    bob.post(url)  # twice is the same as once

    assert list(Registration.objects.order_by("id").values_list("state", flat=True)) == ["cancelled", "confirmed"]
    assert Message.objects.filter(kind="removal").count() == 1
    assert ModelLogEntry.objects.filter(action="events.registration_removed").count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_lists_take_the_same_number_of_statements_for_one_and_three(
    bob, publish, sign_up, django_assert_num_queries, people
):
    event = publish()
    for name in ("amara", "bronwen", "chioma")[:people]:
        sign_up(event, name)
    for url, number in zip(LISTS, (12, 11), strict=True):
        bob.get(url)
        with django_assert_num_queries(number):
            bob.get(url)


class TestInvariants:
    """`verify_invariants` sees each kind of damage: the negative control of the check itself."""

    def test_a_sound_database(self, amara, capsys):
        call_command("verify_invariants")
        assert "Every invariant holds." in capsys.readouterr().out

    def test_a_place_that_nobody_holds(self, amara):
        SeatPool.objects.update(holding=0)

        assert [b for b in broken_invariants() if "places are held" in b]
        with pytest.raises(CommandError, match="1 invariants"):
            call_command("verify_invariants")

    def test_an_invite_without_its_revision(self, amara):
        amara.invites.update(sequence=4)

        assert any("SEQUENCE 4" in breach for breach in broken_invariants())

    def test_a_cancelled_person_whose_entry_lives_on(self, amara, now):
        Registration.objects.update(state="cancelled", ended_at=now)
        SeatPool.objects.update(holding=0)

        assert any("its calendar entry was not" in breach for breach in broken_invariants())
