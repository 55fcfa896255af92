"""Teams and boroughs: who may change what, and that nobody gives themselves another borough."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from events.walks.models import Borough, MeetingPoint, WalkOfficer
from events.walks.services import offer_times
from portal.staff import COMMS, COORDINATORS, WALK_LEADS, WALKERS
from tests.events.console.conftest import make_user
from tests.events.console.walks.conftest import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(site, lambeth, southwark):
    """Return one of each group; the coordinator is Lambeth's."""
    call_command("set_up_staff", stdout=None)
    made = {}
    for name, group in (("carol", COORDINATORS), ("lena", WALK_LEADS), ("dora", WALKERS), ("ed", COMMS)):
        made[name] = make_user("", name)
        made[name].groups.add(Group.objects.get(name=group))
    WalkOfficer.objects.create(user=made["carol"]).coordinates.set([lambeth])
    return made


class TestTeam:
    def save(self, client, path, **data):
        return client.post(f"/cms/walks/team/{path}", data)

    def test_an_officer_is_added_and_changed(self, people, log_in, lambeth):
        carol, dora = log_in(people["carol"]), people["dora"]
        self.save(carol, "new/", user=dora.pk, is_woman="on", boroughs=[lambeth.pk])
        row = WalkOfficer.objects.get(user=dora)
        assert row.is_woman and list(row.boroughs.all()) == [lambeth]
        self.save(carol, f"edit/{row.pk}/", user=people["carol"].pk, boroughs=[])
        row.refresh_from_db()
        assert (row.user, row.is_woman, list(row.boroughs.all())) == (dora, False, [])

    def test_only_who_is_in_one_of_the_groups_is_offered(self, people, log_in):
        page = log_in(people["carol"]).get("/cms/walks/team/new/")

        assert {user.username for user in page.context["form"].fields["user"].queryset} == {"carol", "lena", "dora"}

    def test_nobody_gets_what_their_group_may_not_do(self, people, log_in, lambeth):
        carol = log_in(people["carol"])
        response = self.save(carol, "new/", user=people["dora"].pk, coordinates=[lambeth.pk])
        assert f"Add dora to the group “{COORDINATORS}” first." in text(response)
        response = self.save(carol, "new/", user=people["lena"].pk, boroughs=[lambeth.pk])
        assert f"Add lena to the group “{WALKERS}” first." in text(response)
        assert not WalkOfficer.objects.exclude(user=people["carol"]).exists()

    def test_a_coordinator_gives_nobody_a_borough_that_is_not_hers(self, people, log_in, lambeth, southwark):
        carol, own = log_in(people["carol"]), WalkOfficer.objects.get()
        refused = self.save(carol, f"edit/{own.pk}/", coordinates=[lambeth.pk, southwark.pk])
        assert refused.status_code == 200 and "is not one of the available choices" in text(refused)
        assert list(own.coordinates.all()) == [lambeth]
        self.save(log_in(people["lena"]), f"edit/{own.pk}/", coordinates=[lambeth.pk, southwark.pk])
        assert set(own.coordinates.all()) == {lambeth, southwark}, "control: who sees every borough may"

    def test_where_else_somebody_works_stays(self, people, log_in, lambeth, southwark):
        row = WalkOfficer.objects.create(user=people["dora"])
        row.boroughs.set([southwark])
        self.save(log_in(people["carol"]), f"edit/{row.pk}/", boroughs=[lambeth.pk])
        assert set(row.boroughs.all()) == {lambeth, southwark}
        self.save(log_in(people["carol"]), f"edit/{row.pk}/", boroughs=[])
        assert set(row.boroughs.all()) == {southwark}

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_takes_a_fixed_number_of_statements(self, people, log_in, django_assert_num_queries, number):
        for count in range(number - 1):
            WalkOfficer.objects.create(user=make_user("", f"one-{count}"))
        client = log_in(people["carol"])
        client.get("/cms/walks/team/")
        with django_assert_num_queries(13):
            page = client.get("/cms/walks/team/")
        assert len(page.context["object_list"]) == number

    def test_it_cannot_be_deleted_or_copied(self, people, log_in):
        row, client = WalkOfficer.objects.get(), log_in(people["carol"])
        assert client.post(f"/cms/walks/team/delete/{row.pk}/").status_code == 404
        assert "delete" not in text(client.get(f"/cms/walks/team/edit/{row.pk}/")).partition("<main")[2].lower()


