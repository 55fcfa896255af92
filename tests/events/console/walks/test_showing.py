"""The list, one request's page, figures and the front page: what they show, and in how many statements."""

from datetime import timedelta

import pytest
import time_machine

from events.console.queries.walk_figures import walk_figures
from events.console.queries.walks import on_the_desk, quota_of, wait_of
from events.walks.models import Borough, WalkRequest, WalkSlot
from events.walks.rules import Outcome, WalkState
from events.walks.services import allocate, choose_time, withdraw_request
from tests.events.console.walks.conftest import text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def numbers(response):
    assert response.status_code == 200
    return [row.number for row in response.context["object_list"]]


@pytest.fixture
def four(make_walk, officer, offer, now):
    """Return one new, one older and new, one booked, one closed."""
    newer, older, booked, closed = make_walk("a"), make_walk("b", at=now - 3 * DAY), make_walk("c"), make_walk("d")
    offer(booked, officer)
    choose_time(walk_id=booked.pk, offer_id=booked.offers.first().pk, now=now)
    withdraw_request(walk_id=closed.pk, now=now)
    return newer, older, booked, closed


def test_who_waits_longest_comes_first_and_late_ones_are_marked(desk, four):
    newer, older, booked, closed = four
    page = desk.of_coordinator.get("/cms/walks/")

    assert numbers(page) == [walk.number for walk in (older, newer, booked, closed)]
    words = text(page)
    assert "Nobody has it yet, late since 31 Jan 2027, 09:00" in words
    assert "Time chosen" in words and "She withdrew it" in words
    assert words.count("late since") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=booked", [2]),
        ("state=new", [1, 0]),
        ("borough=0", [1, 0, 2, 3]),
        ("q=Amara", [1, 0, 2, 3]),
        ("ordering=-asked_at", [1, 0, 2, 3]),
    ],
)
def test_it_is_narrowed_down_and_nothing_else(desk, four, query, found):
    assert numbers(desk.of_coordinator.get(f"/cms/walks/?{query}")) == [four[number].number for number in found]


def test_by_officer_and_borough_of_those_one_sees(desk, four, officer, lambeth, southwark, make_officer):
    make_officer("dora")
    page = desk.of_coordinator.get(f"/cms/walks/?officer={officer.pk}&borough={lambeth.pk}")
    fields = page.context["filters"].form.fields

    assert numbers(page) == [four[2].number]
    assert [list(fields[name].queryset) for name in ("borough", "officer")] == [[lambeth], [officer]]


def test_no_file_and_no_search(desk, four):
    page = text(desk.of_coordinator.get("/cms/walks/"))

    assert 'name="q"' not in page.partition("<main")[2] and "export" not in page
    assert desk.of_coordinator.get("/cms/walks/?export=csv").status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_a_fixed_number_of_statements(desk, make_walk, officer, now, django_assert_num_queries, number):
    for count in range(number):
        walk = make_walk(f"w{count}")
        allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    desk.of_coordinator.get("/cms/walks/")
    with django_assert_num_queries(16):
        page = desk.of_coordinator.get("/cms/walks/")
    assert len(numbers(page)) == number


@pytest.mark.parametrize("number", [1, 3])
def test_one_request_takes_a_fixed_number_of_statements(
    desk, make_walk, make_officer, officer, offer, make_slots, now, django_assert_num_queries, number
):
    walk = make_walk()
    offer(walk, officer, make_slots(officer, 1 + number))
    for count in range(number):
        make_officer(f"o{count}")
    for client, statements in ((desk.of_officer, 21), (desk.of_coordinator, 19)):
        client.get(f"/cms/walks/{walk.pk}/")
        with django_assert_num_queries(statements):
            client.get(f"/cms/walks/{walk.pk}/")


def test_boxes_stay_in_the_database(make_walk):
    make_walk()
    walk = on_the_desk(WalkRequest.objects.all()).get()

    assert {"sealed_person", "sealed_words", "sealed_note"} <= walk.get_deferred_fields()


