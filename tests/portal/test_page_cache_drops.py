"""A change shows on the next request: whatever it is, whoever makes it, in whichever process."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail import hooks
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction, Site

from events.pages.models import Partner, Speaker
from events.registration.models import Registration
from events.schedule.models import Event
from portal.models import ContentPage, HomePage, SiteSettings
from portal.page_cache import generation
from portal.page_cache.generation import drop_pages, read_generation
from portal.page_cache.middleware import PageCacheMiddleware
from portal.page_cache.receivers import is_shown
from tests.databases import ROOT
from tests.visitors import page, status

EVENT = "/events/women-on-the-front-line/"


@pytest.fixture(autouse=True)
def site_settings(site) -> SiteSettings:
    """Make the settings' row: Wagtail makes it when a page first asks, and a new row drops what was kept."""
    return SiteSettings.for_site(Site.objects.get())


@pytest.fixture
def about(site) -> ContentPage:
    """Return a published page that visitors have read: it is kept."""
    about = HomePage.objects.get().add_child(instance=ContentPage(title="About", slug="about", show_in_menus=True))
    assert "About" in page("/about/")
    assert "About" in page("/")
    return about


@pytest.fixture
def is_kept(django_assert_num_queries):
    """Return a check that an address is answered from the cache."""

    def check(path: str) -> None:
        with django_assert_num_queries(1):
            page(path)

    return check


class TestEditors:
    def test_publishing(self, about, is_kept):
        is_kept("/about/")
        about.title = "About the team"
        revision = about.save_revision()
        is_kept("/about/")  # a draft is nobody's business

        revision.publish()

        assert "About the team" in page("/about/")
        assert "About the team" in page("/"), "the menu of another page"

    def test_unpublishing(self, about):
        about.unpublish()

        assert status("/about/") == 404
        assert "About" not in page("/")

    def test_deleting(self, about):
        about.delete()

        assert status("/about/") == 404
        assert "About" not in page("/")

    def test_moving(self, about):
        parent = HomePage.objects.get().add_child(instance=ContentPage(title="Team", slug="team"))
        page("/about/")
        about.move(parent, "last-child")

        assert status("/about/") in {301, 404}
        assert "About" in page("/team/about/")

    def test_another_address(self, about):
        about.slug = "who-we-are"
        about.save_revision().publish()

        assert status("/about/") in {301, 404}
        assert status("/who-we-are/") == 200

    def test_saving_a_page_without_publishing_it_again(self, about):
        about.title = "About us all"
        about.save()

        assert "About us all" in page("/about/")

    def test_hiding_a_page_behind_a_password(self, about):
        PageViewRestriction.objects.create(
            page=about, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
        )

        assert "csrfmiddlewaretoken" in page("/about/")

    def test_the_settings(self, about, site_settings):
        site_settings.organisation = "Harbour police"
        site_settings.save()

        assert "Harbour police" in page("/about/")

    def test_in_the_cms(self, editor):
        published = editor.publishes()
        assert "Women on the front line" in page(EVENT)
        editor.publishes(published, title="Women at the helm")
        assert "Women at the helm" in page(EVENT)

        editor.client.post(reverse("wagtailadmin_pages:unpublish", args=[published.pk]))

        assert status(EVENT) == 404
        assert "Women at the helm" not in page("/events/")

    def test_control_without_the_drop_the_harness_sees_the_stale_page(self, about, monkeypatch):
        monkeypatch.setattr(generation._Drop, "__call__", lambda drop: None)
        about.title = "About the team"
        about.save_revision().publish()

        assert "About the team" not in page("/about/")
        assert "About the team" not in page("/")


# Rows that no public page shows, or whose services drop by themselves (Event, Session, SeatPool).
NOT_SHOWN = {
    "Attendance",
    "Borough",
    "BoroughReport",
    "BoroughReportTheme",
    "Broadcast",
    "Charity",
    "CheckedApprovalTask",
    "Consent",
    "ConsentWording",
    "DeliveryReceipt",
    "Event",
    "InboundMail",
    "Interest",
    "Invitation",
    "Invite",
    "InviteRevision",
    "IssueEdition",
    "IssueSending",
    "MailRoute",
    "MeetingPoint",
    "Message",
    "PageGeneration",
    "Pair",
    "PairEntry",
    "PairSession",
    "Phase",
    "PosterScan",
    "PosterSite",
    "Preview",
    "Programme",
    "RecruiterEnquiry",
    "Registration",
    "SeatPool",
    "Session",
    "SessionVersion",
    "StorySubmission",
    "StrangerMailCount",
    "Subscription",
    "Suppression",
    "WalkDraft",
    "WalkEntry",
    "WalkOffer",
    "WalkOfficer",
    "PosterTally",
    "WalkOutcome",
    "WalkRequest",
    "WalkSlot",
    "WorkerProcess",
}


