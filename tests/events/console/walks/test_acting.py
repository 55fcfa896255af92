"""What is done with a request: by whom, with which words, and twice."""

import pytest
from wagtail.models import ModelLogEntry

from events.outbox.models import Message
from events.walks.models import MeetingPoint, WalkOffer, WalkOutcome, WalkRequest, WalkSlot
from events.walks.rules import Theme
from events.walks.sealing import open_box
from events.walks.services import allocate, choose_time
from portal.sealing import new_key_pair
from tests.events.console.walks.conftest import do, mark, said, text

pytestmark = pytest.mark.django_db


def audited(walk, action):
    return ModelLogEntry.objects.for_instance(walk).filter(action=f"events.walk_{action}").count()


def given(walk, officer, now):
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    walk.refresh_from_db()
    return walk


class TestAllocating:
    def test_to_an_officer_twice_and_back_twice(self, desk, make_walk, officer):
        walk = make_walk()
        seen = mark(desk.of_coordinator, walk)
        first = do(desk.of_coordinator, walk, "allocate", officer=officer.pk)
        assert said(first) == ["Given. The officer has a mail with its number."]
        again = desk.of_coordinator.post(
            f"/cms/walks/{walk.pk}/allocate/", {"officer": officer.pk, "seen": seen}, follow=True
        )
        assert said(again) == ["That officer has it already."]
        assert Message.objects.filter(kind="walk_notice", to_email=officer.email).count() == 1
        assert audited(walk, "allocated") == 1

        back = do(desk.of_coordinator, walk, "take-back")
        assert said(back) == ["Taken back. Her time, if she had one, is off in both calendars."]
        assert said(do(desk.of_coordinator, walk, "take-back")) == ["No officer has it."]
        assert audited(walk, "taken_back") == 1

    def test_to_another_officer_takes_the_times_with_it(self, desk, make_walk, make_officer, officer, offer):
        walk, other = make_walk(), make_officer("dora")
        offer(walk, officer)
        do(desk.of_coordinator, walk, "allocate", officer=other.pk)
        walk.refresh_from_db()

        assert (walk.officer, walk.state) == (other, "allocated")
        assert not WalkOffer.objects.filter(ended_at=None).exists()

    @pytest.mark.parametrize("value", ["", "0", "x", "9" * 30, "٣"])
    def test_to_nobody_that_there_is(self, desk, make_walk, value):
        walk = make_walk()
        assert said(do(desk.of_coordinator, walk, "allocate", officer=value)) == [
            "Choose an officer of the borough’s team."
        ]

    def test_to_a_man_where_she_asks_for_a_woman(self, desk, make_walk, make_officer):
        walk, adam = make_walk(wants_woman=True), make_officer("adam", is_woman=False)
        assert said(do(desk.of_coordinator, walk, "allocate", officer=adam.pk)) == [
            "She asks to walk with a woman. Choose a woman of the team."
        ]
        assert "adam" not in text(desk.of_coordinator.get(f"/cms/walks/{walk.pk}/"))

    def test_a_page_left_open_overnight_changes_nothing(self, desk, make_walk, make_officer, officer, now):
        walk, other = make_walk(), make_officer("dora")
        seen = mark(desk.of_coordinator, walk)
        given(walk, officer, now)
        late = desk.of_coordinator.post(
            f"/cms/walks/{walk.pk}/allocate/", {"officer": other.pk, "seen": seen}, follow=True
        )

        assert said(late)[0].startswith("It has changed since you opened the page.")
        walk.refresh_from_db()
        assert walk.officer == officer

    def test_the_quota_of_the_weeks_stands_beside_it(self, desk, make_walk, lambeth, officer, offer, now):
        lambeth.weekly_quota = 2
        lambeth.save()
        booked, walk = make_walk("bronwen"), make_walk()
        offer(booked, officer)
        choose_time(walk_id=booked.pk, offer_id=booked.offers.first().pk, now=now)
        page = text(desk.of_coordinator.get(f"/cms/walks/{walk.pk}/"))

        assert "1 of 2 in the week of 1 Feb, 0 of 2 in the week of 8 Feb" in page


