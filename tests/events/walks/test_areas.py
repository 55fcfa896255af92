"""Areas come from a file: another force has other ones."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from events.walks.models import Borough, MeetingPoint

pytestmark = pytest.mark.django_db
LONDON = Path(settings.BASE_DIR) / "portal" / "demo" / "boroughs.csv"


def load(tmp_path, text):
    file = tmp_path / "areas.csv"
    file.write_text(text)
    call_command("load_areas", str(file), verbosity=0)


def test_the_32_boroughs_of_london_each_with_a_page(client, django_user_model):
    for _ in range(2):
        call_command("load_areas", str(LONDON))
    assert Borough.objects.count() == 32
    assert all(borough.meeting_points.exists() for borough in Borough.objects.all())


def test_another_force_loads_its_own(tmp_path):
    points = "leith,Leith,Leith Library,Ferry Road\nleith,Leith,Shore,The Shore\n"
    load(tmp_path, f"slug,name,meeting_point,address\n{points}")
    load(tmp_path, "slug,name\nleith,Leith and Newhaven\n")
    assert Borough.objects.get().name == "Leith and Newhaven"
    assert MeetingPoint.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must name the columns"),
        ("name\nLeith\n", "must name the columns"),
        ("slug,name\nLeith Walk,Leith\n", "Line 2: “Leith Walk” cannot be an address"),
        ("slug,name\nask,Ask\n", "cannot be an address"),
        ("slug,name\nleith,\n", "a name has 1 to 80"),
        ("slug,name\nleith,Leith\nleith-2,Leith\n", "Line 3: another area is called Leith"),
        ("slug,name,meeting_point,address\nleith,Leith,Library,\n", "needs a name and an address"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_loaded(tmp_path, text, says):
    with pytest.raises(CommandError, match=says):
        load(tmp_path, text)
    assert not Borough.objects.exists()


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_areas", str(tmp_path / "nothing.csv"))


def test_the_journeys_own_addresses_are_no_boroughs():
    with pytest.raises(IntegrityError), transaction.atomic():
        Borough.objects.create(slug="ask", name="Ask")