class TestBoroughs:
    def save(self, client, borough, points, **changes):
        fields = {
            "name": borough.name,
            "slug": borough.slug,
            "introduction": "",
            "is_open": "on",
            "weekly_quota": "6",
            "meeting_points": inline_formset(points, initial=sum(bool(point.get("id")) for point in points)),
        }
        return client.post(f"/cms/walks/boroughs/edit/{borough.pk}/", nested_form_data(fields | changes))

    def point(self, row, **changes):
        return {"id": str(row.pk), "name": row.name, "address": row.address, "is_step_free": "on"} | changes

    def test_the_address_stays_and_the_words_change(self, people, log_in, lambeth):
        row = MeetingPoint.objects.get(borough=lambeth)
        new = {"id": "", "name": "Brixton station, main entrance", "address": "Brixton Road", "is_open": "on"}
        points = [self.point(row, name="Library"), new]
        response = self.save(
            log_in(people["carol"]), lambeth, points, slug="elsewhere", introduction="Two officers.", weekly_quota="3"
        )
        assert response.status_code == 302, text(response)
        lambeth.refresh_from_db()
        assert (lambeth.slug, lambeth.introduction, lambeth.weekly_quota) == ("lambeth", "Two officers.", 3)
        assert sorted(lambeth.meeting_points.values_list("name", "is_open")) == [
            ("Brixton station, main entrance", True),
            ("Library", False),
        ]

    @pytest.mark.parametrize("who", ["ed", "carol"])
    def test_how_many_walks_is_for_who_gives_them_out(self, people, log_in, southwark, who):
        row = MeetingPoint.objects.get(borough=southwark)
        response = self.save(
            log_in(people[who]), southwark, [self.point(row)], introduction="Hello.", is_open="", weekly_quota="99"
        )
        assert response.status_code == 302
        southwark.refresh_from_db()
        assert (southwark.introduction, southwark.is_open, southwark.weekly_quota) == ("Hello.", True, 6)

    def test_a_point_that_was_offered_is_neither_deleted_nor_moved(
        self, people, log_in, lambeth, make_walk, make_officer, make_slots, now
    ):
        row, officer, walk = MeetingPoint.objects.get(borough=lambeth), make_officer("becky"), make_walk()
        type(walk).objects.filter(pk=walk.pk).update(state="allocated", officer=officer)
        picks = [(slot.pk, row.pk) for slot in make_slots(officer, 2)]
        assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == "offered"
        response = self.save(log_in(people["carol"]), lambeth, [self.point(row, DELETE="on")])

        assert response.status_code == 200 and "Untick “in use” instead of deleting it." in text(response)
        assert MeetingPoint.objects.filter(pk=row.pk).exists()
        moved = self.save(log_in(people["carol"]), lambeth, [self.point(row, address="Elsewhere")])
        assert moved.status_code == 200 and "two calendars say so" in text(moved)
        assert MeetingPoint.objects.get(pk=row.pk).address == row.address

    def test_a_point_that_nobody_was_sent_to_is(self, people, log_in, lambeth):
        row = MeetingPoint.objects.get(borough=lambeth)
        assert self.save(log_in(people["carol"]), lambeth, [self.point(row, DELETE="on")]).status_code == 302
        assert not MeetingPoint.objects.filter(pk=row.pk).exists()

    def test_a_new_one_whose_address_is_the_journeys(self, people, log_in):
        fields = {"name": "Away", "slug": "away", "weekly_quota": "6", "meeting_points": inline_formset([])}
        response = log_in(people["carol"]).post("/cms/walks/boroughs/new/", nested_form_data(fields))

        assert "The journey itself uses this address." in text(response)
        assert not Borough.objects.filter(slug="away").exists()

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_takes_a_fixed_number_of_statements(self, people, log_in, django_assert_num_queries, number):
        for count in range(number):
            Borough.objects.create(slug=f"b{count}", name=f"Borough {count}")
        client = log_in(people["carol"])
        client.get("/cms/walks/boroughs/")
        with django_assert_num_queries(11):
            client.get("/cms/walks/boroughs/")
