"""Browser fixtures: Playwright drives the system's own Chromium; nothing is downloaded."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SCREENSHOTS = Path(__file__).resolve().parent.parent / "var" / "screenshots"
MOBILE = {"width": 375, "height": 812}
DESKTOP = {"width": 1280, "height": 900}
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # Chromium's sandbox does not start as root, which is who runs CI
    "--disable-gpu",
    # Chromium's own errands: a test run may reach nothing but loopback.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 10


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a browser, so that `-m "not browser"` needs no care by hand."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start one Chromium for this worker."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    # Here, because it is slow and most runs need no browser.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page in a fresh browser context; a script error fails the test."""
    contexts, errors = [], []

    def open_page(**options: Any) -> Any:
        context = browser.new_context(
            base_url=live_server.url, viewport=MOBILE, locale="en-GB", timezone_id="Europe/London", **options
        )
        context.set_default_timeout(SECONDS * 1000)
        contexts.append(context)
        page = context.new_page()
        # Playwright marks the function that it is given, which a built-in method does not allow.
        page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, f"script errors in the page: {errors}"


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """Return a page the size of a phone, where most visitors are; its addresses start at the live server."""
    return new_page()


@pytest.fixture
def page_without_js(new_page: Callable[..., Any]) -> Any:
    """Return a page where no script runs."""
    return new_page(java_script_enabled=False)


@pytest.fixture
def desktop_page(new_page: Callable[..., Any]) -> Any:
    """Return a page the size of a desk's screen."""
    page = new_page()
    page.set_viewport_size(DESKTOP)
    return page


@pytest.fixture
def check_accessibility() -> Callable[..., None]:
    """Return a function that runs axe-core on a page and fails with a list of what is wrong."""
    # Here, because it reads half a megabyte of script.
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

    def check(page: Any) -> None:
        options = {"runOnly": {"type": "tag", "values": STANDARD}, "resultTypes": ["violations"]}
        violations = Axe().run(page, options=options).response["violations"]
        found = [
            f"- {violation['id']} ({violation['impact']}): {violation['help']}\n"
            + "\n".join(
                f"    {' '.join(map(str, node['target']))}: {node['html'][:160]}" for node in violation["nodes"]
            )
            for violation in violations
        ]
        if found:
            pytest.fail(f"{page.url} is not accessible:\n" + "\n".join(found), pytrace=False)

    return check


@pytest.fixture
def keep_screenshot() -> Callable[[Any, str], Path]:
    """Return a function that keeps a picture of the whole page for people to look at."""

    def keep(page: Any, name: str) -> Path:
        dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}-{page.viewport_size['width']}-{'dark' if dark else 'light'}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return keep