def test_the_clock_in_moments(now):
    waits = wait_of(state=WalkState.NEW, since=now - 2 * DAY, now=now)
    assert (waits.late_since, waits.late_at, waits.ends_as) == (now, None, Outcome.LAPSED)
    early = wait_of(state=WalkState.NEW, since=now - 2 * DAY + timedelta(seconds=1), now=now)
    assert early.late_since is None and early.late_at == now + timedelta(seconds=1)
    assert wait_of(state=WalkState.CLOSED, since=now, now=now).ends_at is None
    booked = wait_of(state=WalkState.BOOKED, since=now + DAY, now=now)
    assert booked.late_at == now + 3 * DAY, "a walk is late with its outcome two days after it ended"


def test_a_page_says_what_is_in_the_open(desk, make_walk, officer, offer, now):
    walk = make_walk(wants_woman=True, brings_somebody=True, is_discreet=True)
    offer(walk, officer)
    page = text(desk.of_officer.get(f"/cms/walks/{walk.pk}/"))

    for words in (
        "Lambeth",
        "Monday to Friday, in the evening",
        "A woman officer.",
        "A friend or a child comes along.",
        "no voicemail",
        "Late from 6 Feb 2027, 09:00 on.",
        "Thursday 4 February 2027, 18:00 to 18:45",
        "To her: times to choose from",
        "To staff: it needs somebody",
    ):
        assert words in page, words
    assert officer.email not in page.partition("What was sent")[2]


def test_the_quota_counts_by_the_week_of_the_site(lambeth, make_walk, officer, now):
    walk = make_walk()
    sunday_night = now.replace(day=7, hour=23, minute=30)
    WalkSlot.objects.create(
        officer=officer, starts_at=sunday_night, ends_at=sunday_night + timedelta(hours=1), walk=walk
    )

    assert [(week.monday.isoformat(), week.booked, week.quota) for week in quota_of(lambeth, now=now)][:2] == [
        ("2027-02-01", 1, 6),
        ("2027-02-08", 0, 6),
    ]


def test_figures_are_counts_of_ones_own_boroughs(desk, four, southwark, make_walk, officer, now):
    make_walk("elsewhere", borough_id=southwark.pk)
    figures = walk_figures(Borough.objects.filter(slug="lambeth"), now=now)

    assert dict(figures.by_week)[now.date()] == 3
    assert figures.by_borough == [("Lambeth", 4)]
    assert (figures.open_now, figures.late_now, figures.offered) == (3, 1, 1)
    assert figures.first_offer == timedelta(0)
    assert [outcomes for _, outcomes in figures.quarters] == [[("She withdrew it", 1)]]
    assert [(row.officer, row.open_walks, row.free_times) for row in figures.load] == [("becky", 1, 2)]
    page = text(desk.of_coordinator.get("/cms/walks/figures/"))
    assert "under an hour to the first offer" in page.replace("</strong>", "") and "Southwark" not in page
    assert desk.of_officer.get("/cms/walks/figures/").status_code == 302


def test_without_anything_the_figures_say_so(desk):
    page = text(desk.of_coordinator.get("/cms/walks/figures/"))
    assert "Nothing to show yet" in page and "none yet" in page


@pytest.mark.parametrize("number", [1, 3])
def test_figures_take_a_fixed_number_of_statements(desk, make_walk, django_assert_num_queries, number):
    for count in range(number):
        make_walk(f"w{count}")
    desk.of_coordinator.get("/cms/walks/figures/")
    with django_assert_num_queries(15):
        desk.of_coordinator.get("/cms/walks/figures/")


def test_the_front_page_says_what_waits(desk, four, log_in, coordinator, make_officer, now):
    panel = text(desk.of_coordinator.get("/cms/"))
    assert "2 to give to an officer</a>, <strong>1 late</strong>" in panel
    assert "1 with you" in text(desk.of_officer.get("/cms/"))
    assert "walks-waiting" not in text(log_in(make_officer("dora")).get("/cms/"))
    with time_machine.travel(now + 5 * DAY, tick=False):
        assert "2 late" in text(log_in(coordinator).get("/cms/"))
