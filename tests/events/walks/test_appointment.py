"""Her own page: what it shows in each state, what POST does, and that nothing else does anything."""

from datetime import timedelta

import pytest
import time_machine

from events.outbox.models import Message
from events.walks.models import MeetingPoint, WalkRequest, WalkSlot
from events.walks.queries import offered_times
from events.walks.services import choose_time, offer_times, settle_new_requests, withdraw_slot
from events.walks.tokens import appointment_token, read_appointment_token
from tests.visitors import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


def page_of(walk):
    return f"/appointments/{appointment_token(walk)}/"


def test_every_state_says_what_happens_next(client, make_walk, officer, offer, now):
    walk = make_walk()
    assert "We write to you within four days." in text_of(client.get(page_of(walk)))
    offer(walk, officer)
    page = text_of(client.get(page_of(walk)))
    assert page.count('type="radio"') == 3 and "Thursday 4 February 2027, 18:00 to 18:45" in page
    choose_time(walk_id=walk.pk, offer_id=walk.offers.first().pk, now=now)
    page = text_of(client.get(page_of(walk)))
    assert "Your time is fixed" in page and "Brixton Library" in page and page.count('type="radio"') == 2


def test_she_chooses_by_post_and_nothing_else_chooses(client, make_walk, officer, offer):
    walk = make_walk()
    offer(walk, officer)
    url, first = page_of(walk), walk.offers.order_by("slot__starts_at")[0]
    for path in (url, f"{url}?offer={first.pk}", f"{url}other-time/", f"{url}withdraw/"):
        for method in (client.get, client.head):
            assert method(path).status_code == 200
    walk.refresh_from_db()
    assert (walk.state, walk.escalated) == ("offered", 0), "a mail scanner follows every link"

    chosen = client.post(url, {"offer": first.pk})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, f"{url}?chosen")
    assert "A mail with an entry for your calendar is on its way." in text_of(client.get(f"{url}?chosen"))


def test_a_time_that_has_gone_is_said_and_the_next_is_there(client, make_walk, make_officer, offer, make_slots, now):
    officer = make_officer("becky")
    slots = make_slots(officer, 4)
    amara, bronwen = make_walk("amara"), make_walk("bronwen")
    offer(amara, officer, slots)
    offer(bronwen, officer, slots)
    first = [walk.offers.order_by("slot__starts_at")[0].pk for walk in (amara, bronwen)]
    assert client.post(page_of(amara), {"offer": first[0]}).status_code == 303

    lost = client.post(page_of(bronwen), {"offer": first[1]})

    assert lost.status_code == 409
    page = text_of(lost)
    assert "That time has just gone to somebody else. These are free." in page
    assert "Sunday 7 February 2027" in page, "the fourth time, which nobody had offered her"
    assert len(offered_times(bronwen, now=now)) == 3


def test_when_all_times_have_gone_she_asks_for_others(client, make_walk, officer, offer, now):
    walk = make_walk()
    for slot in offer(walk, officer):
        withdraw_slot(slot_id=slot.pk, officer=officer, now=now)
    page = text_of(client.get(page_of(walk)))
    assert "The times that were offered have gone. Ask for others." in page
    assert client.post(f"{page_of(walk)}other-time/").status_code == 303
    walk.refresh_from_db()
    assert walk.state == "allocated"
    assert "We are looking for other times" in text_of(client.get(f"{page_of(walk)}?other"))


@pytest.mark.parametrize("offer_id", ["", "x", "-1", "٣", "9" * 30, "1; DROP TABLE"])
def test_a_choice_that_is_none(client, make_walk, officer, offer, offer_id):
    walk = make_walk()
    offer(walk, officer)
    response = client.post(page_of(walk), {"offer": offer_id})
    assert response.status_code == 422
    assert "Choose one of the times." in text_of(response)


def test_somebody_elses_time_cannot_be_chosen(client, make_walk, officer, make_officer, offer):
    amara, bronwen = make_walk("amara"), make_walk("bronwen")
    offer(amara, officer)
    offer(bronwen, make_officer("olga"))
    response = client.post(page_of(amara), {"offer": bronwen.offers.first().pk})
    assert response.status_code == 409
    assert not WalkSlot.objects.filter(walk__isnull=False).exists()


