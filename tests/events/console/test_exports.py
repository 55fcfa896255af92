"""Registrations as CSV and XLSX: one sheet, nothing hidden, and nothing that a spreadsheet would calculate."""

import csv
import io

import openpyxl
import pytest
from django.contrib.auth.models import Group
from wagtail.models import ModelLogEntry

from events.console.exports import HEADINGS
from events.console.rules import plain_cell
from events.registration.models import Registration
from portal.staff import OFFICERS

pytestmark = pytest.mark.django_db
HOSTILE = (
    "=1+1",
    '=HYPERLINK("https://evil.example","click")',
    "+44 20",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "=#REF!",
    "=cmd|' /C calc'!A0",
)


@pytest.fixture
def event(publish, run_by):
    return run_by(publish(capacity=50), "officer")


@pytest.fixture
def officer(log_in):
    return log_in("officer")


def export(client, form, query=""):
    response = client.get(f"/cms/registrations/?export={form}{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def csv_rows(client, query=""):
    return list(csv.reader(io.StringIO(export(client, "csv", query).decode("utf-8-sig"), newline="")))


def sheet(client):
    book = openpyxl.load_workbook(io.BytesIO(export(client, "xlsx")))
    assert book.sheetnames == ["Registrations"]
    return book.active


def test_every_column_of_everybody(officer, event, sign_up):
    sign_up(event, "amara", access_needs="A seat, near the door", language="fr")
    heading, row = csv_rows(officer)

    assert tuple(heading) == HEADINGS
    said = dict(zip(heading, row, strict=True))
    assert said["Name"] == "Amara" and said["Email"] == "amara@example.org"
    assert said["State"] == "has a place" and said["Takes part"] == "Online"
    assert said["Registered"] == "2027-02-01 09:00"
    assert said["Access needs"] == "A seat, near the door"


def test_both_forms_say_the_same(officer, event, sign_up):
    for name in ("amara", "bronwen"):
        sign_up(event, name)
    plain = csv_rows(officer)
    rows = [[cell or "" for cell in row] for row in sheet(officer).iter_rows(values_only=True)]

    assert [row[:5] for row in rows] == [row[:5] for row in plain]
    assert f"{rows[1][5]:%Y-%m-%d %H:%M}" == plain[1][5], "a date is a date"


def test_what_is_exported_is_what_is_shown(officer, event, sign_up):
    for name in ("amara", "bronwen"):
        sign_up(event, name)

    assert [row[1] for row in csv_rows(officer, "&q=bron")[1:]] == ["Bronwen"]


def test_only_the_own_events(officer, event, sign_up, publish):
    sign_up(event, "amara")
    other = publish(key="33333333-3333-4333-8333-333333333333", slug="other")
    sign_up(other, "zadie")

    assert [row[1] for row in csv_rows(officer)[1:]] == ["Amara"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_looks_like_a_formula_is_a_text(officer, event, sign_up, name):
    person = sign_up(event, "amara")
    Registration.objects.filter(pk=person.pk).update(name=name, access_needs=name, source=name[:40])

    row = dict(zip(HEADINGS, csv_rows(officer)[1], strict=True))
    for column in ("Name", "Access needs", "Source"):
        assert row[column].startswith("'"), column
    cell = sheet(officer)["B2"]
    assert cell.data_type in {"s", "inlineStr"}, "a text, not a formula"
    assert str(cell.value).strip() == name.strip()


def test_the_control_openpyxl_would_make_a_formula_of_it():
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"

    assert book.active["A1"].data_type == "f"


def test_plain_cells_stay_as_they_are():
    assert plain_cell("Amara O’Neill") == "Amara O’Neill"
    assert plain_cell("") == ""


def test_characters_that_no_sheet_can_hold(officer, event, sign_up):
    person = sign_up(event, "amara")
    Registration.objects.filter(pk=person.pk).update(name="Ama\x07ra \U0001f46e أمينة")

    assert sheet(officer)["B2"].value == "Amara \U0001f46e أمينة"
    assert csv_rows(officer)[1][1] == "Ama\x07ra \U0001f46e أمينة"


def test_nobody_gets_a_file_without_the_permission(log_in, event, sign_up):
    sign_up(event, "amara")
    group = Group.objects.get(name=OFFICERS)
    group.permissions.remove(*group.permissions.filter(codename="export_registrations"))
    officer = log_in("officer")

    for form in ("csv", "xlsx"):
        assert officer.get(f"/cms/registrations/?export={form}").url == "/cms/"
    assert "Download" not in officer.get("/cms/registrations/").content.decode()


@pytest.mark.parametrize("url", ["/cms/messages/", "/cms/waiting-lists/", "/cms/undelivered/", "/cms/receipts/"])
def test_no_other_list_is_handed_out(log_in, event, url):
    superuser = log_in("superuser")

    assert superuser.get(f"{url}?export=csv").url == "/cms/"


def test_it_is_in_the_audit_log_with_how_many(officer, event, sign_up):
    for name in ("amara", "bronwen"):
        sign_up(event, name)
    export(officer, "xlsx", "&q=amara@example.org")

    entry = ModelLogEntry.objects.get(action="events.registrations_exported")
    assert entry.data == {"rows": 1, "events": [event.pk], "form": "xlsx", "narrowed_by": ["search"]}
    assert entry.user.username == "officer"


@pytest.mark.parametrize("number", [1, 3])
def test_a_file_takes_the_same_statements_for_one_and_three(officer, event, sign_up, django_assert_num_queries, number):
    for name in ("amara", "bronwen", "chioma")[:number]:
        sign_up(event, name)
    export(officer, "csv")
    with django_assert_num_queries(10):
        export(officer, "csv")
