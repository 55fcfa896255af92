"""A CDN in front: after each drop the worker tells it what to forget, over HTTP, to a real small server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Site

from portal.models import ContentPage, HomePage, SiteSettings
from portal.page_cache.generation import drop_pages
from tests.visitors import browser


class Cdn:
    """Takes PURGE and remembers what for."""

    def __init__(self) -> None:
        self.purged: list[tuple[str, str]] = []
        cdn = self

        class Handler(BaseHTTPRequestHandler):
            def do_PURGE(self) -> None:
                cdn.purged.append((self.headers["Host"], self.path))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def after(self, clock, now) -> set[str]:
        """Return the paths that are purged when the worker has had its turn."""
        self.purged.clear()
        clock.reaches(now)
        return {path for _, path in self.purged}


@pytest.fixture
def cdn(settings, site) -> Iterator[Cdn]:
    SiteSettings.for_site(Site.objects.get())
    cdn = Cdn()
    thread = threading.Thread(target=cdn.server.serve_forever, daemon=True)
    thread.start()
    settings.WAGTAILFRONTENDCACHE = {
        "default": {"BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend", "LOCATION": cdn.url}
    }
    yield cdn
    cdn.server.shutdown()
    cdn.server.server_close()
    thread.join(10)


@pytest.fixture
def about(cdn) -> ContentPage:
    return HomePage.objects.get().add_child(instance=ContentPage(title="About", slug="about"))


def test_publishing_purges_the_page_and_all_that_may_show_it(cdn, about, clock, now):
    clock.reaches(now)
    about.title = "About the team"
    about.save_revision().publish()

    purged = cdn.after(clock, now)

    assert {"/", "/about/", "/events/"} <= purged
    assert {host for host, _ in cdn.purged} == {"127.0.0.1:8000"}, "the host that visitors ask for"


def test_nothing_is_purged_without_a_change(cdn, about, clock, now):
    clock.reaches(now)

    assert cdn.after(clock, now) == set()


@pytest.mark.parametrize("change", ["delete", "unpublish", "move"])
def test_an_address_that_is_no_more_is_purged_too(cdn, about, clock, now, change):
    team = HomePage.objects.get().add_child(instance=ContentPage(title="Team", slug="team"))
    about.refresh_from_db()
    clock.reaches(now)
    with transaction.atomic():
        {
            "delete": about.delete,
            "unpublish": about.unpublish,
            "move": lambda: about.move(team, "last-child"),
        }[change]()

    assert "/about/" in cdn.after(clock, now)


def test_nothing_leaves_before_the_commit_or_from_what_was_rolled_back(cdn, about, clock, now):
    clock.reaches(now)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        drop_pages(addresses=["/about/"])
        _ = 1 / 0

    assert cdn.after(clock, now) == set()


def test_a_cdn_that_is_down_stops_nobody(cdn, about, clock, now):
    cdn.server.shutdown()
    cdn.server.server_close()
    about.title = "About the team"
    about.save_revision().publish()
    clock.reaches(now)

    assert "About the team" in browser().get("/about/").content.decode()


def test_the_cdn_is_told_how_long_a_page_is_true(cdn, about, clock):
    answer = browser().get("/about/")

    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=60"


def test_what_is_made_for_one_visitor_is_closed_to_the_cdn(cdn, about, clock):
    staff = browser()
    staff.force_login(get_user_model().objects.create_user("staff"))
    for answer in (staff.get("/about/"), browser().get("/nothing/here/"), browser().get("/cms/", follow=True)):
        caching = answer.headers["Cache-Control"]
        assert "private" in caching
        assert "public" not in caching
        assert "s-maxage" not in caching
