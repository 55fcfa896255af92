"""Telling a story in a real browser, with JavaScript off and on, and the teller's own page."""

import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from PIL import Image
from wagtail.models import Page, Site

from careers.pages.models import CareersPage, StoryIndexPage
from careers.submissions.models import StorySubmission
from careers.submissions.services import draft_story_page, send_preview
from careers.submissions.tokens import token_of
from portal.models import HomePage

FORM = "/careers/stories/tell-us/"


@pytest.fixture
def stories(transactional_db):
    home = HomePage(title="Stand where it matters", slug="portal-home", introduction="Come and meet us.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    careers = home.add_child(instance=CareersPage(title="Careers", slug="careers", introduction="Yours?"))
    return careers.add_child(instance=StoryIndexPage(title="Stories", slug="stories"))


def picture():
    made = io.BytesIO()
    Image.new("RGB", (600, 800), (75, 29, 122)).save(made, "JPEG")
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


class Teller:
    """What a reader does, by role and label; every step is checked by axe and kept as a picture."""

    def __init__(self, page, check, keep, suffix):
        self.page, self.check, self.keep, self.suffix = page, check, keep, suffix

    def sees(self, heading, name):
        assert heading in self.page.get_by_role("heading", level=1).inner_text()
        self.check(self.page)
        self.keep(self.page, f"{name}-{self.suffix}")

    def tells(self):
        self.page.goto("/careers/stories/")
        self.page.get_by_role("link", name="Tell us your story").click()
        self.sees("Do you have a story for us?", "tell-us")
        self.page.get_by_label("Your story").fill("A constable sat down beside me.\n\nI was nineteen.")
        self.page.get_by_label("Neighbourhood policing").check()
        self.page.get_by_label("A picture").set_input_files(picture())
        self.page.get_by_label("Your name").fill("Amara Okafor")
        self.page.get_by_label("Your email address").fill("amara@example.org")
        self.agrees("May we use your words?", "On this website")

    def agrees(self, question, where):
        self.page.get_by_role("group", name=question).get_by_label(where).check()

    def sends(self):
        self.page.get_by_role("button", name="Send your story").click()


@pytest.fixture(params=["without JavaScript", "with JavaScript"])
def teller(request, new_page, check_accessibility, keep_screenshot):
    if request.param == "with JavaScript":
        return Teller(new_page(), check_accessibility, keep_screenshot, "js")
    twin = new_page()

    def check(page):
        """Check what the page shows in one where scripts run: axe is a script, and would wait for ever."""
        twin.goto(page.url)
        twin.set_content(page.content())
        check_accessibility(twin)

    return Teller(new_page(java_script_enabled=False), check, keep_screenshot, "no-js")


def test_somebody_tells_approves_and_takes_it_back(stories, teller):
    teller.tells()
    teller.sends()
    page = teller.page
    teller.sees("Do you have a story for us?", "tell-us-mistake")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement && document.activeElement.textContent.includes('There is a problem')")
    page.get_by_role("link", name="Choose where we may show the picture, or leave it out.").click()
    assert page.evaluate("document.activeElement.name") == "consent_face"
    assert "nineteen" in page.get_by_label("Your story").input_value()

    page.get_by_label("A picture").set_input_files(picture())
    page.get_by_label("What the picture shows").fill("Me on a bench")
    teller.agrees("May we show your picture?", "On this website")
    page.get_by_label("For two years").check()
    page.get_by_label("I am 16 or older").check()
    teller.sends()
    teller.sees("We have your story", "tell-us-done")

    story = StorySubmission.objects.get()
    editor = get_user_model().objects.create_superuser("carol", "carol@example.org", "x")
    draft = draft_story_page(story_id=story.pk, by=editor, now=timezone.now())
    send_preview(story_id=story.pk, page_id=draft.pk, by=editor, now=timezone.now())
    own = f"/stories/{token_of(story)}/"
    page.goto(own)
    teller.sees("Your story", "teller")
    page.get_by_role("link", name="Read the preview").click()
    assert "A constable sat down beside me." in page.locator("main").inner_text()
    teller.sees("A reader’s story", "teller-preview")

    page.goto(own)
    page.get_by_role("button", name="Ask for changes").click()
    teller.sees("Your story", "teller-mistake")
    assert page.get_by_role("link", name="Say what we should change.").is_visible()
    page.goto(own)
    page.get_by_role("button", name="I approve it: publish it like this").click()
    teller.sees("Your story", "teller-approved")
    assert StorySubmission.objects.get().state == "approved"

    page.get_by_role("button", name="End what I ticked").click()
    teller.sees("Your story", "teller-nothing-ticked")
    page.get_by_role("button", name="End everything").click()
    teller.sees("Your story", "teller-ended")
    assert "Nothing is agreed to any more." in page.locator("main").inner_text()


def test_a_keyboard_alone_is_enough(stories, page):
    """Tab goes through every field in its order; the robots' field is in nobody's way."""
    page.goto(FORM)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || ''")
        if name and (not seen or seen[-1] != name):
            seen.append(name)
        if page.evaluate("document.activeElement.type") == "submit" and "is_old_enough" in seen:
            break
    order = ["story", "part", "picture", "picture_alt", "consent_quote", "consent_name", "consent_face"]

    assert [name for name in seen if name in order] == order
    assert seen[-4:] == ["until_date", "name", "email", "is_old_enough"]
    assert "website" not in seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_the_pages_fit_and_are_accessible_at_every_width(
    stories, new_page, check_accessibility, keep_screenshot, scheme, width
):
    page = new_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for path, name in {FORM: "tell-us", f"{FORM}?sent=1": "tell-us-done", "/stories/nothing/": "story-link"}.items():
        page.goto(path)
        check_accessibility(page)
        keep_screenshot(page, name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    outside = page.evaluate(
        "performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin))"
    )
    assert not [name for name in outside if re.match("https?:", name)], "nothing comes from elsewhere"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_the_tellers_page_fits(stories, new_page, check_accessibility, keep_screenshot, scheme, width):
    page = new_page(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(FORM)
    teller = Teller(page, check_accessibility, lambda *_: None, "")
    teller.tells()
    page.get_by_label("What the picture shows").fill("Me on a bench")
    teller.agrees("May we show your picture?", "On this website")
    page.get_by_label("For two years").check()
    page.get_by_label("I am 16 or older").check()
    teller.sends()
    story = StorySubmission.objects.get()
    editor = get_user_model().objects.create_superuser("carol", "carol@example.org", "x")
    draft = draft_story_page(story_id=story.pk, by=editor, now=timezone.now())
    send_preview(story_id=story.pk, page_id=draft.pk, by=editor, now=timezone.now())
    page.goto(f"/stories/{token_of(story)}/")
    check_accessibility(page)
    keep_screenshot(page, "teller")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_role("img", name="Me on a bench").evaluate("image => image.complete && image.naturalWidth > 0")
