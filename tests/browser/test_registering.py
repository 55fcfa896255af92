"""Registering in a real browser, with JavaScript off and on, accessible at each step."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from events.pages.models import EventIndexPage, EventPage, EventPageSession
from events.registration.models import Registration
from events.registration.services.announcing import settle_due_events
from events.registration.tokens import Purpose, token_of
from portal.models import HomePage

SLUG = "women-on-the-front-line"


@pytest.fixture
def published(transactional_db):
    """Publish a webinar that starts in two weeks: the browser's clock is the real one."""
    home = HomePage(title="Stand where it matters", slug="portal-home", introduction="Come and meet us.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    index = EventIndexPage(title="Events", slug="events", show_in_menus=True)
    home.add_child(instance=index)
    page = EventPage(
        title="Women on the front line",
        slug=SLUG,
        introduction="Three services, one evening.",
        captions="yes",
        bsl="yes",
        step_free="na",
        quiet_space="na",
        recording="no",
        transcript="no",
        contact_email="outreach@example.org",
        capacity_online=20,
    )
    page.sessions.add(EventPageSession(date=timezone.localdate() + timedelta(days=14), starts="18:00", ends="19:30"))
    index.add_child(instance=page)
    page.save_revision().publish()


class Visitor:
    """What somebody does on the site, by role and label; every step is checked by axe and kept as a picture."""

    def __init__(self, page, check, keep, suffix):
        self.page = page
        self.check = check
        self.keep = keep
        self.suffix = suffix

    def sees(self, heading, picture):
        assert re.search(heading, self.page.get_by_role("heading", level=1).inner_text().replace("\n", " "))
        assert self.page.get_by_role("heading", level=1).count() == 1
        self.check(self.page)
        self.keep(self.page, f"{picture}-{self.suffix}")

    def finds_the_event(self):
        self.page.goto("/events/")
        self.sees("Events", "events")
        self.page.get_by_role("link", name="Women on the front line").first.click()
        self.sees("Women on the front line", "event")
        self.page.get_by_role("link", name="Register").first.click()
        self.sees("Women on the front line", "register")

    def fills_in(self, name, email):
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Your email address").fill(email)

    def agrees(self):
        self.page.get_by_role("checkbox", name=re.compile("Use my name")).check()

    def sends(self):
        self.page.get_by_role("button", name=re.compile("Register|Join the waiting list")).click()


@pytest.fixture(params=["without JavaScript", "with JavaScript"])
def visitor(request, new_page, check_accessibility, keep_screenshot):
    if request.param == "with JavaScript":
        return Visitor(new_page(), check_accessibility, keep_screenshot, "js")
    twin = new_page()

    def check(page):
        """Check what the page shows in one where scripts run: axe is a script, and would wait for ever."""
        twin.goto(page.url)
        twin.set_content(page.content())
        check_accessibility(twin)

    return Visitor(new_page(java_script_enabled=False), check, keep_screenshot, "no-js")


def test_a_mistake_is_explained_where_it_is_and_the_rest_is_kept(published, visitor):
    visitor.finds_the_event()
    visitor.fills_in("Amara", "amara at example")
    visitor.sends()

    page = visitor.page
    visitor.sees("Women on the front line", "register-mistake")
    assert page.title().startswith("Error: ")
    summary = page.get_by_role("alert").or_(page.locator("[autofocus]")).first
    assert "There is a problem" in summary.inner_text()
    assert page.evaluate("document.activeElement && document.activeElement.textContent.includes('There is a problem')")
    page.get_by_role("link", name="Enter an email address like name@example.org.").click()
    assert page.evaluate("document.activeElement.name") == "email"
    assert page.get_by_label("Your name").input_value() == "Amara"
    assert not Registration.objects.exists()


def test_somebody_registers_manages_and_cancels(published, visitor):
    visitor.finds_the_event()
    visitor.fills_in("Amara Okafor", "amara@example.org")
    visitor.agrees()
    visitor.sends()
    page = visitor.page
    visitor.sees("Check your email", "done")
    assert "amara@example.org" in page.locator("main").inner_text()

    registration = Registration.objects.get()
    page.goto(f"/registrations/{token_of(registration, Purpose.MANAGE)}/")
    visitor.sees("Women on the front line", "manage")
    page.get_by_label("Access needs").fill("Captions, please")
    page.get_by_role("button", name="Keep these details").click()
    assert Registration.objects.get().access_needs == "Captions, please"
    page.goto(f"/registrations/{token_of(registration, Purpose.JOIN)}/join/")
    visitor.sees("Women on the front line", "join")

    page.goto(f"/registrations/{token_of(registration, Purpose.MANAGE)}/")
    page.get_by_role("link", name=re.compile("Cancel|Give up")).first.click()
    visitor.sees("", "cancel")
    page.locator("main").get_by_role("button").first.click()
    assert Registration.objects.get().state == "cancelled"
    visitor.sees("Women on the front line", "cancelled")


def test_a_slip_is_asked_about_and_an_address_that_bounces_is_corrected(published, visitor):
    visitor.finds_the_event()
    visitor.fills_in("Amara Okafor", "amara@gmial.com")
    visitor.agrees()
    visitor.sends()
    page = visitor.page
    visitor.sees("Women on the front line", "register-slip")
    assert "Did you mean amara@gmail.com?" in page.locator("main").inner_text()
    visitor.sends()  # as it is: that is what she means
    visitor.sees("Check your email", "done-slip")
    code = page.locator("strong.code").inner_text()

    Registration.objects.update(undelivered_at=timezone.now())
    page.reload()
    visitor.sees("Check your email", "done-bounced")
    assert page.get_by_label("Your code").input_value() == code
    page.get_by_label("The right email address").fill("amara@example.org")
    page.get_by_role("button", name="Use this address").click()
    visitor.sees("Check your email", "corrected")

    registration = Registration.objects.get()
    assert registration.email == "amara@example.org"
    page.goto(f"/registrations/{token_of(registration, Purpose.MANAGE)}/address/")
    visitor.sees("Change your email address", "address")


def test_a_full_event_offers_the_waiting_list(published, visitor):
    page = EventPage.objects.get()
    page.capacity_online = 0
    page.save_revision().publish()
    settle_due_events(now=timezone.now())
    visitor.page.goto(f"/events/{SLUG}/")
    visitor.sees("Women on the front line", "event-full")
    visitor.page.get_by_role("link", name=re.compile("waiting list")).first.click()
    visitor.fills_in("Bronwen", "bronwen@example.org")
    visitor.agrees()
    visitor.sends()

    visitor.sees("Check your email", "done-waiting")
    assert Registration.objects.get().state == "waiting"


def test_a_keyboard_alone_is_enough(published, page):
    """Tab order: skip link first, then through the form; Enter sends it."""
    page.goto(f"/events/{SLUG}/register/")
    page.keyboard.press("Tab")
    assert "skip" in page.evaluate("document.activeElement.textContent").lower()
    page.keyboard.press("Enter")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        field = page.evaluate("document.activeElement.name || ''")
        if field == "name":
            page.keyboard.type("Amara")
        if field == "email":
            page.keyboard.type("amara@example.org")
        if field == "consent":
            page.keyboard.press("Space")
            seen.append(field)
            break
        seen.append(field)
    assert "website" not in seen, "the robot's field is not in anybody's way"
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/**")  # the skip link's #main stays in the address
    assert Registration.objects.get().name == "Amara"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_pages_are_accessible_and_fit_at_every_width(
    published, new_page, check_accessibility, keep_screenshot, scheme, width
):
    page = new_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    pages = {"/": "home", "/events/": "events", f"/events/{SLUG}/": "event", "/nothing/": "not-found"}
    for path, name in pages.items():
        page.goto(path)
        check_accessibility(page)
        keep_screenshot(page, name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        outside = page.evaluate(
            "performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin))"
        )
        assert outside == [], "nothing comes from elsewhere"
