"""Her own page: by her link alone, nothing changes on a GET, and every broken link looks alike."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from events.programmes.models import Interest
from events.programmes.services import withdraw
from events.programmes.tokens import Purpose, token_of
from portal.logs import mask_tokens
from tests.programmes import meet, senior
from tests.visitors import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_tests_time(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def officer(db):
    return senior("helen")


def test_it_shows_where_she_stands_and_what_she_said(phase, express, site, client):
    page = client.get(f"/mentoring/{token_of(express(phase))}/")

    assert "We are reading what you wrote" in text_of(page) and "To be heard." in text_of(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_get_withdraws_nothing_and_a_post_does_once(phase, express, site, client):
    interest = express(phase)
    address = f"/mentoring/{token_of(interest)}/withdraw/"
    assert "Do you want to withdraw?" in text_of(client.get(address))
    interest.refresh_from_db()
    assert interest.state == "interested", "a mail scanner follows every link"

    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 303

    interest.refresh_from_db()
    assert interest.state == "withdrawn"
    assert client.get(address).status_code == 303
    assert "You have withdrawn" in text_of(client.get(f"/mentoring/{token_of(interest)}/"))


def test_she_changes_her_details(phase, express, site, client):
    interest = express(phase)
    address = f"/mentoring/{token_of(interest)}/details/"

    assert client.post(address, {"name": "Amara O.", "access_needs": "A lift."}).status_code == 303
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.get(address).status_code == 405

    interest.refresh_from_db()
    assert (interest.name, interest.access_needs) == ("Amara O.", "A lift.")


def test_who_has_withdrawn_tells_us_nothing_new(phase, express, site, client, now):
    interest = express(phase)
    withdraw(interest_id=interest.pk, now=now)

    client.post(f"/mentoring/{token_of(interest)}/details/", {"name": "Amara O.", "access_needs": "A lift."})

    assert Interest.objects.values_list("name", "access_needs").get() == ("Amara", "")


def test_every_broken_link_looks_alike(phase, express, site, client, now):
    interest = express(phase)
    good = token_of(interest)
    join = token_of(interest, Purpose.JOIN)
    broken = ["nothing", good[:-1], good + "x", join, "a" * 500]
    revoked = express(phase, "bronwen")
    broken.append(token_of(revoked))
    Interest.objects.filter(pk=revoked.pk).update(token_version=2)
    pages = {(r.status_code, r.content) for r in (client.get(f"/mentoring/{token}/") for token in broken)}

    assert len(pages) == 1 and pages.pop()[0] == 404
    assert client.get(f"/mentoring/{good}/join/").status_code == 404, "her page's link is not the calendar's"
    assert client.get(f"/mentoring/{good}/again/").status_code == 404


def test_a_link_ends_a_month_after_the_programme(phase, express, site, client):
    token = token_of(express(phase))
    with time_machine.travel(datetime(2027, 5, 9, 17, 0, tzinfo=UTC), tick=False):
        assert client.get(f"/mentoring/{token}/").status_code == 200
    with time_machine.travel(datetime(2027, 5, 9, 17, 31, tzinfo=UTC), tick=False):
        assert client.get(f"/mentoring/{token}/").status_code == 404


def test_the_calendars_link_leads_into_the_call_and_shows_nothing_else(phase, make_pair, officer, site, client, now):
    pair = make_pair(phase, "amara", officer)
    meet(pair, datetime(2027, 3, 16, 17, 30), now=now, place="", link="https://meet.example.org/secret")
    page = text_of(client.get(f"/mentoring/{token_of(pair.interest, Purpose.JOIN)}/join/"))

    assert "https://meet.example.org/secret" in page
    assert "Amara" not in page and "Withdraw" not in page and "Helen" not in page


def test_withdrawing_as_one_of_a_pair_takes_it_out_of_both_calendars(phase, make_pair, officer, site, now):
    pair = make_pair(phase, "amara", officer)
    meet(pair, datetime(2027, 3, 16, 17, 30), now=now)

    assert withdraw(interest_id=pair.interest_id, now=now)
    assert not withdraw(interest_id=pair.interest_id, now=now)

    pair.refresh_from_db()
    assert pair.ended_at == now and not pair.sessions.filter(cancelled_at=None).exists()
    latest = {(e.party, e.session_id, e.pair_session_id): e.method for e in pair.entries.order_by("id")}
    assert len(latest) == 6 and set(latest.values()) == {"CANCEL"}


def test_no_token_is_written_to_a_log(phase, express):
    token = token_of(express(phase))
    said = mask_tokens(None, "info", {"event": f"Not Found: /mentoring/{token}/withdraw/"})
    assert token not in str(said)
    assert re.search(r"/mentoring/[^/]*/withdraw/", said["event"])


def test_the_page_costs_the_same_with_one_and_with_three_sessions(
    phase, make_pair, officer, site, client, now, django_assert_num_queries
):
    pair = make_pair(phase, "amara", officer)
    address = f"/mentoring/{token_of(pair.interest)}/"
    meet(pair, datetime(2027, 3, 16, 17, 30), now=now)
    client.get(address)
    with django_assert_num_queries(10):
        client.get(address)
    for day in (23, 30):
        meet(pair, datetime(2027, 3, day, 17, 30), now=now)
    with django_assert_num_queries(10):
        client.get(address)
