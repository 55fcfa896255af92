"""The demo in French: every string translated, every page there, and nothing English left between the lines."""

import html
import re

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from careers.models import Figure, StoryTheme, Team
from events.pages.models import EventPage, Speaker
from events.schedule.models import Event
from portal.demo.french import in_french
from portal.demo.french_pages import seed_french
from portal.models import HomePage

CATALOGUE = settings.BASE_DIR / "portal" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
# Beyond this length a text is looked for inside others too.
LONG = 25


@pytest.fixture
def seeded(transactional_db):
    call_command("seed_demo", "--today", "2026-11-22", verbosity=0)


def english_texts():
    """Return what the interface says in English where French says something else, without values and tags."""
    entries = [e for e in polib.pofile(str(CATALOGUE)) if e.msgid != e.msgstr and not re.search(r"[%{<]", e.msgid)]
    return {entry.msgid for entry in entries}


def texts_of(response):
    """Return the texts that somebody reads or hears on a page, one a node or label."""
    content = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]+)"', content)
    nodes = re.split(r"<[^>]*>", content)
    return {" ".join(html.unescape(text).split()) for text in nodes + labels} - {""}


def english_in(response):
    found, read = english_texts(), texts_of(response)
    long = {text for text in found if len(text) > LONG}
    return sorted((found & read) | {text for text in long for node in read if text in node})


def test_every_page_of_the_demo_is_there_in_french(seeded, client):
    french = Locale.objects.get(language_code="fr")
    pages = Page.objects.filter(locale=Locale.get_default(), live=True, depth__gte=2)
    assert pages.count() >= 33
    for page in pages:
        translated = page.get_translation(french)
        assert translated.live, page
        response = client.get(translated.url)
        assert response.status_code == 200, translated.url
        assert translated.url.startswith("/fr/")
        assert '<html lang="fr"' in response.content.decode(), translated.url
        assert english_in(response) == [], translated.url

    home = client.get("/fr/").content.decode()
    for path in ("/fr/events/", "/fr/iwd/", "/fr/careers/"):
        assert f'href="{path}"' in home, "the menu is the English one's"
    form = client.get("/fr/events/women-on-the-front-line/register/")
    assert "Utilisez mon nom, mon adresse e-mail" in form.content.decode()
    assert english_in(form) == []
    assert "See what is on" in english_in(client.get("/")), "and the English home page is caught"


def test_no_string_of_the_demo_lacks_its_french(seeded):
    english, french = Locale.get_default(), Locale.objects.get(language_code="fr")
    missing = set()
    instances = [page.specific for page in Page.objects.filter(locale=english, live=True, depth__gte=2)]
    for kind in (Speaker, Team, StoryTheme, Figure):
        instances += kind.objects.filter(locale=english)
    for instance in instances:
        assert instance.has_translation(french), instance
        strings = [s.string.data for s in extract_segments(instance) if isinstance(s, StringSegmentValue)]
        missing |= {text for text in strings if in_french(text) is None}
    assert missing == set()
    sources = TranslationSource.objects.filter(locale=english)
    assert sources.count() == len(instances)
    segments = StringSegment.objects.filter(source__in=sources).annotate_translation(french)
    assert [segment.string.data for segment in segments if segment.translation is None] == []


def test_the_webinar_that_starts_soon_starts_soon_in_french_too(seeded, client):
    call_command("seed_demo", "--today", "2026-11-24", verbosity=0)

    starts = 'datetime="2026-11-24T09:10:00+00:00"'
    for prefix in ("", "/fr"):
        page = client.get(f"{prefix}/events/try-the-live-page/").content.decode()
        assert starts in page, prefix
        assert "2026-11-22" not in page, prefix
    event = Event.objects.get(slug="try-the-live-page").in_language("fr")
    assert event.path == "/fr/events/try-the-live-page/"
    assert event.title == "Posez vos questions en direct au recrutement"


def test_seeding_again_keeps_what_a_translator_changed(seeded):
    page = EventPage.objects.get(slug="women-on-the-front-line", locale__language_code="fr")
    page.title = "Mon propre titre"
    page.save_revision().publish()

    seed_french(HomePage.objects.get(locale=Locale.get_default()))

    page.refresh_from_db()
    assert page.title == "Mon propre titre"


def test_a_sign_never_begins_a_line_and_what_is_unknown_stays_unknown():
    assert in_french("Could I apply?") == "Puis-je postuler\u00a0?"
    assert in_french("A text that the demo does not have") is None
