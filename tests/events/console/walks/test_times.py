"""An officer's times: one, a series by the clock on the wall, and taking them back."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from events.walks.models import WalkSlot
from events.walks.services import Giving, choose_time, give_series
from tests.events.console.walks.conftest import said, text

pytestmark = pytest.mark.django_db
ONE = {"one-day": "2027-02-10", "one-starts": "18:00", "one-ends": "18:45"}
SERIES = {
    "series-weekdays": ["0", "2"],
    "series-starts": "18:00",
    "series-ends": "18:45",
    "series-first_date": "2027-02-02",
    "series-weeks": "2",
}


def given(officer):
    return [slot.starts_at for slot in WalkSlot.objects.filter(officer=officer, withdrawn_at=None)]


class TestOne:
    def test_given_once(self, desk, officer):
        assert said(desk.of_officer.post("/cms/walks/times/give/", ONE, follow=True))[0].startswith("Given.")
        again = desk.of_officer.post("/cms/walks/times/give/", ONE)
        assert again.status_code == 422 and "It runs into a time that you gave already." in text(again)
        assert given(officer) == [datetime(2027, 2, 10, 18, 0, tzinfo=UTC)]
        assert ModelLogEntry.objects.filter(action="events.walk_slots_given").count() == 1

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"one-ends": "18:10"}, "Choose a time of 20 minutes to 3 hours."),
            ({"one-ends": "21:01"}, "Choose a time of 20 minutes to 3 hours."),
            ({"one-ends": "17:00"}, "Choose an end after the start, on the same day."),
            ({"one-day": "2027-02-01", "one-starts": "08:00", "one-ends": "08:45"}, "That time has begun."),
            ({"one-day": "2027-01-31"}, "Choose a day from today on, within a year."),
            ({"one-day": "9999-12-31"}, "Choose a day from today on, within a year."),
            ({"one-day": "soon"}, "Enter a valid date."),
            ({"one-day": "2027-03-28", "one-starts": "01:30", "one-ends": "02:30"}, "The clocks change that night"),
            ({"one-day": "2027-10-31", "one-starts": "01:30", "one-ends": "02:30"}, "The clocks change that night"),
        ],
    )
    def test_what_is_wrong_is_said(self, desk, officer, wrong, words):
        response = desk.of_officer.post("/cms/walks/times/give/", ONE | wrong)

        assert response.status_code == 422 and words in text(response)
        assert not given(officer)


class TestSeries:
    def test_each_date_gets_its_answer(self, desk, officer):
        desk.of_officer.post("/cms/walks/times/give/", ONE, follow=True)
        response = desk.of_officer.post("/cms/walks/times/series/", SERIES, follow=True)

        assert said(response) == ["3 given. Left out: 10 Feb 2027 (into a time that you gave already)."]
        assert [moment.day for moment in given(officer)] == [3, 8, 10, 15]
        twice = desk.of_officer.post("/cms/walks/times/series/", SERIES, follow=True)
        assert said(twice)[0].startswith("0 given. Left out: 3 Feb 2027")
        assert ModelLogEntry.objects.filter(action="events.walk_slots_given").count() == 2

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"series-weekdays": []}, "Choose at least one day of the week."),
            ({"series-weekdays": ["7"]}, "7"),
            ({"series-weeks": "13"}, "less than or equal to 12"),
            ({"series-weeks": "0"}, "greater than or equal to 1"),
            ({"series-first_date": "2020-01-01"}, "Choose a day from today on, within a year."),
            ({"series-ends": "18:00"}, "Choose an end after the start, on the same day."),
        ],
    )
    def test_what_is_wrong_is_said(self, desk, officer, wrong, words):
        response = desk.of_officer.post("/cms/walks/times/series/", SERIES | wrong)

        assert response.status_code == 422 and words in text(response)
        assert not given(officer)

    def test_six_in_the_evening_is_six_in_summer_and_in_winter(self, officer, now):
        results = give_series(
            officer=officer,
            first_date=date(2027, 3, 22),
            weeks=2,
            weekdays=[0],
            starts=time(18, 0),
            ends=time(18, 45),
            now=now,
        )
        assert results == [(date(2027, 3, 22), Giving.GIVEN), (date(2027, 3, 29), Giving.GIVEN)]
        assert [moment.hour for moment in given(officer)] == [18, 17], "the clocks went forward on 28 March"

    @pytest.mark.parametrize(
        ("night", "clock", "answer", "minutes"),
        [
            (date(2027, 3, 28), (time(1, 30), time(3, 0)), Giving.CLOCK_CHANGES, 0),
            (date(2027, 3, 28), (time(0, 30), time(2, 30)), Giving.GIVEN, 60),
            (date(2027, 3, 28), (time(0, 45), time(2, 0)), Giving.WRONG_LENGTH, 0),
            (date(2027, 10, 31), (time(1, 30), time(3, 0)), Giving.CLOCK_CHANGES, 0),
            (date(2027, 10, 31), (time(0, 30), time(2, 30)), Giving.GIVEN, 180),
            (date(2027, 10, 31), (time(0, 30), time(2, 31)), Giving.WRONG_LENGTH, 0),
        ],
    )
    def test_the_nights_on_which_the_clocks_change(self, officer, now, night, clock, answer, minutes):
        starts, ends = clock
        results = give_series(
            officer=officer, first_date=night, weeks=1, weekdays=[6], starts=starts, ends=ends, now=now
        )
        assert results == [(night, answer)]
        assert [(slot.ends_at - slot.starts_at).seconds // 60 for slot in WalkSlot.objects.all()] == [minutes] * bool(
            minutes
        )


def test_the_list_says_what_each_is(desk, officer, make_slots, make_walk, offer, now):
    slots = make_slots(officer, 4)
    amara, bronwen = make_walk("amara"), make_walk("bronwen")
    offer(amara, officer, slots[:3])
    offer(bronwen, officer, slots[:3])
    choose_time(walk_id=amara.pk, offer_id=amara.offers.get(slot=slots[0]).pk, now=now)
    page = desk.of_officer.get("/cms/walks/times/")

    assert [row["state"] for row in page.context["rows"]] == [
        f"chosen by request {amara.number}",
        "offered to 2 requests",
        "offered to 2 requests",
        "free",
    ]
    assert text(page).count("Take back</button>") == 3


def test_free_ones_are_taken_back_and_chosen_ones_are_not(
    desk, officer, make_slots, make_walk, offer, make_officer, now
):
    slots = make_slots(officer, 3)
    walk = make_walk()
    offer(walk, officer, slots)
    choose_time(walk_id=walk.pk, offer_id=walk.offers.get(slot=slots[0]).pk, now=now)
    answers = [
        said(desk.of_officer.post(f"/cms/walks/times/{slot.pk}/withdraw/", follow=True))[0].split(":")[0]
        for slot in (slots[0], slots[1], slots[1])
    ]
    assert answers == ["It is not free", "Taken back. It is off every page that it was offered on.", "It is not free"]
    foreign = make_slots(make_officer("dora"), 1)[0]
    assert desk.of_officer.post(f"/cms/walks/times/{foreign.pk}/withdraw/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.withdrawn_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_a_fixed_number_of_statements(desk, officer, make_slots, django_assert_num_queries, number):
    make_slots(officer, number)
    desk.of_officer.get("/cms/walks/times/")
    with django_assert_num_queries(10):
        page = desk.of_officer.get("/cms/walks/times/")
    assert len(page.context["rows"]) == number


def test_what_is_over_is_not_listed(log_in, officer, make_slots, now):
    make_slots(officer, 1)
    with time_machine.travel(now.replace(day=6), tick=False):
        assert not log_in(officer).get("/cms/walks/times/").context["rows"]
