"""Other scripts and longer words: the site from right to left on a phone, and its texts twice as long on a smaller."""

import polib
import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from wagtail.models import Locale, Page

from tests.browsers import SCREENSHOTS

FULL = "/events/meet-your-neighbourhood-team/"
STORY = "/careers/stories/learning-to-ride-at-27/"
WRITING = "We are writing to the address you gave, about <bdi>%(title)s</bdi>."
ARABIC = {
    "Register": "سجّل",
    "Join the waiting list": "انضم إلى قائمة الانتظار",
    "Your name": "اسمك",
    "Your email address": "عنوان بريدك الإلكتروني",
    "See what is on": "اطّلع على الفعاليات",
    "What is on": "الفعاليات",
    "Talk to us": "تواصل معنا",
    "Check your email": "تحقق من بريدك الإلكتروني",
    WRITING: "نكتب إلى العنوان الذي أعطيته عن <bdi>%(title)s</bdi>.",
}
TITLES = {
    "portal-home": "حيث يهم الأمر",
    "events": "الفعاليات",
    "meet-your-neighbourhood-team": "تعرّفي على فريق حيّك",
    "careers": "الوظائف",
    "learning-to-ride-at-27": "لم أركب حصانًا من قبل",
}
NO_SCROLL = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
BORDERS = """element => {
  const style = getComputedStyle(element);
  return [parseFloat(style.borderLeftWidth), parseFloat(style.borderRightWidth)];
}"""
EDGES = "element => { const box = element.getBoundingClientRect(); return [box.left, box.right]; }"
# Where the last sign of a sentence stands beside its first letter.
ENDS_ON_THE_RIGHT = """element => {
  const at = index => {
    const range = document.createRange();
    range.setStart(element.firstChild, index);
    range.setEnd(element.firstChild, index + 1);
    return range.getBoundingClientRect().left;
  };
  element.textContent = "Could I apply?";
  return at(element.textContent.length - 1) > at(0);
}"""


@pytest.fixture
def arabic(settings, tmp_path, transactional_db):
    """Let the site speak Arabic as well: a few texts and the titles of a few pages."""
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=1; plural=0;"}
    catalogue.extend(polib.POEntry(msgid=english, msgstr=arabic) for english, arabic in ARABIC.items())
    catalogue.save_as_mofile(str(folder / "django.mo"))
    languages = [*django_settings.LANGUAGES, ("ar", "Arabic")]
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = languages
    settings.LOCALE_PATHS = [*django_settings.LOCALE_PATHS, tmp_path]
    call_command("seed_demo", "--today", "2026-11-22", verbosity=0)
    locale = Locale.objects.create(language_code="ar")
    for page in Page.objects.filter(slug__in=TITLES, locale=Locale.get_default()).order_by("depth"):
        copy = page.specific.copy_for_translation(locale, copy_parents=True)
        copy.title = TITLES[page.slug]
        copy.save_revision().publish()


def test_from_right_to_left_on_a_phone(arabic, page):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    paths = {"home": "/ar/", "event": f"/ar{FULL}", "form": f"/ar{FULL}register/", "story": f"/ar{STORY}"}
    page.set_default_timeout(60_000)  # the first look at a page makes its pictures
    for name, path in paths.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SCREENSHOTS / f"right-to-left-{name}.png", full_page=True)
        root = page.locator("html")
        assert (root.get_attribute("dir"), root.get_attribute("lang")) == ("rtl", "ar"), path
        assert page.evaluate(NO_SCROLL), path
        brand = page.locator(".brand-name").evaluate(EDGES)
        assert brand[1] > 340, f"{path}: the name of the service stands on the right"
        items = page.locator(".site-menu a")
        first, second = items.nth(0).evaluate(EDGES), items.nth(1).evaluate(EDGES)
        assert first[1] >= second[1], f"{path}: the menu begins on the right"
        assert page.locator("h1").evaluate("element => getComputedStyle(element).direction") == "rtl"

    page.goto(paths["form"])
    left, right = page.locator(".notice").first.evaluate(BORDERS)
    assert right > left, "the thick edge of a notice is where lines begin"
    for label in page.locator("form .field > label").all():
        field = page.locator(f"#{label.get_attribute('for')}")
        assert abs(label.evaluate(EDGES)[1] - field.evaluate(EDGES)[1]) < 4, "a label begins where its field does"
        assert field.evaluate("element => getComputedStyle(element).direction") == "rtl"

    # The event's title is typed by people and may be in another script than the sentence around it.
    page.goto(f"/ar{FULL}register/done/")
    title = page.locator("p.lead bdi")
    assert title.evaluate(ENDS_ON_THE_RIGHT)
    title.evaluate("element => element.replaceWith(Object.assign(document.createElement('span'), {id: 'plain'}))")
    page.locator("#plain").evaluate("element => element.textContent = '?'")
    assert not page.locator("#plain").evaluate(ENDS_ON_THE_RIGHT), "without <bdi> its question mark jumps to the left"


def test_a_right_to_left_place_in_a_left_to_right_page_stays_in_its_place(arabic, page):
    page.goto(f"{FULL}register/")
    place = page.locator(".place bdi").first
    place.evaluate("element => element.textContent = 'قاعة الحي، 12'")
    assert place.evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"
    line, said = page.locator(".place").first.evaluate(EDGES), place.evaluate(EDGES)
    assert said[0] - line[0] < 40, "its line begins on the left as every other does"
    assert page.evaluate(NO_SCROLL)


LONG = {
    "home": "/",
    "events": "/events/",
    "event": FULL,
    "form": f"{FULL}register/",
    "campaign": "/iwd/",
    "careers": "/careers/",
    "stories": "/careers/stories/",
    "story": STORY,
    "role": "/careers/roles/police-constable/",
    "self-check": "/careers/could-i-apply/",
    "contact": "/careers/contact/",
    "French form": f"/fr{FULL}register/",
}
# A sentence twice; a word by itself as one of twice the length, as German would have it.
DOUBLE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    const text = node.data.trim();
    if (!text || ["SCRIPT", "STYLE"].includes(node.parentElement.tagName)) continue;
    node.data = node.data.replace(text, /\\s/.test(text) ? `${text} ${text}` : `${text}${text.toLowerCase()}`);
  }
}"""
CUT_OFF = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")].filter(element => {
    if (element.closest(".visually-hidden, .off-screen, .skip-link, svg") || !element.checkVisibility()) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1);
  }).map(element => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`);
}"""


@pytest.mark.parametrize("path", LONG.values(), ids=LONG)
def test_texts_twice_as_long_fit_on_the_smallest_phone(visit, path):
    page = visit(path, viewport={"width": 320, "height": 640})
    page.evaluate(DOUBLE)

    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(NO_SCROLL)


def test_what_does_not_fit_is_seen(visit):
    page = visit("/careers/contact/", viewport={"width": 320, "height": 640})
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    page.evaluate(DOUBLE)
    assert page.evaluate(CUT_OFF) or not page.evaluate(NO_SCROLL)