def test_of_every_model_it_is_known_whether_pages_show_it():
    """A new model: is it shown without its own signal, its services call `drop_pages()`; then add it here."""
    ours = [model for app in ("portal", "events", "careers") for model in apps.get_app_config(app).get_models()]

    assert {model.__name__ for model in ours if not is_shown(model)} - NOT_SHOWN == set()


class TestTheWorkerAtItsTime:
    def test_a_scheduled_page_goes_live_and_off_again(self, about, clock, now):
        about.title = "About tomorrow"
        about.go_live_at, about.expire_at = now + timedelta(hours=1), now + timedelta(hours=2)
        about.save_revision().publish()
        assert "About tomorrow" not in page("/about/")

        clock.reaches(now + timedelta(hours=1, seconds=1))
        assert "About tomorrow" in page("/about/")

        clock.reaches(now + timedelta(hours=2, seconds=1))
        assert status("/about/") == 404


class TestWhatPagesShow:
    """Everything that is not a page and stands on pages."""

    def test_a_speaker(self, editor, about):
        published = editor.publishes()
        speaker = Speaker.objects.create(name="Mounted Branch constable")
        published.event_speakers.create(speaker=speaker)
        published.save_revision().publish()
        assert "Mounted Branch constable" in page(EVENT)

        speaker.name = "Mounted Branch sergeant"
        speaker.save()

        assert "Mounted Branch sergeant" in page(EVENT)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Image.objects.create(title="Horse", file=get_test_image_file()),
            lambda: Document.objects.create(title="Guide"),
            lambda: Partner.objects.create(name="Fire service"),
            lambda: Redirect.objects.create(old_path="/old", redirect_link="/about/"),
            lambda: Locale.objects.create(language_code="fr"),
            lambda: Site.objects.create(hostname="other.example.org", root_page=HomePage.objects.get()),
        ],
    )
    def test_making_changing_and_deleting_it_drops(self, about, make):
        numbers = [read_generation()]
        row = make()
        numbers.append(read_generation())
        row.save()
        numbers.append(read_generation())
        row.delete()
        numbers.append(read_generation())

        assert sorted(set(numbers)) == numbers, "each raised it"

    def test_what_nobody_sees_drops_nothing(self, editor, about):
        before = read_generation()
        editor.client.get("/cms/")
        about.save_revision()

        assert read_generation() == before
        assert not is_shown(Registration)
        assert not is_shown(Event), "its services say when what visitors read has changed"


class TestTheClock:
    def test_a_crash_between_commit_and_drop_heals_within_a_minute(self, clock, about, now, monkeypatch):
        monkeypatch.setattr(generation._Drop, "__call__", lambda drop: None)
        about.title = "About the team"
        about.save()
        clock.traveller.move_to(now + timedelta(seconds=59))
        assert "About the team" not in page("/about/")
        clock.traveller.move_to(now + timedelta(seconds=60))

        assert "About the team" in page("/about/")

    def test_it_is_asked_for_once_a_generation(self, clock, about, now, monkeypatch):
        asked = []
        monkeypatch.setattr(
            hooks,
            "get_hooks",
            lambda name, get=hooks.get_hooks: (
                [lambda now: asked.append(now) or now + timedelta(seconds=30)] if "next" in name else get(name)
            ),
        )
        drop_pages()
        browser = Client(headers={"host": "localhost"})
        for path in ("/about/", "/", "/events/"):
            browser.get(path)
        assert asked == [now]

        clock.traveller.move_to(now + timedelta(seconds=30))
        browser.get("/about/")
        assert len(asked) == 2


READER = """
import sys, django
django.setup()
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
override_settings(STORAGES=settings.STORAGES | plain).enable()
browser = Client(headers={"host": "localhost"})
for path in sys.stdin:
    with CaptureQueriesContext(connection) as statements:
        answer = browser.get(path.strip())
    print(answer.status_code, "team" if b"About the team" in answer.content else "about", len(statements), flush=True)
"""


class TestAnotherProcess:
    @pytest.fixture
    def reader(self, about) -> Iterator[subprocess.Popen[str]]:
        """Start a web process of its own, with its own cache, that reads what it is asked for."""
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", READER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        yield process
        process.stdin.close()
        process.stdout.close()
        process.wait(30)

    def test_what_one_process_publishes_the_other_shows_on_the_next_request(self, reader, about):
        def reads(path: str) -> tuple[str, str, int]:
            reader.stdin.write(path + "\n")
            reader.stdin.flush()
            code, words, statements = reader.stdout.readline().split()
            return code, words, int(statements)

        assert reads("/about/")[:2] == ("200", "about")
        assert reads("/about/") == ("200", "about", 1)

        with transaction.atomic():
            about.title = "About the team"
            about.save_revision().publish()

        assert reads("/about/")[:2] == ("200", "team")
        assert reads("/about/") == ("200", "team", 1)
        about.unpublish()
        assert reads("/about/")[0] == "404"


def test_the_cache_is_the_first_of_all(settings):
    first = settings.MIDDLEWARE[0]

    assert first == f"{PageCacheMiddleware.__module__}.{PageCacheMiddleware.__qualname__}"
