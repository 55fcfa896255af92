"""What is asked of every public page and every form step, from the demo as it runs on a laptop."""

import re
import urllib.error
import urllib.parse
import urllib.request
from itertools import pairwise

import pytest

from tests.browsers import DESKTOP, MOBILE

EVENT = "/events/women-on-the-front-line/"
FULL = "/events/meet-your-neighbourhood-team/"

# Some of the tests need the demo only: they belong to the browser's tests all the same.
pytestmark = pytest.mark.browser

# One of each kind of page and each step of each form.
PAGES = {
    "home": "/",
    "events": "/events/",
    "events, filtered to none": "/events/?kind=external&access=bsl",
    "past events": "/events/?when=past",
    "event": EVENT,
    "event, full": FULL,
    "event, programme": "/events/reverse-mentoring/",
    "express interest": "/events/reverse-mentoring/register/",
    "interest sent": "/events/reverse-mentoring/interest/sent/",
    "broken mentoring link": "/mentoring/nothing/",
    "event, elsewhere": "/events/women-police-conference/",
    "event, over": "/events/first-steps-into-policing/",
    "register": f"{EVENT}register/",
    "register for the waiting list": f"{FULL}register/",
    "registration closed": "/events/first-steps-into-policing/register/",
    "sent": f"{EVENT}register/done/",
    "correct an address": "/registrations/correct/",
    "address corrected": "/registrations/corrected/",
    "broken link": "/registrations/nothing/",
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
    "tell a story": "/careers/stories/tell-us/",
    "story sent": "/careers/stories/tell-us/?sent=1",
    "broken story link": "/stories/nothing/",
    "newsletter": "/newsletter/",
    "newsletter asked for": "/newsletter/?sent=1",
    "newsletter issue": "/newsletter/seven-days-in-march/",
    "broken newsletter link": "/newsletter/no.thing/",
    "walk": "/walk-and-talk/",
    "walk in a borough": "/walk-and-talk/lambeth/",
    "walks, said and done": "/walk-and-talk/you-said-we-did/",
    "ask for a walk": "/walk-and-talk/ask/",
    "broken appointment link": "/appointments/nothing/",
    "plain page": "/privacy/",
    "search": "/search/?q=horse",
    "not found": "/nothing-here/",
    "French home": "/fr/",
    "French event": f"/fr{EVENT}",
    "French story": "/fr/careers/stories/learning-to-ride-at-27/",
}
NOT_OK = {
    "broken link": 404,
    "broken mentoring link": 404,
    "broken newsletter link": 404,
    "broken story link": 404,
    "broken appointment link": 404,
    "not found": 404,
}
# Where a step of a form is reached by sending it.
MISTAKES = {
    "register": f"{EVENT}register/",
    "express interest": "/events/reverse-mentoring/register/",
    "contact": "/careers/contact/",
    "tell a story": "/careers/stories/tell-us/",
    "newsletter": "/newsletter/",
    "correct an address": "/registrations/correct/",
}


@pytest.fixture(scope="module", params=PAGES)
def name(request):
    """Name every page in turn: all its tests run before the next one is opened."""
    return request.param


