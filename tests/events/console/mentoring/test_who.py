"""Who may open what of the mentoring programme: every address, for every role, of the own event and another's.

Roles as in test_permissions.py, and the two that the programme adds: a senior officer and a charity's staff. The own
rows are hers: the event is run by everybody here, the mentor came by the charity's link and is paired with the senior.
"""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from events.console.views.mentoring import gate
from events.console.views.mentoring.gate import OPEN
from events.pages.models import Partner
from events.programmes.models import Attendance, Charity, Interest
from portal.staff import CHARITY, DESK, SENIORS
from tests.events.console.cms_urls import our_names
from tests.events.console.conftest import make_user
from tests.events.console.permission_table import ROLES as COMMON
from tests.events.console.test_permissions import ask
from tests.programmes import meet, senior

ROLES = (*COMMON, "senior", "charity")
#               anon comms lead officer desk recruiter superuser senior charity
NOBODY_ELSE = "  log  no.  no.  200  200  no.  200  no.  404"
ONE = "log no. no. 200 200 no. 200 no. 404 | log no. no. 404 200 no. 200 no. 404"
DONE = "log no. no. yes yes no. yes no. 404 | log no. no. 404 yes no. yes no. 404"
FORM = "log no. no. 422 422 no. 422 no. 404 | log no. no. 404 422 no. 422 no. 404"
CHARITIES = "log no. no. no. 200 no. 200 no. 404"
MINE = "log no. no. no. no. no. 200 200 200"
MARK = "log no. no. yes yes no. yes yes yes | log no. no. 404 yes no. yes 404 404"
WRONG_WAY = "log 405 405 405 405 405 405 405 404"


def look(row):
    """Only looking is offered: a POST is refused before it is asked whose it is."""
    return {"get": row, "post": WRONG_WAY}


TABLE = {
    "mentoring:index": look(NOBODY_ELSE),
    "mentoring:people": look(MINE) | {"post": WRONG_WAY.replace("404", "405")},
    "mentoring:charities": look(CHARITIES),
    "mentoring:charity-new": {"get": CHARITIES, "post": CHARITIES.replace("200", "422")},
    "mentoring:charity": {"get": CHARITIES, "post": CHARITIES.replace("200", "422")},
    "mentoring:phase": look(ONE),
    "mentoring:match": look(ONE),
    "mentoring:interest": look(ONE),
    "mentoring:pair": look(ONE),
    "mentoring:invite": {"get": WRONG_WAY, "post": DONE},
    "mentoring:review": {"get": WRONG_WAY, "post": DONE},
    "mentoring:decide": {"get": WRONG_WAY, "post": FORM},
    "mentoring:pair-up": {"get": WRONG_WAY, "post": DONE},
    "mentoring:session": {"get": WRONG_WAY, "post": FORM},
    "mentoring:move": {"get": ONE, "post": FORM},
    "mentoring:off": {"get": WRONG_WAY, "post": DONE},
    "mentoring:complete": {"get": WRONG_WAY, "post": DONE},
    "mentoring:end": {"get": ONE, "post": DONE},
    "mentoring:attendance": {"get": WRONG_WAY.replace("404", "405"), "post": MARK},
}


def member(role):
    """Return somebody in a role; the two new ones by their groups."""
    if role in {"senior", "charity"}:
        user = make_user("", role)
        user.groups.add(Group.objects.get(name={"senior": SENIORS, "charity": CHARITY}[role]))
        return user
    return make_user(role, role)


@pytest.fixture
def world(staffed, make_phase, make_pair, charity, now):
    """Two phases with a pair and a session each, as a maker of the addresses' numbers."""

    def make(number, who, officer, through):
        phase = make_phase(number)
        pair = make_pair(phase, who, officer, charity_id=through.pk)
        meet(pair, datetime(2027, 3, 16, 17, 30), now=now)
        return {"phase": phase, "pair": pair, "interest": pair.interest, "session": pair.sessions.get()}

    charity.staff.add(member("charity"))
    other = Charity.objects.create(partner=Partner.objects.create(name="Another"), code="another")
    return {
        "own": make(2, "amara", member("senior"), charity),
        "other": make(3, "bronwen", senior("olga"), other),
        "charity": charity,
    }


def address(name, things, charity):
    view = name.partition(":")[2]
    if view in {"index", "people", "charities", "charity-new"}:
        return reverse(name)
    if view == "charity":
        return reverse(name, args=[charity.pk])
    if view in {"phase", "match", "invite"}:
        return reverse(name, args=[things["phase"].pk])
    if view in {"interest", "review", "decide", "pair-up"}:
        return reverse(name, args=[things["interest"].pk])
    if view in {"move", "off"}:
        return reverse(name, args=[things["pair"].pk, things["session"].pk])
    return reverse(name, args=[things["pair"].pk])


