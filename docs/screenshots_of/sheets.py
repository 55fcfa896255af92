"""Sheets: the four looks of one page in one picture."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
SHEET_WIDTHS = (375, 1280)
TALLEST_ON_A_SHEET = 3000


def signed_in(browser: Any, base: str, width: int = 1280, *, who: str = "comms", scheme: str = "light") -> Any:
    """Return a page of the CMS, as somebody of the demo's staff sees it."""
    viewport = {"width": width, "height": 860}
    page = browser.new_context(base_url=base, viewport=viewport, color_scheme=scheme).new_page()
    page.goto("/cms/login/")
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password").fill("stand-where-it-matters")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    return page


def arranged(light: Image.Image, dark: Image.Image, wide_light: Image.Image, wide_dark: Image.Image) -> Image.Image:
    """Return one sheet of four looks: the narrow ones, and one above the other the wide."""
    size = (light.width + dark.width + wide_light.width, max(light.height, wide_light.height + wide_dark.height))
    sheet = Image.new("RGB", size, "#8A7FA3")
    sheet.paste(light, (0, 0))
    sheet.paste(dark, (light.width, 0))
    sheet.paste(wide_light, (light.width + dark.width, 0))
    sheet.paste(wide_dark, (light.width + dark.width, wide_light.height))
    return sheet


def keep_sheet(page: Any, name: str) -> None:
    """Keep the four looks of what the page shows; the CMS scrolls inside its page."""
    looks = []
    for width in SHEET_WIDTHS:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 600})
            page.wait_for_timeout(200)
            tall = "document.documentElement.scrollHeight, document.querySelector('#main').scrollHeight"
            page.set_viewport_size(
                {"width": width, "height": min(page.evaluate(f"Math.max({tall})"), TALLEST_ON_A_SHEET)}
            )
            page.wait_for_timeout(400)
            shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            looks.append(shown if width < 500 else shown.resize((shown.width // 2, shown.height // 2)))
    (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
    arranged(*looks).save(FOLDER / f"{name}.webp", quality=40, method=6)
