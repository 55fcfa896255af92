"""“You said, we did”: written, looked at, published, withdrawn; and what the public can and cannot work out."""

from collections import Counter
from datetime import date

import pytest
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from events.walks.models import BoroughReport, BoroughReportTheme, WalkOutcome, WalkPage
from events.walks.queries import sums_over_boroughs
from events.walks.rules import Outcome, Theme
from events.walks.services import publish_report
from portal.models import HomePage
from tests.events.console.walks.conftest import said, text
from tests.visitors import page, status
from tests.walks import staff

pytestmark = pytest.mark.django_db
OVER, RUNS = date(2026, 10, 1), date(2027, 1, 1)
INDEX = "/walk-and-talk/you-said-we-did/"


@pytest.fixture
def writer(log_in):
    return log_in(staff("ed", "add_boroughreport", "change_boroughreport", "view_boroughreport"))


@pytest.fixture
def publisher(log_in):
    return log_in(staff("pia", "change_boroughreport", "publish_boroughreport"))


def walked(borough, quarter=OVER, **themes):
    WalkOutcome.objects.bulk_create(
        WalkOutcome(borough=borough, quarter_date=quarter, outcome=Outcome.WALKED, themes=[theme])
        for theme, number in themes.items()
        for _ in range(number)
    )


@pytest.fixture
def report(lambeth):
    walked(lambeth, lighting=14, transport=6)
    row = BoroughReport.objects.create(borough=lambeth, quarter_date=OVER, introduction="Mostly in the evening.")
    for theme in (Theme.LIGHTING, Theme.TRANSPORT):
        BoroughReportTheme.objects.create(report=row, theme=theme, said=f"{theme} said", did=f"{theme} done")
    return row


def form(borough, themes, **changes):
    rows = [{"id": "", "theme": theme, "said": "It is dark.", "did": "Light."} for theme in themes]
    fields = {
        "borough": borough.pk,
        "quarter_date": OVER.isoformat(),
        "introduction": "",
        "themes": inline_formset(rows),
    }
    return nested_form_data(fields | changes)


class TestWriting:
    def test_a_report_is_written_and_looked_at(self, writer, lambeth):
        response = writer.post("/cms/walks/reports/new/", form(lambeth, ["lighting", "paths"]), follow=True)

        assert "As the public will see it" in text(response) and "A coordinator publishes it." in text(response)
        assert [theme.theme for theme in BoroughReport.objects.get().themes.all()] == ["lighting", "paths"]

    def test_a_quarter_of_a_borough_has_one(self, writer, report):
        response = writer.post("/cms/walks/reports/new/", form(report.borough, ["lighting"]))
        assert "There is a report of this borough and quarter." in text(response)

    def test_a_theme_is_told_of_once(self, writer, lambeth):
        response = writer.post("/cms/walks/reports/new/", form(lambeth, ["lighting", "lighting"]))
        assert response.status_code == 200 and "duplicate data" in text(response)
        assert not BoroughReport.objects.exists()

    @pytest.mark.parametrize("quarter", ["", "soon", "2026-11-01", "1999-01-01"])
    def test_a_quarter_is_one_of_the_list(self, writer, lambeth, quarter):
        writer.post("/cms/walks/reports/new/", form(lambeth, ["lighting"], quarter_date=quarter))
        assert not BoroughReport.objects.exists()

    def test_the_real_numbers_stand_beside_the_form_and_the_hidden_ones_in_the_preview(self, writer, report):
        beside = text(writer.get(f"/cms/walks/reports/edit/{report.pk}/"))
        assert "<td>14</td>" in beside and "<td>6</td>" in beside
        shown = text(writer.get(f"/cms/walks/reports/{report.pk}/"))
        preview = shown.partition("desk-preview")[2].partition("counted")[0]
        assert "20 walks took place." in preview and "in 14 walks" in preview and "in fewer than ten walks" in preview
        assert BoroughReport.objects.get().walks is None, "looking writes nothing"

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_takes_a_fixed_number_of_statements(self, writer, lambeth, django_assert_num_queries, number):
        for count in range(number):
            BoroughReport.objects.create(borough=lambeth, quarter_date=date(2024 + count, 1, 1))
        writer.get("/cms/walks/reports/")
        with django_assert_num_queries(11):
            writer.get("/cms/walks/reports/")