class TestOffering:
    @pytest.fixture
    def walk(self, make_walk, officer, now):
        return given(make_walk(), officer, now)

    def picks(self, slots, place=None):
        point = place or MeetingPoint.objects.get(borough__slug="lambeth")
        return {"slot": [slot.pk for slot in slots]} | {f"place-{slot.pk}": point.pk for slot in slots}

    def test_two_or_three_times(self, desk, walk, officer, make_slots):
        slots = make_slots(officer, 4)
        for wrong in (slots[:1], slots, []):
            assert said(do(desk.of_officer, walk, "offer", **self.picks(wrong))) == [
                "Choose two or three times, each once."
            ]
        seen = mark(desk.of_officer, walk)
        assert said(do(desk.of_officer, walk, "offer", **self.picks(slots[:3]))) == [
            "Offered. The times are on her page."
        ]
        twice = desk.of_officer.post(
            f"/cms/walks/{walk.pk}/offer/", self.picks(slots[:3]) | {"seen": seen}, follow=True
        )
        assert said(twice)[0].startswith("It has changed since")
        assert WalkOffer.objects.filter(walk=walk).count() == 3
        assert Message.objects.filter(kind="walk_times").count() == 1
        assert audited(walk, "offered") == 1

    def test_elsewhere_or_somebody_elses(self, desk, walk, officer, make_officer, make_slots, southwark):
        slots, foreign = make_slots(officer, 2), make_slots(make_officer("dora"), 2)
        place = MeetingPoint.objects.get(borough=southwark)
        assert said(do(desk.of_officer, walk, "offer", **self.picks(slots, place))) == [
            "Choose a meeting point of the borough for each time."
        ]
        assert said(do(desk.of_officer, walk, "offer", **self.picks(foreign)))[0].startswith("One of these times is")

    def test_the_page_says_why_a_time_is_not_offered(self, desk, walk, officer, make_slots, make_walk, lambeth, now):
        lambeth.weekly_quota = 1
        lambeth.save()
        tomorrow = WalkSlot.objects.create(
            officer=officer, starts_at=now.replace(hour=18), ends_at=now.replace(hour=19)
        )
        slots = make_slots(officer, 8)[1:]
        other = make_walk("bronwen")
        WalkRequest.objects.filter(pk=other.pk).update(
            state="booked", officer=officer, meeting_point=MeetingPoint.objects.get()
        )
        WalkSlot.objects.filter(pk=slots[0].pk).update(walk=other)
        page = desk.of_officer.get(f"/cms/walks/{walk.pk}/")
        why = {row.slot.pk: row.why_not for row in page.context["times"]}

        assert why[tomorrow.pk] == "Less than a day ahead: she could not read of it in time."
        assert why[slots[0].pk] == f"Chosen by request {other.number}."
        assert why[slots[1].pk] == "The borough has all the walks of that week."
        assert why[slots[7].pk] == ""

    def test_other_times_and_twice(self, desk, make_walk, officer, offer):
        walk = make_walk()
        offer(walk, officer)
        assert said(do(desk.of_officer, walk, "other-times"))[0].startswith("The times are off her page")
        assert said(do(desk.of_officer, walk, "other-times")) == [
            "There are no times on her page, or the walk has begun."
        ]
        assert audited(walk, "other_times") == 1


class TestForHer:
    def test_a_time_chosen_on_the_phone(self, desk, by_phone, officer, offer):
        walk = by_phone()
        offer(walk, officer)
        first, second, _ = walk.offers.order_by("slot__starts_at")
        assert said(do(desk.of_officer, walk, "choose", offer=first.pk))[0].startswith("The time is hers.")
        assert said(do(desk.of_officer, walk, "choose", offer=first.pk)) == ["That time was hers already."]
        assert audited(walk, "chosen_for_her") == 1
        WalkOffer.objects.filter(pk=second.pk).update(ended_at=walk.asked_at)
        assert said(do(desk.of_officer, walk, "choose", offer=second.pk))[0].startswith("That time is not offered")
        for wrong in ("", "x", "999999"):
            assert said(do(desk.of_officer, walk, "choose", offer=wrong)) == [
                "Choose one of the times that are on her page."
            ]

    def test_nobody_chooses_for_who_reads_her_mail(self, desk, make_walk, officer, offer):
        walk = make_walk()
        offer(walk, officer)
        assert "Choose a time for her" not in text(desk.of_officer.get(f"/cms/walks/{walk.pk}/"))
        assert said(do(desk.of_officer, walk, "choose", offer=walk.offers.first().pk)) == [
            "She is reached by email and chooses on her page."
        ]
        walk.refresh_from_db()
        assert walk.state == "offered"

    def test_withdrawn_and_twice(self, desk, by_phone, officer, offer):
        walk = by_phone()
        offer(walk, officer)
        assert said(do(desk.of_officer, walk, "withdraw"))[0].startswith("Withdrawn.")
        assert said(do(desk.of_officer, walk, "withdraw"))[0].startswith("It is closed already")
        assert audited(walk, "withdrawn_for_her") == WalkOutcome.objects.count() == 1