def test_withdrawing_asks_first_and_is_done_once(client, make_walk, officer, offer):
    walk = make_walk()
    offer(walk, officer)
    assert "Do you want to withdraw" in text_of(client.get(f"{page_of(walk)}withdraw/"))
    for _ in range(2):
        assert client.post(f"{page_of(walk)}withdraw/").status_code == 303
    walk.refresh_from_db()
    assert walk.outcome == "withdrawn"
    page = text_of(client.get(page_of(walk)))
    assert "This request is closed" in page and "other times" not in page
    assert client.get(f"{page_of(walk)}withdraw/").status_code == 303


def test_once_it_has_begun_there_is_nothing_to_change(client, make_walk, officer, offer, now, today):
    walk = make_walk()
    offer(walk, officer)
    choose_time(walk_id=walk.pk, offer_id=walk.offers.first().pk, now=now)
    today.move_to(WalkSlot.objects.get(walk=walk).starts_at + timedelta(minutes=1))
    page = text_of(client.get(page_of(walk)))
    assert "This was your time" in page and "Withdraw" not in page and 'type="radio"' not in page


def test_a_link_that_is_none_or_was_revoked(client, make_walk):
    walk = make_walk()
    url = page_of(walk)
    WalkRequest.objects.update(token_version=2)
    for path in (url, "/appointments/x/", f"/appointments/{'A' * 30}.{'B' * 43}/", "/appointments/é/"):
        response = client.get(path)
        assert response.status_code == 404 and "This link does not work" in text_of(response)
        assert client.post(path, {"offer": "1"}).status_code == 404
    assert client.get(page_of(WalkRequest.objects.get())).status_code == 200
    assert read_appointment_token(appointment_token(walk))[1] == 1


def test_the_page_is_neutral_private_and_stored_nowhere(client, make_walk, officer, offer):
    walk = make_walk(is_discreet=False)
    offer(walk, officer)
    for path in (page_of(walk), f"{page_of(walk)}withdraw/", f"{page_of(walk)}other-time/"):
        response = client.get(path)
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"
        title = text_of(response).partition("<title>")[2].partition("</title>")[0]
        assert not any(word in title.lower() for word in ("walk", "police", "outreach", "lambeth", "met"))
        body = text_of(response)
        assert "Metropolitan" not in body and "Amara" not in body and "example.org" not in body


@pytest.mark.parametrize(("walks", "statements"), [(1, 4), (3, 4)])
def test_the_page_takes_the_same_statements_however_many_times_are_on_it(
    walks, statements, client, make_walk, officer, make_slots, offer, lambeth, now, django_assert_num_queries
):
    walk = make_walk()
    slots = offer(walk, officer)
    if walks == 1:
        place = MeetingPoint.objects.get()
        picks = [(slot.pk, place.pk) for slot in slots[:2]]
        assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == "offered"
    client.get(page_of(walk))
    with django_assert_num_queries(statements):
        client.get(page_of(walk))


def test_a_leaving_browser_sees_nothing_of_her_page(client, make_walk):
    walk = make_walk()
    client.post("/leave/")
    page = text_of(client.get(page_of(walk)))
    assert "This page is closed" in page and "appointment" not in page.lower()


def test_whoever_types_a_known_address_learns_nothing_from_the_page(client, make_walk, now):
    make_walk("amara")
    again, other = make_walk("amara", at=now), make_walk("bronwen")
    settle_new_requests(now=now)
    again.refresh_from_db()
    assert again.outcome == "asked_twice"
    for path in ("", "withdraw/"):
        pages = [client.get(f"{page_of(walk)}{path}") for walk in (again, other)]
        assert len({page.status_code for page in pages}) == 1
        texts = {
            text_of(page).replace(appointment_token(walk), "") for page, walk in zip(pages, (again, other), strict=True)
        }
        assert len(texts) == 1, "the same to the letter"
    for walk in (again, other):
        assert client.post(f"{page_of(walk)}withdraw/").headers["Location"].endswith("?withdrawn")
        assert "This request is closed" in text_of(client.get(page_of(walk)))
    assert not Message.objects.filter(kind="walk_closed").exists(), "nobody had them: a stranger could have asked"