class TestPublishing:
    def test_by_who_may_once_and_back_again(self, writer, publisher, report):
        assert writer.post(f"/cms/walks/reports/{report.pk}/publish/").status_code == 302
        assert BoroughReport.objects.get().published_at is None, "writing is not publishing"
        post = f"/cms/walks/reports/{report.pk}/"
        assert said(publisher.post(f"{post}publish/", follow=True))[0].startswith("Published, with the numbers")
        assert said(publisher.post(f"{post}publish/", follow=True)) == ["It was published before."]
        report.refresh_from_db()
        assert report.walks == 20 and [theme.walks for theme in report.themes.all()] == [14, None]
        assert ModelLogEntry.objects.filter(action="events.walk_report_published").count() == 1

        for method in (publisher.get, publisher.post):
            response = method(f"/cms/walks/reports/edit/{report.pk}/", follow=True)
            assert said(response)[0].startswith("It is published. Withdraw it first")
        assert said(publisher.post(f"{post}withdraw/", follow=True))[0].startswith("Withdrawn.")
        assert said(publisher.post(f"{post}withdraw/", follow=True)) == ["It is not published."]

    def test_refusals_say_what_to_do(self, publisher, lambeth):
        runs = BoroughReport.objects.create(borough=lambeth, quarter_date=RUNS)
        empty = BoroughReport.objects.create(borough=lambeth, quarter_date=OVER)
        answers = [
            said(publisher.post(f"/cms/walks/reports/{row.pk}/publish/", follow=True))[0] for row in (runs, empty)
        ]
        assert answers[0].startswith("The quarter is not over") and answers[1].startswith("Add at least one theme")


class TestThePublicIndex:
    @pytest.fixture(autouse=True)
    def site_page(self, site):
        HomePage.objects.get().add_child(instance=WalkPage(title="Walk & Talk", slug="walk-and-talk"))

    def test_without_a_report_there_is_none(self, report):
        assert status(INDEX) == 404
        assert INDEX not in page("/walk-and-talk/")

    def test_every_borough_with_a_report_and_sums(self, report, southwark, now):
        walked(southwark, lighting=30, transport=4)
        walked(southwark, quarter=RUNS, lighting=100)
        publish_report(report_id=report.pk, now=now)
        shown = page(INDEX)

        assert "/walk-and-talk/lambeth/" in shown and "/walk-and-talk/southwark/" not in shown
        assert "October to December 2026" in shown and "in 44 walks" in shown
        assert "Stations, stops" in shown and "in 10 walks" in shown, "6 and 4: each could be one to nine"
        assert INDEX in page("/walk-and-talk/")

    def test_a_later_report_changes_no_sum(self, report, southwark, now):
        walked(southwark, lighting=7, transport=4)
        publish_report(report_id=report.pk, now=now)
        before = sums_over_boroughs(OVER)
        second = BoroughReport.objects.create(borough=southwark, quarter_date=OVER)
        BoroughReportTheme.objects.create(report=second, theme=Theme.LIGHTING, said="s", did="d")
        publish_report(report_id=second.pk, now=now)

        assert sums_over_boroughs(OVER) == before
        assert before[Theme.LIGHTING] is None, "21 minus 14 would be Southwark’s seven"

    def test_boroughs_without_a_walk_hide_nobody(self, lambeth, southwark, report):
        walked(southwark, quarter=RUNS, lighting=5)
        assert sums_over_boroughs(OVER)[Theme.TRANSPORT] is None
        assert sums_over_boroughs(OVER)[Theme.LIGHTING] == 14

    @pytest.mark.parametrize("number", [1, 3])
    def test_it_takes_a_fixed_number_of_statements(self, client, report, now, django_assert_num_queries, number):
        publish_report(report_id=report.pk, now=now)
        for count in range(number - 1):
            other = type(report.borough).objects.create(slug=f"b{count}", name=f"Borough {count}")
            BoroughReport.objects.create(borough=other, quarter_date=OVER, published_at=now)
        client.get(INDEX)
        with django_assert_num_queries(8):
            response = client.get(INDEX)
        assert len(response.context["reports"]) == number


def test_a_walk_with_one_theme_twice_counts_once(lambeth):
    for _ in range(10):
        WalkOutcome.objects.create(
            borough=lambeth, quarter_date=OVER, outcome=Outcome.WALKED, themes=["lighting", "lighting"]
        )
    assert Counter(sums_over_boroughs(OVER).values()) == {10: 1, None: 7}