@pytest.fixture(scope="module")
def opened(browser, demo, name):
    """Return the page, opened once for all its tests."""
    context = browser.new_context(base_url=demo, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(30_000)  # the first look at a page makes its pictures
    page = context.new_page()
    page.goto(PAGES[name], wait_until="networkidle")
    yield page
    context.close()


@pytest.fixture
def shown(opened):
    """Return the page as a desk's screen shows it, with nothing left of the test before."""
    opened.set_viewport_size(DESKTOP)
    opened.emulate_media(color_scheme="light", forced_colors="none", reduced_motion="no-preference")
    opened.evaluate("document.documentElement.style.fontSize = ''; document.activeElement.blur(); scrollTo(0, 0)")
    return opened


def has_no_sideways_scroll(page):
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
          .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
          .filter((e) => !e.closest('.off-screen, .visually-hidden, .skip-link, .table-frame') && e.checkVisibility())
          .map((e) => e.tagName + '.' + e.className).slice(0, 5)"""
    )
    scrolls = page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    assert not scrolls and not wide, f"wider than the screen: {wide}"


@pytest.fixture(scope="module")
def page_sources(demo):
    """Return the HTML of every page, fetched once."""
    sources = {}
    for name, path in PAGES.items():
        try:
            with urllib.request.urlopen(demo + path, timeout=60) as response:
                sources[name] = (response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            sources[name] = (error.code, error.read().decode())
    return sources


def test_every_page_answers(page_sources):
    wrong = {name: status for name, (status, _) in page_sources.items() if status != NOT_OK.get(name, 200)}
    assert wrong == {}


def test_the_w3c_checker_finds_no_error(page_sources, html_checker, tmp_path):
    for name, (_, source) in page_sources.items():
        (tmp_path / f"{re.sub('[^a-z]+', '-', name.lower())}.html").write_text(source)

    errors = html_checker(tmp_path)

    assert not errors, "\n".join(errors[:30])


def test_the_w3c_checker_sees_an_error(html_checker, tmp_path):
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=en><title>x</title><p><img src=x.png><b></p>")
    assert html_checker(tmp_path)


def test_it_has_one_h1_and_headings_in_order(page_sources, name):
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page_sources[name][1])]

    assert levels.count(1) == 1
    assert levels[0] == 1 or 1 in levels[:2]
    jumps = [(a, b) for a, b in pairwise(levels) if b > a + 1]
    assert jumps == [], f"{levels}"


def test_axe_finds_nothing_in_light_and_dark_and_forced_colours(shown, check_accessibility):
    shown.set_viewport_size(MOBILE)
    check_accessibility(shown)
    shown.emulate_media(color_scheme="dark")
    check_accessibility(shown)
    shown.emulate_media(color_scheme="light", forced_colors="active")
    check_accessibility(shown)


@pytest.mark.parametrize("form", MISTAKES)
def test_axe_finds_nothing_in_a_form_with_mistakes(visit, check_accessibility, form):
    page = visit(MISTAKES[form])
    page.locator("main form .button").click()
    page.wait_for_load_state("networkidle")
    assert page.locator(".error-summary").is_visible()
    check_accessibility(page)
    page.set_viewport_size({"width": 320, "height": 640})
    has_no_sideways_scroll(page)


def test_it_fits_320_pixels_twice_the_zoom_and_twice_the_text(shown):
    has_no_sideways_scroll(shown)
    for width in (640, 320):  # 200 % and 400 % of 1280 (WCAG 2.2, 1.4.10)
        shown.set_viewport_size({"width": width, "height": 256})
        has_no_sideways_scroll(shown)
    shown.set_viewport_size(MOBILE)
    shown.evaluate("document.documentElement.style.fontSize = '200%'")
    has_no_sideways_scroll(shown)


def test_it_is_used_with_the_keyboard_alone(shown):
    page = shown
    expected = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
          .filter((e) => !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0 && e.checkVisibility()).length"""
    )
    reached, first = set(), None
    for _ in range(3 * expected + 20):  # a date field alone takes four steps; the end is where nothing has the focus
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const e = document.activeElement; if (!e || e === document.body) return null;
              const s = getComputedStyle(e), b = e.getBoundingClientRect();
              e.dataset.seen ??= String(document.querySelectorAll('[data-seen]').length);
              return { id: e.dataset.seen, cls: e.className,
                       ring: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
                       onScreen: b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth,
                       html: e.outerHTML.slice(0, 90) }; }"""
        )
        if seen is None:
            break
        first = first or seen
        assert seen["ring"], f"no focus ring: {seen['html']}"
        assert seen["onScreen"], f"focus out of sight: {seen['html']}"
        reached.add(seen["id"])
    assert "skip-link" in first["cls"]
    radios = page.evaluate(
        """() => { const n = {};
          document.querySelectorAll('input[type=radio]').forEach((r) => n[r.name] = (n[r.name] || 0) + 1);
          return Object.values(n).reduce((a, c) => a + c - 1, 0) }"""
    )
    assert len(reached) >= expected - radios


def test_it_says_the_same_without_script_and_does_not_move_with_it(shown, visit, name):
    shown.emulate_media(reduced_motion="reduce")
    moving = shown.evaluate("document.getAnimations().length")
    with_script = shown.locator("main").inner_text()
    without = (
        visit(PAGES[name], settled=False, viewport=DESKTOP, java_script_enabled=False).locator("main").inner_text()
    )

    assert moving == 0
    assert " ".join(with_script.split()) == " ".join(without.split())


def test_nothing_jumps_while_it_loads(visit, name):
    page = visit("/robots.txt", settled=False)
    page.add_init_script(
        """window.shift = 0;
          new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value })
            .observe({ type: 'layout-shift', buffered: true })"""
    )
    page.goto(PAGES[name], wait_until="networkidle")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.shift") == 0


@pytest.mark.parametrize("kind", ["event", "story", "home", "campaign", "role", "French event"])
def test_it_is_light(visit, kind):
    """Bytes over the wire on a phone's first visit: at most 60 kB and 6 requests without pictures, 200 kB with them."""
    page = visit("/robots.txt", device_scale_factor=2)
    page.goto(PAGES[kind], wait_until="networkidle")  # so that the pictures are made
    page = visit("/robots.txt", device_scale_factor=2)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds, sizes = {}, {}
    wire.on("Network.responseReceived", lambda e: kinds.__setitem__(e["requestId"], (e["type"], e["response"]["url"])))
    wire.on("Network.loadingFinished", lambda e: sizes.__setitem__(e["requestId"], e["encodedDataLength"]))
    page.goto(PAGES[kind], wait_until="networkidle")

    loaded = {kinds[i]: size for i, size in sizes.items() if not kinds[i][1].startswith("data:")}
    pictures = {what: size for what, size in loaded.items() if what[0] == "Image"}
    rest = {what: size for what, size in loaded.items() if what not in pictures}
    assert sum(rest.values()) <= 60_000, rest
    assert len(rest) <= 6, rest
    assert sum(loaded.values()) <= 200_000, loaded
    assert {urllib.parse.urlsplit(url).hostname for _, url in loaded} == {"127.0.0.1"}


def test_styles_and_script_keep_to_their_weight(demo, page_sources):
    found = re.findall(r'(?:href|src)="(/static/portal/site[^"]+|/theme\.css[^"]*)"', page_sources["home"][1])
    sizes = {}
    for path in found:
        request = urllib.request.Request(demo + path, headers={"Accept-Encoding": "br"})
        with urllib.request.urlopen(request, timeout=30) as response:
            sizes[path.rpartition(".")[2][:3]] = sizes.get(path.rpartition(".")[2][:3], 0) + len(response.read())
            assert (
                "max-age=31536000" in response.headers["Cache-Control"]
                or "immutable" in response.headers["Cache-Control"]
            )
    assert sizes["css"] <= 15_000
    assert sizes["js"] <= 10_000
