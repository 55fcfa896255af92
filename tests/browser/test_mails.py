"""Mails as their readers see them, on the smallest phone, light and dark; and the CMS where an editor writes them."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from events.registration.models import MailWording
from portal.staff import COMMS
from tests.browsers import STANDARD

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "mails"
MAILS = {str(path.relative_to(GOLDEN)): path for path in sorted(GOLDEN.rglob("*.html"))}
# Landmarks are the mail program's own: a mail is shown inside its page.
RULES = [tag for tag in STANDARD if tag != "best-practice"]
NO_SCROLL = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_mail_fits_the_smallest_phone_and_can_be_read(browser, scheme):
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    page = context.new_page()
    wide, violations = [], {}
    for name, path in MAILS.items():
        page.set_content(path.read_text())
        wide += [] if page.evaluate(NO_SCROLL) else [name]
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
        violations |= {f"{name}: {violation['id']}": violation["nodes"] for violation in found}
        assert page.locator("img").count() == 0, "a mail says all with images off"
        small = page.locator(".button-link").evaluate_all(
            "all => all.filter(e => e.getBoundingClientRect().height < 44)"
        )
        assert small == []
    context.close()
    assert wide == []
    assert violations == {}
    assert len(MAILS) > 20


def test_a_wide_mail_is_seen(browser):
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.set_content(
        next(iter(MAILS.values()))
        .read_text()
        .replace("<h1", "<h1 nowrap")
        .replace("margin: 0 0 16px", "width: 400px", 1)
    )
    assert not page.evaluate(NO_SCROLL)
    page.close()


def test_an_editor_writes_a_mail_and_sees_it_beside_the_form(new_page, live_server, site):
    call_command("set_up_staff")
    user = get_user_model().objects.create_user("nadia", password="x")
    user.groups.add(Group.objects.get(name=COMMS))
    client = Client()
    client.force_login(user)
    page = new_page()
    page.set_viewport_size({"width": 1500, "height": 900})
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])

    page.goto("/cms/snippets/events/mailwording/")
    page.get_by_role("row", name="Reminder").get_by_role("link", name="Write").first.click()
    page.get_by_role("textbox", name="Opening").fill("See you at {event}, {name}.")
    page.get_by_role("button", name="Toggle preview").click()

    shown = page.frame_locator("#w-preview-iframe").frame_locator("iframe[title='The mail']")
    shown.get_by_text("See you at A sample event, Amara.").wait_for()
    assert shown.locator("h1").inner_text() == "Reminder: you have a place"
    background = shown.locator("body").evaluate("element => getComputedStyle(element).backgroundColor")
    assert background != "rgba(0, 0, 0, 0)", "the styles of the mail are allowed by the policy of the preview"

    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_load_state("networkidle")
    assert re.search("Reminder", page.locator(".messages").inner_text())
    wording = MailWording.objects.get()
    assert (wording.kind, wording.live, wording.opening) == ("reminder", True, "See you at {event}, {name}.")
