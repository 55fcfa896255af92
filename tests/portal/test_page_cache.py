"""Kept pages and visitors: nobody ever gets what was made for somebody else."""

import gzip
import re

import brotli
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from wagtail.models import PageViewRestriction, Site

from events.pages.models import EventIndexPage
from portal.models import ContentPage, HomePage, PageGeneration, SiteSettings
from portal.page_cache import rules
from portal.page_cache.generation import drop_pages, read_generation
from portal.page_cache.middleware import PageCacheMiddleware, for_everybody
from portal.page_cache.store import pages
from tests.visitors import browser

A_HIT = 1  # statement: the generation


@pytest.fixture(autouse=True)
def site_settings(site: EventIndexPage) -> SiteSettings:
    """Make the settings' row: Wagtail makes it when a page first asks, and a new row drops what was kept."""
    return SiteSettings.for_site(Site.objects.get())


@pytest.fixture
def private_page(site: EventIndexPage) -> ContentPage:
    """Return a page behind a password."""
    page = ContentPage(title="For partners only", slug="partners")
    HomePage.objects.get().add_child(instance=page)
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.PASSWORD, password="open sesame")
    return page


def opened_by_password(page: ContentPage) -> Client:
    """Return the browser of somebody who has given the page's password."""
    amara = browser()
    restriction = page.get_view_restrictions().get()
    amara.post(
        f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/",
        {"password": "open sesame", "return_url": "/partners/"},
    )
    return amara


def token_in(response: HttpResponse) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())
    assert found
    return found[1]


