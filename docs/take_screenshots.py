"""Takes this folder's pictures from a running demo: `python docs/take_screenshots.py http://127.0.0.1:8000 [name]`.

Each kind of page at three widths, light and dark, into docs/screenshots/, and the walk-through of docs/editors.md.
The name "broadcasts" is for the pages of broadcasts: its officer must run the event that is listed first.
The name "console" is for the events desk in the CMS, at two widths, light and dark, into console/.
The names "walks", "desk", "newsletter", "reader-stories", "posters" and "mentoring" are for the other doors, each page
on one sheet: narrow, light and dark, then wide at half size.
The name "mail-words" is for the form of a mail's words in the CMS; "mails" is for the golden mails of the tests, in
every language, at two widths, light and dark.
Needs the test requirements and Chromium.
"""

import io
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs.screenshots_of.doors import DOORS, doors  # noqa: E402 (the path comes first: this runs as a script)
from docs.screenshots_of.sheets import FOLDER, SHEET_WIDTHS, arranged, signed_in  # noqa: E402
from tests.browsers import ARGUMENTS, chromium  # noqa: E402

WIDTHS = (375, 768, 1440)
MAILS = ROOT / "tests" / "golden" / "mails"
TALLEST = 6000
EVENT = "/events/women-on-the-front-line/"
PAGES = {
    "home": "/",
    "events": "/events/",
    "event": EVENT,
    "event-full": "/events/meet-your-neighbourhood-team/",
    "event-programme": "/events/reverse-mentoring/",
    "register": f"{EVENT}register/",
    "sent": f"{EVENT}register/done/",
    "campaign": "/iwd/",
    "careers": "/careers/",
    "stories": "/careers/stories/",
    "story": "/careers/stories/learning-to-ride-at-27/",
    "roles": "/careers/roles/",
    "role": "/careers/roles/police-constable/",
    "benefits": "/careers/benefits/",
    "questions": "/careers/questions/",
    "applying": "/careers/applying/",
    "self-check": "/careers/could-i-apply/",
    "contact": "/careers/contact/",
    "search": "/search/?q=horse",
    "plain": "/privacy/",
    "not-found": "/nothing-here/",
    "french-event": f"/fr{EVENT}",
}


def keep(page: Any, name: str, *, whole: bool = True) -> None:
    """Write what the page shows as WebP."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST) if whole else None
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height} if whole else None
    shown = Image.open(io.BytesIO(page.screenshot(full_page=whole, clip=clip)))
    FOLDER.mkdir(exist_ok=True)
    shown.convert("RGB").save(FOLDER / f"{name}.webp", quality=40, method=6)


def mails(browser: Any) -> None:
    """Put the four looks of each mail on one sheet: the narrow ones, and one above the other the wide at half size."""
    folder = FOLDER / "mails"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(MAILS.rglob("*.html")):
        looks = []
        for width in SHEET_WIDTHS:
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": 600}, color_scheme=scheme)
                page = context.new_page()
                page.set_content(path.read_text())
                shown = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
                looks.append(shown if width < 500 else shown.resize((shown.width // 2, shown.height // 2)))
                context.close()
        language = "en" if path.parent == MAILS else path.parent.name
        arranged(*looks).save(folder / f"{path.stem}-{language}.webp", quality=40, method=6)
    print("mails")


def console(browser: Any, base: str) -> None:
    """Put the four looks of each page of the events desk on one sheet: narrow ones first, the wide at half size."""
    folder = FOLDER / "console"
    folder.mkdir(parents=True, exist_ok=True)
    looks: dict[str, list[Image.Image]] = {}
    for width in SHEET_WIDTHS:
        for scheme in ("light", "dark"):
            page = signed_in(browser, base, width, who="desk", scheme=scheme)
            for name, path in console_pages(page).items():
                page.goto(path, wait_until="networkidle")
                # Wagtail's pages scroll inside themselves on a narrow screen, and its header stays on top.
                height = min(max(860, page.evaluate("document.querySelector('#main').scrollHeight")), 2600)
                page.set_viewport_size({"width": width, "height": height})
                shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                page.set_viewport_size({"width": width, "height": 860})
                looks.setdefault(name, []).append(
                    shown if width < 500 else shown.resize((shown.width // 2, shown.height // 2))
                )
            page.context.close()
    for name, pictures in looks.items():
        size = (sum(picture.width for picture in pictures), max(picture.height for picture in pictures))
        sheet = Image.new("RGB", size, "#8A7FA3")
        x = 0
        for picture in pictures:
            sheet.paste(picture, (x, 0))
            x += picture.width
        sheet.save(folder / f"{name}.webp", quality=40, method=6)
    print("console")


def console_pages(page: Any) -> dict[str, str]:
    """Return the addresses of the desk's pages: of the full event, its first person and her first message."""

    def first(path: str, part: str) -> str:
        page.goto(path, wait_until="networkidle")
        return page.locator(f"a[href*='{part}']").first.get_attribute("href") or ""

    event = first("/cms/event-desk/?q=neighbourhood", "/event-desk/inspect/")
    number = event.rstrip("/").rpartition("/")[2]
    person = first("/cms/undelivered/", "/registrations/inspect/")
    return {
        "events": "/cms/event-desk/",
        "event": event,
        "registrations": "/cms/registrations/",
        "person": person,
        "message": first(person, "/messages/inspect/"),
        "address": person.replace("inspect", "address"),
        "waiting-list": f"/cms/waiting-lists/?event={number}",
        "messages": f"/cms/messages/?event={number}",
        "undelivered": "/cms/undelivered/",
        "suppressions": "/cms/suppressions/",
        "look-up": "/cms/suppressions/look-up/",
        "cancel": f"/cms/event-desk/cancel/{number}/",
        "officers": f"/cms/event-desk/officers/{number}/",
    }


