"""Kept pages and events: places, times and states show as soon as they change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from wagtail import hooks
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from events.pages.models import Partner, Speaker
from events.registration.models import Registration
from events.registration.rules import CancelledBy
from events.registration.services.leaving import cancel_registration
from events.schedule.models import Event
from events.schedule.queries import next_public_change
from portal.models import SiteSettings
from portal.page_cache.generation import read_generation
from portal.page_cache.store import pages
from tests.visitors import page

EVENT = "/events/women-on-the-front-line/"


@pytest.fixture(autouse=True)
def site_settings(site) -> SiteSettings:
    """Make the settings' row: Wagtail makes it when a page first asks, and a new row drops what was kept."""
    return SiteSettings.for_site(Site.objects.get())


@pytest.fixture
def is_kept(django_assert_num_queries):
    """Return a check that an address is answered from the cache."""

    def check(path: str) -> None:
        with django_assert_num_queries(1):
            page(path)

    return check


class TestPlaces:
    def test_only_other_words_drop(self, editor, sign_up, now, is_kept):
        """Of eight places five are few: the second registration changes the words, the eighth does again."""
        editor.publishes(capacity_online="8")
        event = Event.objects.get()
        words, drops = [], []
        for number in range(9):
            text = page("/events/").casefold()
            words.append("full" if "waiting list" in text else "few" if "few places" in text else "free")
            before = read_generation()
            sign_up(event, f"person-{number}")
            drops.append(read_generation() - before)
        amara = Registration.objects.get(name="Person-0")
        assert "waiting list" in page("/events/").casefold()

        cancel_registration(registration_id=amara.pk, by=CancelledBy.ATTENDEE, now=now)  # the ninth moves up
        cancel_registration(
            registration_id=Registration.objects.get(name="Person-1").pk, by=CancelledBy.ATTENDEE, now=now
        )

        assert words == ["free"] * 3 + ["few"] * 5 + ["full"]
        assert drops == [0, 0, 1, 0, 0, 0, 0, 1, 0]
        assert "few places" in page("/events/").casefold()

    def test_a_smaller_capacity_is_followed_when_places_come_back(self, clock, publish, sign_up, now):
        """Three hold places of what is published with two: the first to leave frees none, the second does."""
        event = publish(capacity=3)
        people = [sign_up(event, name) for name in ("amara", "bola", "carys")]
        publish(capacity=2)
        assert "waiting list" in page("/events/").casefold()

        cancel_registration(registration_id=people[0].pk, by=CancelledBy.ATTENDEE, now=now)
        assert "waiting list" in page("/events/").casefold()
        cancel_registration(registration_id=people[1].pk, by=CancelledBy.ATTENDEE, now=now)
        assert "waiting list" not in page("/events/").casefold()

    def test_a_larger_capacity_shows(self, editor, sign_up):
        published = editor.publishes(capacity_online="1")
        sign_up(Event.objects.get(), "amara")
        assert "waiting list" in page(EVENT).casefold()

        editor.publishes(published, capacity_online="20")

        assert "waiting list" not in page(EVENT).casefold()


class TestTheClock:
    ENDS = datetime(2027, 3, 8, 19, 30, tzinfo=UTC)

    @pytest.fixture
    def live(self, editor, clock) -> Iterator[None]:
        """Let visitors read the event's page twenty seconds before the session's end."""
        editor.publishes()
        clock.traveller.move_to(self.ENDS - timedelta(seconds=20))
        yield

    def test_the_end_of_a_session_shows_at_that_moment(self, live, clock, is_kept):
        before = page(EVENT)
        clock.traveller.move_to(self.ENDS - timedelta(seconds=1))
        is_kept(EVENT)
        clock.traveller.move_to(self.ENDS)

        assert page(EVENT) != before
        is_kept(EVENT)

    def test_control_without_the_hook_the_harness_sees_the_stale_page(self, live, clock, monkeypatch):
        monkeypatch.setattr(hooks, "get_hooks", lambda name, get=hooks.get_hooks: [] if "next" in name else get(name))
        before = page(EVENT)
        clock.traveller.move_to(self.ENDS)

        assert page(EVENT) == before

    def test_the_next_change_is_the_earliest_moment_that_is_still_to_come(
        self, publish, now, django_assert_num_queries
    ):
        assert next_public_change(now=now) is None
        opens, closes = now + timedelta(days=1), now + timedelta(days=2)
        event = publish(opens_at=opens, closes_at=closes)
        starts, ends = event.first_starts_at, event.last_ends_at
        tick = timedelta(microseconds=1)

        seen = [next_public_change(now=moment - tick) for moment in (opens, closes, starts, ends)]

        assert seen == [opens, closes, starts, ends]
        assert next_public_change(now=opens) == closes, "a moment that has come is not still to come"
        assert next_public_change(now=ends) is None
        with django_assert_num_queries(1):
            next_public_change(now=now)


class TestTheCostOfAPageThatIsNotKept:
    """In a process that has made another page of the same generation: what all pages share is known."""

    @pytest.fixture
    def costs(self, django_assert_num_queries):
        def check(path: str, statements: int) -> None:
            page(path)  # a picture's files are made once
            page("/events/?when=past")
            pages.clear()
            with django_assert_num_queries(statements):
                page(path)

        return check

    def test_the_event_list_with_one_and_three(self, editor, costs):
        editor.publishes()
        costs("/events/", 9)
        for n in range(2):
            editor.publishes(slug=f"more-{n}", title=f"More {n}")
        costs("/events/", 9)

    def test_an_event_page_with_all_that_it_can_have(self, editor, costs):
        published = editor.publishes()
        for n in range(3):
            published.event_speakers.create(speaker=Speaker.objects.create(name=f"Speaker {n}"))
            published.event_partners.create(partner=Partner.objects.create(name=f"Partner {n}"))
        published.image = Image.objects.create(title="Horse", file=get_test_image_file())
        published.image_alt = "A police horse in the snow."
        published.save_revision().publish()

        costs(EVENT, 9)