class TestAHit:
    def test_the_second_visitor_costs_one_statement(self, site, django_assert_num_queries):
        first = browser().get("/events/")
        with django_assert_num_queries(A_HIT):
            second = browser().get("/events/")

        assert second.content == first.content
        assert len(pages) == 1

    def test_it_says_everything_that_the_fresh_answer_said(self, site):
        fresh, kept = (browser().get("/events/") for _ in range(2))

        assert dict(kept.headers) == dict(fresh.headers)
        for name in (
            "Content-Security-Policy",
            "Referrer-Policy",
            "Permissions-Policy",
            "X-Content-Type-Options",
            "Cross-Origin-Opener-Policy",
            "Content-Type",
        ):
            assert kept.headers[name], name

    def test_a_site_on_https_says_so_from_the_cache_too(self, site, settings):
        settings.SECURE_HSTS_SECONDS = 60
        kept = [browser().get("/events/", secure=True) for _ in range(2)][1]

        assert kept.headers["Strict-Transport-Security"] == "max-age=60"
        assert "Strict-Transport-Security" not in browser().get("/events/").headers, "http is another address"

    @pytest.mark.parametrize(
        ("accepts", "read"), [("gzip, br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)]
    )
    def test_it_comes_in_the_encoding_that_the_browser_reads(self, site, accepts, read):
        plain = browser().get("/events/").content
        answer = browser().get("/events/", headers={"accept-encoding": accepts})

        assert read(answer.content) == plain
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert int(answer.headers["Content-Length"]) == len(answer.content)

    def test_a_browser_that_has_the_page_gets_none(self, site):
        etag = browser().get("/events/").headers["ETag"]
        for known in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
            answer = browser().get("/events/", headers={"if-none-match": known, "accept-encoding": "br"})
            assert (answer.status_code, answer.content) == (304, b""), known
            assert answer.headers["ETag"] == etag
            assert "Content-Type" not in answer.headers
        assert browser().get("/events/", headers={"if-none-match": '"other"'}).status_code == 200

    def test_head_is_answered_from_the_page(self, site, django_assert_num_queries):
        page = browser().get("/events/")
        with django_assert_num_queries(A_HIT):
            head = browser().head("/events/")

        assert head.content == b""
        assert head.headers["Content-Length"] == page.headers["Content-Length"]

    def test_head_alone_keeps_nothing(self, site):
        browser().head("/events/")

        assert len(pages) == 0

    def test_each_host_and_query_has_its_own(self, site):
        browser().get("/events/")
        browser().get("/events/?when=past")
        Client(headers={"host": "127.0.0.1"}).get("/events/")

        assert len(pages) == 3

    def test_a_host_that_is_not_ours_gets_nothing(self, site):
        browser().get("/events/")

        assert Client(headers={"host": "elsewhere.example.org"}).get("/events/").status_code == 400

    def test_it_can_be_turned_off(self, site, settings):
        settings.PAGE_CACHE_BYTES = 0
        browser().get("/events/")

        assert len(pages) == 0


class TestTwoVisitors:
    def test_a_csrf_cookie_alone_changes_nothing(self, site, django_assert_num_queries):
        fatima, grace = browser(csrftoken="a" * 32), browser(csrftoken="b" * 32)
        seen = fatima.get("/events/")
        with django_assert_num_queries(A_HIT):
            assert grace.get("/events/").content == seen.content

        assert b"a" * 32 not in seen.content
        assert not seen.cookies

    def test_a_session_goes_past_the_cache_both_ways(self, editor, client):
        staff = browser(sessionid=editor.client.cookies["sessionid"].value)
        answer = staff.get("/events/")

        assert len(pages) == 0, "what is made for staff is not kept"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        browser().get("/events/")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pages, "get", lambda *args, **kwargs: pytest.fail("looked up for staff"))
            assert staff.get("/events/").status_code == 200

    def test_a_form_is_made_for_each(self, editor):
        editor.publishes()
        path = "/events/women-on-the-front-line/register/"
        seen = [browser().get(path) for _ in range(2)]

        values = [answer.context["form"]["submission"].value() for answer in seen]
        assert values[0] != values[1]
        assert len(pages) == 0
        for answer in seen:
            assert "public" not in answer.headers["Cache-Control"]
            assert "Content-Encoding" not in answer.headers

    @pytest.mark.parametrize(
        "path",
        [
            "/cms/login/",
            "/registrations/abc.def/",
            "/registrations/abc.def/event.ics",
            "/health/live",
            "/health/ready",
            "/demo/mail/",
            "/nothing/here/",
            "/events",
        ],
    )
    def test_no_other_view_is_kept_or_compressed(self, site, path):
        answer = browser().get(path, headers={"accept-encoding": "br, gzip"})

        assert len(pages) == 0
        assert "public" not in answer.headers["Cache-Control"]
        assert "Content-Encoding" not in answer.headers

    def test_a_token_on_a_page_is_never_anothers(self, private_page):
        answers = [browser().get("/partners/") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        secrets = {answer.cookies["csrftoken"].value for answer in answers}
        assert len(secrets) == 2
        assert len(pages) == 0

    def test_control_without_the_rule_the_harness_sees_anothers_token(self, private_page, monkeypatch):
        monkeypatch.setattr(rules, "may_keep", lambda **signs: True)

        answers = [browser().get("/partners/") for _ in range(2)]

        assert token_in(answers[0]) == token_in(answers[1])

    def test_what_a_password_opened_is_seen_by_nobody_else(self, private_page):
        amara = opened_by_password(private_page)
        assert b"For partners only" in amara.get("/partners/").content

        assert b"For partners only" not in browser().get("/partners/").content

    def test_control_without_the_rules_the_harness_sees_the_private_page(self, private_page, monkeypatch):
        monkeypatch.setattr(rules, "may_keep", lambda **signs: True)
        monkeypatch.setattr(rules, "is_somebody", lambda **signs: False)
        opened_by_password(private_page).get("/partners/")

        assert b"For partners only" in browser().get("/partners/").content


class TestAnyView:
    """Views made up for this: whatever a view answers, the middleware judges the answer."""

    @pytest.fixture
    def ask(self, site, settings):
        def ask(view, **cookies):
            request = RequestFactory().get("/events/", headers={"host": "localhost"})
            request.COOKIES.update(cookies)
            request.resolver_match = type("Match", (), {"url_name": "any", "func": view})()
            return PageCacheMiddleware(view)(request)

        return ask

    def test_only_a_view_that_says_so_is_kept(self, ask):
        ask(lambda request: HttpResponse("Hello"))
        assert len(pages) == 0

        ask(for_everybody(lambda request: HttpResponse("Hello")))
        assert len(pages) == 1

    @pytest.mark.parametrize("header", ["no-store", "private, max-age=60"])
    def test_a_view_that_forbids_it_is_obeyed(self, ask, header):
        ask(for_everybody(lambda request: HttpResponse("Hello", headers={"Cache-Control": header})))

        assert len(pages) == 0

    def test_a_cookie_in_the_answer_forbids_it(self, ask):
        def view(request):
            response = HttpResponse("Hello")
            response.set_cookie("seen", "yes")
            return response

        ask(for_everybody(view))

        assert len(pages) == 0


class TestTheGeneration:
    def test_there_is_one_row(self, transactional_db):
        assert PageGeneration.objects.get().pk == PageGeneration.ONLY
        with pytest.raises(IntegrityError), transaction.atomic():
            PageGeneration.objects.create(pk=2)

    def test_a_drop_raises_it_once_and_after_the_commit(self, transactional_db):
        before = read_generation()
        with transaction.atomic():
            drop_pages()
            with transaction.atomic():
                drop_pages()
            assert PageGeneration.objects.get().number == before
        assert read_generation() == before + 1

    def test_what_is_rolled_back_drops_nothing(self, transactional_db):
        before = read_generation()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            drop_pages()
            _ = 1 / 0
        assert read_generation() == before

    def test_a_drop_outlives_one_that_a_savepoint_took_back(self, transactional_db):
        before = read_generation()
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                drop_pages()
                _ = 1 / 0
            drop_pages()
            assert read_generation() is None, "nothing is kept of what a transaction has not committed"
        assert read_generation() == before + 1

    def test_a_page_made_while_it_was_raised_is_not_kept_under_the_new_number(self, site):
        def slow(request):
            drop_pages()  # somebody publishes while this page is being made from the older data
            return HttpResponse("made from older data")

        request = RequestFactory().get("/events/", headers={"host": "localhost"})
        request.resolver_match = type("Match", (), {"url_name": "wagtail_serve", "func": slow})()
        PageCacheMiddleware(slow)(request)

        assert b"older data" not in browser().get("/events/").content

    def test_without_a_row_or_a_table_nothing_is_kept(self, site):
        PageGeneration.objects.all().delete()
        browser().get("/events/")
        assert len(pages) == 0

    def test_a_database_that_is_down_does_not_break_the_look(self, transactional_db):
        def down(execute, *rest):
            raise DatabaseError("down")

        with connection.execute_wrapper(down):
            assert read_generation() is None
            assert browser().get("/health/live").status_code == 200