def mail_words(browser: Any, base: str) -> None:
    """Draft a reminder's words: the list, the preview beside the form, and a mistake."""
    page = signed_in(browser, base, width=1600)
    page.goto("/cms/snippets/events/mailwording/", wait_until="networkidle")
    keep(page, "cms-8-mails", whole=False)
    page.get_by_role("row", name="Reminder").get_by_role("link", name="Write").first.click()
    opening = page.get_by_role("textbox", name="Opening")
    opening.fill("See you at {event}, {name}.\n\nBring your questions.")
    page.get_by_role("button", name="Toggle preview").click()
    opening.scroll_into_view_if_needed()
    page.wait_for_timeout(5000)
    keep(page, "cms-9-mail-words", whole=False)
    opening.fill("See you at {evnt}, {name}.")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Did you mean {event}?").first.wait_for()
    page.get_by_text("Did you mean {event}?").first.scroll_into_view_if_needed()
    keep(page, "cms-10-mail-mistake", whole=False)
    page.context.close()
    print("mail-words")


def broadcasts(browser: Any, base: str) -> None:
    """Write, look at, start and hold a broadcast as an officer who runs an event with people, and unsubscribe."""
    (FOLDER / "broadcasts").mkdir(parents=True, exist_ok=True)
    for width in SHEET_WIDTHS:
        for scheme in ("light", "dark"):
            page = signed_in(browser, base, width, who="officer", scheme=scheme)

            def kept(name: str, page: Any = page, look: str = f"{width}-{scheme}") -> None:
                page.wait_for_load_state("networkidle")
                # The CMS scrolls inside its page.
                page.set_viewport_size({"width": int(look.partition("-")[0]), "height": 860})
                height = page.evaluate("Math.max(860, document.querySelector('main').scrollHeight + 40)")
                page.set_viewport_size({"width": int(look.partition("-")[0]), "height": min(height, TALLEST)})
                keep(page, f"broadcasts/{name}-{look}")

            page.goto("/cms/broadcasts/")
            kept("1-events")
            page.locator("table.listing a").first.click()
            page.get_by_role("link", name="Write a broadcast").click()
            page.get_by_label("Subject").fill("What to bring to {event}")
            page.get_by_role("textbox", name="Text").fill("Bring a pen, {name}.\n\nWe begin on {when}: {place}.")
            kept("2-writing")
            page.get_by_role("button", name="Save as a draft").click()
            kept("3-draft")
            page.get_by_role("link", name="Send it now").click()
            kept("4-question")
            page.get_by_role("button", name="Send it to").click()
            page.get_by_role("button", name="Hold").click()
            kept("5-held")
            page.get_by_role("link", name="Stop").click()
            page.get_by_role("button", name="Stop it for good").click()
            page.goto("/cms/broadcasts/")
            page.locator("table.listing a").first.click()
            kept("6-list")
            page.context.close()
    print("broadcasts")