class TestRecording:
    NOTE = "The lamp at the gate is out."

    @pytest.fixture
    def walk(self, make_walk, officer, offer, now):
        walk = make_walk()
        offer(walk, officer)
        choose_time(walk_id=walk.pk, offer_id=walk.offers.first().pk, now=now)
        WalkSlot.objects.filter(walk=walk).update(starts_at=now.replace(hour=7), ends_at=now.replace(hour=8))
        walk.refresh_from_db()
        return walk

    def record(self, client, walk, **data):
        return do(client, walk, "record", **({"outcome": "walked", "themes": ["lighting"], "note": self.NOTE} | data))

    def test_what_came_of_it_with_a_sealed_note(self, desk, walk):
        assert said(self.record(desk.of_officer, walk)) == ["Recorded, and closed."]
        walk.refresh_from_db()
        assert (walk.state, walk.outcome) == ("closed", "walked")
        assert WalkOutcome.objects.get().themes == [Theme.LIGHTING]
        assert self.NOTE.encode() not in bytes(walk.sealed_note)
        assert open_box(walk.sealed_note, key_id=walk.key_id, about=walk.key) == {"note": self.NOTE}
        assert said(self.record(desk.of_officer, walk)) == ["It is closed already."]
        assert audited(walk, "recorded") == 1
        entry = ModelLogEntry.objects.for_instance(walk).get(action="events.walk_recorded")
        assert entry.data == {"outcome": "walked"}

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"outcome": ""}, "Choose what came of it."),
            ({"outcome": "lapsed"}, "Choose one of the list."),
            ({"themes": []}, "Choose what it was about."),
            ({"themes": ["ghosts"]}, "ghosts"),
            ({"note": "x" * 1001}, "Write 1000 characters or fewer. Yours has 1001."),
            ({"note": "Ring her sister on 07700 900123."}, "Take the phone number out: a note keeps nobody’s number."),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_closes(self, desk, walk, wrong, words):
        response = self.record(desk.of_officer, walk, **wrong)

        assert response.status_code == 422 and words in text(response)
        assert "no-store" in response.headers["Cache-Control"]
        walk.refresh_from_db()
        assert walk.state == "booked" and not walk.sealed_note

    def test_nobody_has_walked_before_the_walk(self, desk, make_walk, officer, offer):
        walk = make_walk()
        offer(walk, officer)
        offered = dict(desk.of_officer.get(f"/cms/walks/{walk.pk}/").context["record"].fields["outcome"].choices)

        assert list(offered) == ["passed_on", "no_answer", "withdrawn"]

    def test_between_two_keys_it_says_what_to_do(self, desk, walk, settings):
        settings.WALKS_PUBLIC_KEY = new_key_pair()[0]
        response = self.record(desk.of_officer, walk)
        assert response.status_code == 422 and "walk_keys reseal" in text(response)
        assert said(self.record(desk.of_officer, walk, note="")) == ["Recorded, and closed."]

    def test_without_a_public_key_it_is_recorded_without_a_note(self, desk, walk, settings):
        settings.WALKS_PUBLIC_KEY = ""
        assert "holds no public key" in text(self.record(desk.of_officer, walk))
        assert said(self.record(desk.of_officer, walk, note="")) == ["Recorded, and closed."]
