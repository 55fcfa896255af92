"""Expressing interest in a real browser, with and without script, and her own page; each step accessible."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from events.pages.models import EventIndexPage
from events.programmes.models import Interest, Pair
from events.programmes.services import decide, pair_up
from events.programmes.tokens import token_of
from portal.models import HomePage
from tests.programmes import QUESTIONS, meet, programme_spec, senior


@pytest.fixture
def open_phase(transactional_db, make_phase):
    home = HomePage(title="Stand where it matters", slug="portal-home", introduction="Come and meet us.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    home.add_child(instance=EventIndexPage(title="Events", slug="events"))
    start = timezone.now().replace(tzinfo=None) + timedelta(days=60)
    sessions = tuple(
        type(row)(
            key=row.key,
            title=row.title,
            starts_local=datetime(start.year, start.month, start.day, 17) + timedelta(days=7 * number),
            ends_local=datetime(start.year, start.month, start.day, 18) + timedelta(days=7 * number),
            place=row.place,
            stream_url="",
        )
        for number, row in enumerate(programme_spec().sessions)
    )
    return make_phase(at=timezone.now(), sessions=sessions, questions=QUESTIONS)


@pytest.fixture(params=["without JavaScript", "with JavaScript"])
def phone(request, new_page):
    return new_page(java_script_enabled=request.param == "with JavaScript")


@pytest.fixture
def check(request, check_accessibility):
    """Return the check of accessibility. axe is a script: it runs where scripts do, and the pages are the same."""
    runs = request.node.callspec.params["phone"] == "with JavaScript"
    return check_accessibility if runs else lambda page: None


def test_she_says_that_she_is_interested(open_phase, phone, check, charity):
    phone.goto("/events/mentoring-2/register/?from=girls-network")
    check(phone)
    phone.get_by_role("button", name="Send it").click()
    assert phone.get_by_role("heading", name="There is a problem").is_visible()
    check(phone)
    phone.get_by_label("Your name").fill("Amara")
    phone.get_by_label("Your email address").fill("amara@example.org")
    phone.get_by_label("16 or 17").check()
    phone.get_by_label("Why would you like to mentor?").fill("To be heard.")
    phone.get_by_label("After school").check()
    phone.get_by_role("checkbox").last.check()
    phone.get_by_role("button", name="Send it").click()
    assert phone.get_by_role("heading", name="Check your email").is_visible()
    check(phone)
    assert Interest.objects.get().charity == charity


def test_her_own_page(open_phase, express, phone, check):
    now = timezone.now()
    interest = express(open_phase, at=now)
    address = f"/mentoring/{token_of(interest)}/"
    phone.goto(address)
    assert phone.get_by_text("We are reading what you wrote").is_visible()
    check(phone)
    officer = senior("helen")
    decide(interest_id=interest.pk, accept=True, reason="x", by=officer, now=now)
    pair_up(interest_id=interest.pk, senior_id=officer.pk, now=now)
    day = (now + timedelta(days=20)).replace(tzinfo=None)
    meet(Pair.objects.get(), datetime(day.year, day.month, day.day, 17), now=now, place="", link="https://meet.test/x")
    phone.goto(address)
    assert phone.get_by_text("You are paired").is_visible() and phone.get_by_text("Helen").is_visible()
    check(phone)
    phone.get_by_role("link", name="Join the next video call").click()
    assert phone.get_by_role("link", name="Go to the video call").is_visible()
    check(phone)
    phone.goto(address)
    phone.get_by_role("link", name="Withdraw").click()
    check(phone)
    phone.get_by_role("button", name="Withdraw").click()
    assert phone.get_by_role("status").filter(has_text="You have withdrawn").is_visible()
    check(phone)


@pytest.mark.parametrize("width", [320])
def test_at_200_percent_on_the_smallest_screen_nothing_is_cut_off(open_phase, express, new_page, width):
    page = new_page()
    page.set_viewport_size({"width": width, "height": 640})
    own_page = f"/mentoring/{token_of(express(open_phase, at=timezone.now()))}/"
    for path in ("/events/mentoring-2/register/", own_page, f"{own_page}withdraw/"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
