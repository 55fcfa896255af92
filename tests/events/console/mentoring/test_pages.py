"""The staff's pages of a programme: what they show, what they cost, what they write down."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from events.console.views.mentoring.forms import SessionForm
from events.pages.models import Partner
from events.programmes.models import Charity, Interest
from events.programmes.services import decide
from tests.events.console.conftest import make_user
from tests.programmes import meet, senior

FIRST = datetime(2027, 3, 16, 17, 30)


@pytest.fixture
def mine(staffed, make_phase):
    phase = make_phase()
    phase.event.officers.add(make_user("officer", "officer"))
    return phase


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(("path", "queries"), [("", 33), ("match/", 21)])
def test_the_queue_costs_the_same_with_one_and_with_three_people(
    path, queries, mine, log_in, express, now, django_assert_num_queries
):
    client = log_in("officer")
    url = f"/cms/mentoring/phases/{mine.pk}/{path}"
    officer = senior("helen")

    def accepted(who):
        decide(interest_id=express(mine, who).pk, accept=True, reason="x", by=officer, now=now)

    accepted("amara")
    page(client, url)
    with django_assert_num_queries(queries):
        page(client, url)
    accepted("bronwen")
    accepted("chioma")
    with django_assert_num_queries(queries):
        assert "Chioma" in page(client, url)


def test_own_people_cost_the_same_with_one_and_with_three(
    staffed, mine, make_pair, log_in, now, django_assert_num_queries, charity
):
    charity.staff.add(make_user("charity", "grace"))
    client = log_in("charity", "grace")
    url = "/cms/mentoring/people/"
    meet(make_pair(mine, "amara", senior("helen"), charity_id=charity.pk), FIRST, now=now)
    page(client, url)
    with django_assert_num_queries(18):
        page(client, url)
    for who, officer in (("bronwen", "olga"), ("chioma", "ines")):
        meet(make_pair(mine, who, senior(officer), charity_id=charity.pk), FIRST, now=now)
    with django_assert_num_queries(18):
        assert "Chioma" in page(client, url)


def test_the_queue_can_be_narrowed_to_a_state(mine, express, log_in, now):
    express(mine)
    declined = express(mine, "bronwen")
    decide(interest_id=declined.pk, accept=False, reason="x", by=senior("helen"), now=now)
    text = page(log_in("officer"), f"/cms/mentoring/phases/{mine.pk}/?state=declined")
    assert "Bronwen" in text and "Amara" not in text


def test_looks_and_steps_are_written_down_without_a_name(mine, express, log_in):
    interest = express(mine)
    client = log_in("officer")
    client.get(f"/cms/mentoring/phases/{mine.pk}/")
    client.get(f"/cms/mentoring/interests/{interest.pk}/")
    client.post(f"/cms/mentoring/interests/{interest.pk}/decide/", {"reason": "Kind.", "accept": "1"})
    entries = ModelLogEntry.objects.all()

    assert [entry.action for entry in entries.order_by("id")] == [
        "events.interests_listed", "events.interest_seen", "events.interest_decided",
    ]  # fmt: skip
    assert not [entry for entry in entries if "Amara" in f"{entry.label} {entry.data}" or "Kind" in str(entry.data)]


def test_a_session_that_cannot_be_says_why(mine, make_pair, log_in, now):
    pair = make_pair(mine, "amara", senior("helen"))
    client = log_in("officer")
    url = f"/cms/mentoring/pairs/{pair.pk}/session/"
    form = {"date": "2027-03-28", "starts": "01:30", "ends": "02:30", "place": "Library"}
    for changes, error in (
        ({}, "The clocks go forward over this time."),
        ({"date": "2027-10-31"}, "The clocks go back over this time."),
        ({"date": "2027-03-16", "place": ""}, "Enter a place, or the address of a video call."),
        ({"date": "2027-01-16"}, "Choose a time that lies ahead."),
        ({"date": "soon"}, "Enter a day like 2027-03-12."),
        ({"date": "9999-12-31", "starts": "23:00", "ends": "23:59"}, "Choose a time within the next year."),
        ({"date": "2027-03-12", "starts": "18:00", "ends": "19:00"}, "or the whole programme does"),
        ({"place": "", "link": "ftp://example.org/call"}, "Enter a web address that begins with https://."),
        ({"place": "", "link": "javascript:alert(1)"}, "Enter a web address that begins with https://."),
    ):
        answer = client.post(url, form | changes)
        assert answer.status_code == 422 and error in answer.content.decode(), error
    assert client.post(url, form | {"date": "2027-03-16"}).status_code == 302


def test_a_day_that_is_no_instant_any_more_is_refused():
    form = {"date": "9999-12-31", "starts": "22:00", "ends": "23:00", "place": "Library"}
    refused = ["Choose a time within the next year."]
    assert SessionForm(form, zone="America/New_York").errors == {"starts": refused, "ends": refused}


def test_a_charity_gets_its_link_and_its_log_ins(staffed, log_in, charity):
    user = make_user("charity", "grace")
    client = log_in("desk")
    data = {"partner": charity.partner_id, "code": "girls-network", "staff": [user.pk]}
    assert client.post(f"/cms/mentoring/charities/{charity.pk}/", data).status_code == 302
    assert "grace" in page(client, "/cms/mentoring/charities/")
    for code in ("_girls", "-girls"):
        answer = client.post(f"/cms/mentoring/charities/{charity.pk}/", data | {"code": code})
        assert "Begin the code with a letter or a digit." in answer.content.decode(), "no link could say it"
    stranger = make_user("officer", "officer")
    answer = client.post(f"/cms/mentoring/charities/{charity.pk}/", data | {"staff": [stranger.pk]})
    assert answer.status_code == 422, "only log-ins of the group"
    assert list(Charity.objects.get().staff.all()) == [user]


def test_an_officer_with_a_mentor_is_not_deleted_but_closed(mine, make_pair, log_in):
    officer = senior("helen")
    make_pair(mine, "amara", officer)
    client = log_in("superuser")
    for method in (client.get, client.post):
        answer = method(reverse("wagtailusers_users:delete", args=[officer.pk]))
        assert answer.url == reverse("wagtailusers_users:edit", args=[officer.pk])
    assert type(officer).objects.filter(pk=officer.pk).exists()


def test_a_partner_through_whom_people_come_is_not_deleted(staffed, charity, log_in):
    client = log_in("superuser")
    names = charity.partner.snippet_viewset
    for method in (client.get, client.post):
        answer = method(reverse(names.get_url_name("delete"), args=[charity.partner_id]))
        assert answer.url == reverse(names.get_url_name("edit"), args=[charity.partner_id])
    other = Partner.objects.create(name="Another")
    assert client.get(reverse(names.get_url_name("delete"), args=[other.pk])).status_code == 200


@pytest.mark.parametrize("what", ["officer", "partner"])
def test_many_at_once_are_kept_as_well(what, mine, make_pair, charity, log_in):
    officer = senior("helen")
    make_pair(mine, "amara", officer)
    kind, row = {"officer": ("auth/user", officer), "partner": ("events/partner", charity.partner)}[what]
    app, model = kind.split("/")
    client = log_in("superuser")
    address = reverse("wagtail_bulk_action", args=[app, model, "delete"]) + f"?id={row.pk}"
    assert client.post(address).status_code == 302
    assert type(row).objects.filter(pk=row.pk).exists()


def test_nobody_is_accepted_without_a_reason(mine, express, log_in):
    interest = express(mine)
    answer = log_in("officer").post(f"/cms/mentoring/interests/{interest.pk}/decide/", {"accept": "1"})
    assert answer.status_code == 422 and "Write the reason" in answer.content.decode()
    assert Interest.objects.get().state == "interested"


@pytest.mark.parametrize(("age", "is_said"), [(True, True), (False, False)])
def test_who_is_under_18_meets_nobody_alone(age, is_said, mine, make_pair, log_in):
    """Whoever arranges a session, and the officer who comes to it, reads that a colleague is there."""
    helen = senior("helen")
    pair = make_pair(mine, "amara", helen)
    Interest.objects.update(is_under_18=age)
    desk, officer = log_in("officer"), Client()
    officer.force_login(helen)
    for client, address in (
        (desk, f"/cms/mentoring/pairs/{pair.pk}/"),
        (desk, f"/cms/mentoring/interests/{pair.interest_id}/"),
        (officer, "/cms/mentoring/people/"),
    ):
        assert ("16 or 17" in client.get(address).content.decode()) is is_said, address