def test_every_address_of_the_programme_is_in_the_table():
    assert {name for name in our_names() if name.startswith("mentoring:")} == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(role, world):
    client = Client()
    if role != "anonymous":
        user = member(role)
        client.force_login(user)
        world["own"]["phase"].event.officers.add(user)
    wrong = []
    for name, methods in TABLE.items():
        for method, row in methods.items():
            own, _, other = row.partition(" | ")
            for whose, cells in (("own", own), ("other", other or own)):
                wanted = cells.split()[ROLES.index(role)]
                got = ask(client, method, address(name, world[whose], world["charity"]))
                if got != wanted:
                    wrong.append(f"{method} {name}, {whose}: {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def cms_names(patterns=None, prefix="", namespace=""):
    """Yield every address below /cms/, Wagtail's own as well: its name and its route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (namespace, pattern.namespace) if part)
            yield from cms_names(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern) and route.startswith("cms/"):
            yield ":".join(part for part in (namespace, pattern.name or "") if part), route


def test_a_charitys_staff_see_no_other_page_of_the_cms_whatever_else_they_may(world):
    """Of all the addresses that need no number, Wagtail's included; even where another group lets them in."""
    user = member("charity")
    user.groups.add(Group.objects.get(name=DESK))
    world["own"]["phase"].event.officers.add(user)
    client = Client()
    client.force_login(user)
    opened, tried = [], 0
    for name, _ in cms_names():
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        tried += 1
        if name not in OPEN and client.get(url).status_code not in {404, 302}:
            opened.append(name)
    assert tried > 40, "the addresses were found"
    assert not opened
    assert client.get("/cms/").url == "/cms/mentoring/people/"
    assert client.get(f"/cms/mentoring/interests/{world['own']['interest'].pk}/").status_code == 404


def test_control_without_the_gate_the_same_log_in_sees_the_desk(world, monkeypatch):
    user = member("charity")
    user.groups.add(Group.objects.get(name=DESK))
    client = Client()
    client.force_login(user)
    monkeypatch.setattr(gate, "is_of_a_charity", lambda user: False)

    assert client.get("/cms/registrations/").status_code == 200


def test_the_charitys_menu_has_one_entry(world):
    client = Client()
    client.force_login(member("charity"))
    page = client.get("/cms/mentoring/people/").content.decode()

    assert "/cms/mentoring/people/" in page
    assert '"explorer"' not in page
    for other in ("/cms/newsletter/", "/cms/event-desk/", "/cms/reports/", "/cms/images/"):
        assert f'"{other}"' not in page, other


def test_a_charity_sees_names_states_and_attendance_of_its_own_people_and_nothing_else(world):
    client = Client()
    client.force_login(member("charity"))
    page = client.get("/cms/mentoring/people/").content.decode()

    assert "Amara" in page and "Paired" in page
    assert "Bronwen" not in page, "another charity's"
    for secret in ("To be heard.", "amara@example.org", "meet.example.org"):
        assert secret not in page


def test_a_charity_learns_who_came_and_not_where_she_will_be(world):
    """That is what she agreed to: which sessions she came to."""
    client = Client()
    client.force_login(member("charity"))
    mark = reverse("mentoring:attendance", args=[world["own"]["pair"].pk])
    session = f"own-{world['own']['session'].pk}"
    assert "16 March" not in client.get("/cms/mentoring/people/").content.decode()

    with time_machine.travel(datetime(2027, 3, 17, tzinfo=UTC), tick=False):
        client.force_login(member("charity"))
        for party in ("senior", "mentor"):
            client.post(mark, {"session": session, "party": party, "came": "yes"})
        page = client.get("/cms/mentoring/people/").content.decode()

    assert list(Attendance.objects.values_list("party", flat=True)) == ["mentor"], "the officer is none of its people"
    assert "16 March" in page and "Came" in page
    assert "Brixton Library" not in page and "Senior officer" not in page


def test_the_site_history_tells_a_senior_officer_nothing(world):
    """Wagtail shows whoever has any permission on a sort of row every entry about it."""
    told = {}
    for role in ("senior", "desk"):
        client = Client()
        client.force_login(member(role))
        client.get(reverse("mentoring:interest", args=[world["own"]["interest"].pk]))
        for part in ("", "results/"):
            told[role, part] = client.get(f"/cms/reports/site-history/{part}")

    assert {told["senior", part].status_code for part in ("", "results/")} == {404}
    control = told["desk", ""].content.decode()
    assert f"Interest {world['own']['interest'].pk}" in control and "(paired)" not in control


def test_a_senior_officer_sees_her_own_mentor_only(world):
    client = Client()
    client.force_login(member("senior"))
    page = client.get("/cms/mentoring/people/").content.decode()

    assert "Amara" in page and "Bronwen" not in page and "To be heard." not in page


def test_whoever_has_been_forgotten_is_nobodys(world):
    Interest.objects.update(erased_at=world["own"]["phase"].event.created_at)
    client = Client()
    client.force_login(member("charity"))

    assert "Nobody yet." in client.get("/cms/mentoring/people/").content.decode()
