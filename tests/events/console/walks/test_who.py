"""Who sees which request and may do what: every kind of person, at every address of the desk."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import ModelLogEntry

from events.console.queries import boroughs_counted_for, boroughs_run_by, walks_held_by, walks_run_by, walks_seen_by
from events.walks.models import BoroughReport, WalkOfficer
from events.walks.services import allocate, open_request
from portal.staff import COORDINATORS, WALK_LEADS, WALKERS
from tests.events.console.conftest import make_user
from tests.events.console.walks.conftest import text
from tests.walks import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(officer, coordinator, make_officer, lead, southwark):
    """Everybody, by what they are: two of Lambeth, two of Southwark, a lead, an administrator, one who lost a team."""
    away = staff("sara", "allocate_walkrequest")
    WalkOfficer.objects.create(user=away).coordinates.set([southwark])
    without_permission = staff("nora")
    WalkOfficer.objects.create(user=without_permission).coordinates.set([southwark])
    return {
        "officer": officer,
        "coordinator": coordinator,
        "another officer": make_officer("dora"),
        "coordinator elsewhere": away,
        "lead": lead,
        "who only sees": staff("olga", "see_every_walk"),
        "administrator": get_user_model().objects.create_superuser("root", "root@example.org", "x"),
        "in a team without permission": without_permission,
        "with a permission and no team": staff("tess", "allocate_walkrequest", "walk_walkrequest"),
        "who may only view the model": staff("vera", "view_walkrequest"),
    }


@pytest.fixture
def walk(make_walk, officer, now):
    walk = make_walk()
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    return walk


# What each gets: to see it, to give it out, to work on it.
EXPECTED = {
    "officer": (True, False, True),
    "coordinator": (True, True, False),
    "another officer": (False, False, False),
    "coordinator elsewhere": (False, False, False),
    "lead": (True, True, False),
    "who only sees": (True, False, False),
    "administrator": (True, True, False),
    "in a team without permission": (False, False, False),
    "with a permission and no team": (False, False, False),
    "who may only view the model": (False, False, False),
}


def test_ownership_is_decided_in_one_place(people, walk):
    decided = {
        who: tuple(rows(user).filter(pk=walk.pk).exists() for rows in (walks_seen_by, walks_run_by, walks_held_by))
        for who, user in people.items()
    }
    assert decided == EXPECTED


def test_every_address_follows_it(people, walk, log_in):
    wrong = []
    for who, (sees, runs, holds) in EXPECTED.items():
        client = log_in(people[who])
        is_staff_of_walks = who not in {"in a team without permission", "who may only view the model"}
        foreign = 404 if is_staff_of_walks else 302
        wanted = {"": ("get", 200 if sees else foreign)}
        wanted |= {f"{name}/": ("post", 302 if runs else foreign) for name in ("allocate", "take-back")}
        wanted |= {f"{name}/": ("post", 302 if holds else foreign) for name in ("open", "offer", "choose")}
        for path, (method, status) in wanted.items():
            response = getattr(client, method)(f"/cms/walks/{walk.pk}/{path}")
            if response.status_code != status or (foreign == 302 == status and not sees and response.url != "/cms/"):
                wrong.append((who, path, response.status_code, status))
    walk.refresh_from_db()
    assert not wrong
    assert walk.state == "allocated", "nothing was sent with these, and nothing was done"


def test_a_foreign_request_and_none_at_all_look_alike(people, walk, log_in):
    client = log_in(people["another officer"])
    foreign, nothing = client.get(f"/cms/walks/{walk.pk}/"), client.get("/cms/walks/999999/")

    assert (foreign.status_code, foreign.content) == (
        nothing.status_code,
        nothing.content,
    ) and foreign.status_code == 404


def test_boroughs_of_who_runs_them_and_of_who_counts_them(people, lambeth, southwark):
    everywhere = {lambeth, southwark}
    runs = {who: set(boroughs_run_by(user)) for who, user in people.items()}
    assert {who: found for who, found in runs.items() if found} == {
        "coordinator": {lambeth},
        "coordinator elsewhere": {southwark},
        "lead": everywhere,
        "administrator": everywhere,
    }
    assert set(boroughs_counted_for(people["who only sees"])) == everywhere


def test_the_menu_is_shown_to_who_may_see_it(people, site, log_in):
    for who in EXPECTED:
        shown = "/cms/walks/" in text(log_in(people[who]).get("/cms/"))
        assert shown == (who not in {"in a team without permission", "who may only view the model"}), who


def test_the_groups_hold_what_their_work_needs(site, log_in, lambeth, southwark, walk):
    call_command("set_up_staff", stdout=None)
    report = BoroughReport.objects.create(borough=lambeth, quarter_date="2026-10-01")
    opened = {
        "/cms/walks/": (COORDINATORS, WALKERS, WALK_LEADS),
        f"/cms/walks/{walk.pk}/": (WALK_LEADS,),
        "/cms/walks/times/": (WALKERS,),
        "/cms/walks/team/": (COORDINATORS, WALK_LEADS),
        f"/cms/walks/boroughs/edit/{lambeth.pk}/": (COORDINATORS, WALK_LEADS, "Comms editors"),
        "/cms/walks/boroughs/new/": (COORDINATORS, WALK_LEADS),
        f"/cms/walks/reports/{report.pk}/": (COORDINATORS, WALK_LEADS, "Comms editors"),
        "/cms/walks/figures/": (COORDINATORS, WALK_LEADS),
    }
    for group in (COORDINATORS, WALKERS, WALK_LEADS, "Comms editors", "Events desk", "Recruiters"):
        user = make_user("", f"one of {group}")
        user.groups.add(Group.objects.get(name=group))
        client = log_in(user)
        got = {path for path in opened if client.get(path).status_code == 200}
        assert got == {path for path, groups in opened.items() if group in groups}, group


def test_looking_is_written_down(people, walk, log_in):
    client = log_in(people["coordinator"])
    client.get("/cms/walks/?state=allocated")
    client.get(f"/cms/walks/{walk.pk}/")
    listed, seen = ModelLogEntry.objects.order_by("pk")

    assert (listed.action, listed.data["rows"], listed.data["narrowed_by"]) == ("events.walks_listed", 1, ["state"])
    assert (seen.action, seen.label, seen.data) == ("events.walk_seen", f"Walk {walk.number}", {})


def test_the_site_history_tells_nobody_of_requests(people, walk, officer, log_in):
    open_request(walk_id=walk.pk, officer=officer, reason="reach")
    told = {
        who
        for who, user in people.items()
        if walk.number in text(log_in(user).get("/cms/reports/site-history/results/"))
    }
    assert told == {"administrator", "who may only view the model"}, "the second is the control: no group has that"
