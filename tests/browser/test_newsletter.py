"""The newsletter in a real browser, with JavaScript off and on, accessible at each step."""

import pytest
from wagtail.models import Page, Site

from events.newsletter.models import NewsletterPage, Subscription
from events.newsletter.tokens import confirm_token, reader_token
from portal.models import HomePage
from tests.browser.test_registering import visitor  # noqa: F401 (a fixture)


@pytest.fixture
def published(transactional_db):
    home = HomePage(title="Stand where it matters", slug="portal-home", introduction="Come and meet us.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    page = NewsletterPage(title="Newsletter", slug="newsletter", introduction="About once a month, by email.")
    home.add_child(instance=page)
    page.save_revision().publish()


def test_somebody_signs_up_chooses_and_leaves(published, visitor):  # noqa: F811 (the fixture)
    page = visitor.page
    page.goto("/newsletter/?from=poster")
    visitor.sees("Newsletter", "newsletter")

    page.get_by_role("button", name="Sign up").click()
    visitor.sees("Newsletter", "newsletter-mistakes")
    assert page.evaluate("document.activeElement && document.activeElement.textContent.includes('There is a problem')")
    page.get_by_role("link", name="Choose at least one topic.").click()
    assert page.evaluate("document.activeElement.name") == "topics"

    page.get_by_label("Your email address").fill("amara@example.org")
    page.get_by_label("Roles, and how to apply").check()
    page.get_by_role("checkbox", name="Use my email address").check()
    page.get_by_role("button", name="Sign up").click()
    visitor.sees("Check your email", "newsletter-asked")

    reader = Subscription.objects.get()
    assert (reader.state, reader.topics, reader.source) == ("pending", ["roles"], "poster")
    page.goto(f"/newsletter/{confirm_token(key=reader.key, version=reader.token_version)}/confirm/")
    visitor.sees("Do you want our newsletter?", "newsletter-confirm")
    page.get_by_role("button", name="Yes, send it to me").click()
    visitor.sees("The newsletter is yours", "newsletter-confirmed")

    page.get_by_role("link", name="Change your topics or language").click()
    visitor.sees("Your newsletter", "newsletter-preferences")
    page.get_by_label("Events and webinars").check()
    page.get_by_role("button", name="Save").click()
    assert "Your choice is kept" in page.get_by_role("status").inner_text()
    visitor.sees("Your newsletter", "newsletter-saved")
    reader.refresh_from_db()
    assert reader.topics == ["events", "roles"]

    page.goto(f"/newsletter/{reader_token(key=reader.key, version=reader.token_version)}/unsubscribe/")
    visitor.sees("Do you want to stop the newsletter?", "newsletter-unsubscribe")
    page.get_by_role("button", name="Send me no more newsletters").click()
    visitor.sees("The newsletter has ended", "newsletter-ended")
    reader.refresh_from_db()
    assert (reader.state, reader.email) == ("ended", "")


def test_every_step_works_with_the_keyboard_alone(published, new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/newsletter/")
    page.get_by_label("Your email address").focus()
    page.keyboard.type("amara@example.org")
    for key in ("Tab", "Space", "Tab", "Tab", "Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/newsletter/?sent=1")
    assert page.get_by_role("heading", level=1).inner_text() == "Check your email"
    assert Subscription.objects.get().topics == ["events"]


def test_at_320_pixels_nothing_scrolls_sideways(published, new_page):
    page = new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/newsletter/", "/newsletter/?sent=1"):
        page.goto(path)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, path