def walk_through(browser: Any, base: str) -> None:
    """Publish a webinar as a comms editor does, with a picture of each step (docs/editors.md)."""
    page = signed_in(browser, base)
    keep(page, "cms-1-front", whole=False)
    page.get_by_role("link", name="New event").click()
    page.wait_for_load_state("networkidle")
    title = f"Ask a detective, {datetime.now(tz=UTC):%H %M %S}"
    page.locator("#id_title").fill(title)
    page.locator("#id_introduction").fill(
        "An hour with two detectives: how they work, what they wish they had known, and your own questions."
    )
    keep(page, "cms-2-title", whole=False)
    page.locator("#id_sessions-ADD").scroll_into_view_if_needed()
    if not page.locator("#id_sessions-0-date").count():
        page.locator("#id_sessions-ADD").click()
    day = date.today() + timedelta(days=30)
    page.locator("#id_sessions-0-date").fill(f"{day:%Y-%m-%d}")
    page.locator("#id_sessions-0-starts").fill("18:00")
    page.locator("#id_sessions-0-ends").fill("19:00")
    # The pickers of date and time stay open for a script that types past them.
    page.add_style_tag(content=".xdsoft_datetimepicker { display: none !important }")
    page.locator("#id_sessions-0-stream_url").fill("https://stream.example.org/live/ask-a-detective")
    keep(page, "cms-3-session", whole=False)
    page.locator("#id_capacity_online").fill("200")
    for fact, answer in {
        "captions": "yes", "bsl": "yes", "step_free": "na", "quiet_space": "na", "recording": "no", "transcript": "no",
    }.items():  # fmt: skip
        page.locator(f"#id_{fact}").select_option(answer)
    page.locator("#id_captions").scroll_into_view_if_needed()
    keep(page, "cms-4-access", whole=False)
    page.locator("#id_contact_name").fill("Outreach team")
    page.locator("#id_contact_email").fill("outreach@example.org")
    page.get_by_role("button", name="Toggle preview").click()
    page.wait_for_timeout(4000)
    keep(page, "cms-5-preview", whole=False)
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_load_state("networkidle")
    keep(page, "cms-6-published", whole=False)
    page.goto(f"/events/{slugify(title)}/", wait_until="networkidle")
    keep(page, "cms-7-page", whole=False)
    page.context.close()
    print("walk-through")


def main(base: str, names: list[str]) -> None:
    """Take every picture, or the named ones; "walk-through" is the one through the CMS."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        if not names or "walk-through" in names:
            walk_through(browser, base)
        if not names or "console" in names:
            console(browser, base)
        if not names or "mail-words" in names:
            mail_words(browser, base)
        if not names or "mails" in names:
            mails(browser)
        if not names or "broadcasts" in names:
            broadcasts(browser, base)
        for door in [door for door in DOORS if not names or door in names]:
            doors(browser, base, door)
        for name in [name for name in PAGES if not names or name in names]:
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    viewport = {"width": width, "height": 900}
                    context = browser.new_context(base_url=base, viewport=viewport, color_scheme=scheme)
                    page = context.new_page()
                    page.goto(PAGES[name], wait_until="networkidle")
                    # Pictures below the fold are loaded as a reader comes near them.
                    for y in range(0, page.evaluate("document.documentElement.scrollHeight"), 700):
                        page.evaluate(f"scrollTo(0, {y})")
                        page.wait_for_timeout(30)
                    page.evaluate("scrollTo(0, 0)")
                    page.wait_for_load_state("networkidle")
                    keep(page, f"{name}-{width}-{scheme}")
                    context.close()
            print(name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
