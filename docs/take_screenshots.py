"""Takes the pictures of this folder from a running demo: `python docs/take_screenshots.py http://127.0.0.1:8000 [name …]`.

Each kind of page at three widths, light and dark, into docs/screenshots/; the walk-through of docs/editors.md beside them.
Needs the test requirements and Chromium.
"""

import io
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browsers import ARGUMENTS, chromium  # noqa: E402 (the path comes first: this runs as a script)

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = (375, 768, 1440)
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
    shown.convert("RGB").save(FOLDER / f"{name}.webp", quality=62, method=6)


def main(base: str, names: list[str]) -> None:
    """Take every picture, or the named ones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name in names or PAGES:
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
