"""Asking for a walk in a real browser: without script, by keyboard, on the smallest screen, left in a hurry."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page, Site

from events.walks.models import MeetingPoint, WalkDraft, WalkPage, WalkRequest
from events.walks.services import allocate, give_slot, offer_times
from events.walks.tokens import appointment_token
from portal.models import HomePage
from tests.walks import DAY

EXIT = "https://weather.example.org/"


@pytest.fixture
def walk_page(transactional_db, lambeth):
    home = HomePage(title="Stand where it matters", slug="portal-home", introduction="Come and meet us.")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    page = WalkPage(
        title="Walk & Talk",
        slug="walk-and-talk",
        introduction="Walk with a local officer, on the way that you usually take.",
        exit_address=EXIT,
    )
    home.add_child(instance=page)


@pytest.fixture(params=["without JavaScript", "with JavaScript"])
def phone(request, new_page, check_accessibility):
    has_script = request.param == "with JavaScript"
    page = new_page(java_script_enabled=has_script)
    page.context.route(
        f"{EXIT}**", lambda route: route.fulfill(body="<!doctype html><title>Weather</title><h1>Sunny</h1>")
    )

    def check(shown):
        # Unstyled, every target is too small: on a busy machine the words can be there before the stylesheet.
        shown.wait_for_load_state("load")
        check_accessibility(shown)

    # axe is a script itself; without, the pages are the same to the letter.
    page.checked = check if has_script else lambda _: None
    return page


def goes_on(page):
    page.get_by_role("button", name="Continue").click()


def answers_until_contact(page):
    page.get_by_label("Which borough do you want to walk in?").select_option(label="Lambeth")
    goes_on(page)
    page.get_by_label("Which area or route?").fill("From the station past the park")
    goes_on(page)
    page.get_by_label("Monday to Friday, in the evening").check()
    goes_on(page)
    page.get_by_label("What worries you there?").fill("The underpass is dark.")
    goes_on(page)


def fills_in_contact(page):
    page.get_by_label("What shall we call you?").fill("Amara")
    page.get_by_label("By email").check()
    page.get_by_label("Email address").fill("amara@example.org")
    page.get_by_label("At any time").check()


def test_she_asks_on_her_phone_each_step_accessible(walk_page, phone):
    phone.goto("/walk-and-talk/")
    phone.checked(phone)
    phone.get_by_role("link", name="Lambeth").click()
    phone.checked(phone)
    phone.goto("/walk-and-talk/")
    phone.get_by_role("link", name="Ask for a walk").click()
    goes_on(phone)
    assert phone.get_by_role("heading", name="There is a problem").is_visible()
    phone.checked(phone)
    answers_until_contact(phone)
    phone.checked(phone)
    fills_in_contact(phone)
    assert phone.get_by_label("Keep it discreet").is_checked(), "discreet unless she says otherwise"
    goes_on(phone)
    phone.reload()
    assert phone.get_by_text("From the station past the park").is_visible()
    phone.checked(phone)
    phone.get_by_role("link", name="Change Area or route").click()
    assert phone.get_by_label("Which area or route?").input_value() == "From the station past the park"
    phone.get_by_label("Which area or route?").fill("Along the canal")
    goes_on(phone)
    assert phone.get_by_text("Along the canal").is_visible()
    phone.get_by_label("I am 18 or over").check()
    phone.get_by_role("button", name="Send").click()
    assert phone.get_by_text("We have your request").is_visible()
    phone.checked(phone)
    assert phone.title() == "Your appointment"
    assert WalkRequest.objects.get().is_discreet


def test_by_keyboard_alone(walk_page, page):
    page.goto("/walk-and-talk/ask/")
    typed = [
        "Lambeth", None,
        "From the station past the park", None,
        " ", None,
        "The underpass is dark.", None,
        "Amara", " ", "amara@example.org", None,
    ]  # fmt: skip
    goals = [
        "Which borough do you want to walk in?", "Continue",
        "Which area or route?", "Continue",
        "Monday to Friday, in the morning", "Continue",
        "What worries you there?", "Continue",
        "What shall we call you?", "By email", "Email address", None,
    ]  # fmt: skip
    for goal, keys in zip(goals[:-1], typed[:-1], strict=True):
        tab_to(page, goal)
        if keys is None:
            with page.expect_navigation():
                page.keyboard.press("Enter")
        elif keys == " ":
            page.keyboard.press("Space")
        else:
            page.keyboard.type(keys)
    tab_to(page, "At any time")
    page.keyboard.press("Space")
    tab_to(page, "Continue")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "I am 18 or over")
    page.keyboard.press("Space")
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    page.get_by_text("We have your request").wait_for()
    assert WalkRequest.objects.count() == 1


def tab_to(page, name, most=60):
    """Press Tab until the element of this name has the focus, and shows it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const e = document.activeElement;
              const said = e.labels?.length ? e.labels[0].textContent : e.textContent;
              return { name: said.trim().replace(/\\s+/g, ' '), outline: getComputedStyle(e).outlineStyle,
                       covered: !!e.getBoundingClientRect && e.getBoundingClientRect().top < 0 }; }"""
        )
        if focused["name"].startswith(name):
            assert focused["outline"] != "none", f"the focus on {name} cannot be seen"
            assert not focused["covered"]
            return
    pytest.fail(f"Tab never reached {name!r}")


@pytest.mark.parametrize("width", [320, 160])
def test_at_200_percent_on_the_smallest_screen_nothing_is_cut_off(walk_page, officer, new_page, width):
    """320 px with text at 200 %; and 160, which is what a page has of a 320 px screen zoomed to 200 %."""
    page = new_page()
    page.set_viewport_size({"width": width, "height": 640})
    own_page = offered(officer)
    for path in ("/walk-and-talk/", "/walk-and-talk/lambeth/", "/walk-and-talk/ask/", own_page, f"{own_page}withdraw/"):
        page.goto(path)
        if width == 320:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        leave = page.get_by_role("button", name="Leave this page")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        box = leave.bounding_box()
        assert box and 0 <= box["y"] < 640 and box["height"] >= 44, "the way out is in reach wherever she is"


def test_left_in_a_hurry_nothing_is_behind_the_back_button(walk_page, phone):
    phone.goto("/walk-and-talk/")
    phone.goto("/walk-and-talk/ask/")
    answers_until_contact(phone)
    assert WalkDraft.objects.exists()

    phone.get_by_role("button", name="Leave this page").click()
    phone.get_by_role("heading", name="Sunny").wait_for()

    assert not WalkDraft.objects.exists(), "what she had answered is gone"
    for _ in range(7):  # back through every step, to the first page
        phone.go_back()
        shown = phone.content()
        assert "This page is closed" in shown or phone.url == "about:blank", phone.url
        words = re.sub(r'action="[^"]*"', "", shown)
        assert not re.search("walk|police|lambeth|underpass|station|officer|Metropolitan", words, re.IGNORECASE)
        if phone.url == "about:blank":
            break


def offered(officer):
    """Return the path of a page with times to choose from."""
    now = timezone.now()
    place = MeetingPoint.objects.get()
    walk = WalkRequest.objects.create(
        borough=place.borough, state="new", state_at=now, asked_at=now, way="text", is_discreet=True,
        sealed_person=b"x", key_id="x", submission="11111111-1111-4111-8111-111111111111",
    )  # fmt: skip
    allocate(walk_id=walk.pk, officer_id=officer.pk, by=officer, now=now)
    for day in (2, 3):
        give_slot(officer=officer, starts_at=now + day * DAY, ends_at=now + day * DAY + timedelta(minutes=45), now=now)
    picks = [(slot.pk, place.pk) for slot in officer.walk_slots.all()]
    assert offer_times(walk_id=walk.pk, picks=picks, officer=officer, now=now) == "offered"
    return f"/appointments/{appointment_token(walk)}/"


def test_she_chooses_on_her_own_page(walk_page, officer, phone):
    phone.goto(offered(officer))
    phone.checked(phone)
    phone.get_by_role("button", name="Choose this time").click()
    assert phone.get_by_text("Choose one of the times.").is_visible()
    phone.checked(phone)
    phone.get_by_role("radio").first.check()
    phone.get_by_role("button", name="Choose this time").click()
    assert phone.get_by_role("status").filter(has_text="Your time is fixed").is_visible()
    phone.checked(phone)
    phone.get_by_role("link", name="None of these times suits me").click()
    phone.checked(phone)
    phone.get_by_role("button", name="Ask for other times").click()
    assert phone.get_by_text("We are looking for other times").is_visible()
    phone.get_by_role("link", name="Withdraw my request").click()
    phone.checked(phone)
    phone.get_by_role("button", name="Withdraw").click()
    assert phone.get_by_text("This request is closed").is_visible()
