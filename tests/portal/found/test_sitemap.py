"""The list of all pages for search engines."""

import xml.etree.ElementTree as ET

import pytest
from wagtail.models import Locale, PageViewRestriction

from portal.models import ContentPage, HomePage
from tests.visitors import browser, page

BASE = "http://127.0.0.1:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


@pytest.fixture
def add(site):
    def do(slug: str, **fields) -> ContentPage:
        new = ContentPage(title=slug.capitalize(), slug=slug, **fields)
        HomePage.objects.get(locale=Locale.get_default()).add_child(instance=new)
        return new

    return do


def entries() -> dict[str, ET.Element]:
    root = ET.fromstring(page("/sitemap.xml"))  # noqa: S314 (our own)
    return {entry.findtext("s:loc", "", NAMES).removeprefix(BASE): entry for entry in root}


def test_it_lists_what_is_published_with_full_addresses(add):
    add("privacy").save_revision().publish()
    add("draft", live=False)
    PageViewRestriction.objects.create(page=add("secret"), restriction_type="login")
    add("source").create_alias(parent=HomePage.objects.get(), update_slug="alias")

    found = entries()

    assert set(found) == {"/", "/events/", "/privacy/", "/source/"}
    assert found["/privacy/"].findtext("s:lastmod", "", NAMES).startswith("20")
    assert browser().get("/sitemap.xml")["Content-Type"] == "application/xml"


def test_it_names_the_languages_of_each_page(add):
    french = Locale.objects.get_or_create(language_code="fr")[0]
    HomePage.objects.get().copy_for_translation(french).save_revision().publish()
    add("privacy").copy_for_translation(french).save_revision().publish()
    add("only-english")

    found = entries()

    assert set(found) == {"/", "/fr/", "/events/", "/privacy/", "/fr/privacy/", "/only-english/"}
    for path in ("/privacy/", "/fr/privacy/"):
        alternates = {link.get("hreflang"): link.get("href") for link in found[path].findall("x:link", NAMES)}
        assert alternates == {"en": f"{BASE}/privacy/", "fr": f"{BASE}/fr/privacy/"}
    assert not found["/only-english/"].findall("x:link", NAMES)


def test_a_page_that_goes_leaves_it_at_once(add):
    new = add("privacy")
    assert "/privacy/" in entries()

    new.unpublish()

    assert "/privacy/" not in entries()


def test_its_statements_do_not_grow(add, client, django_assert_num_queries):
    add("one")
    client.get("/sitemap.xml")
    with django_assert_num_queries(4):
        client.get("/sitemap.xml")
    add("two")
    add("three")
    with django_assert_num_queries(4):
        client.get("/sitemap.xml")


def test_robots_are_shown_it(client, db):
    said = client.get("/robots.txt").content.decode().splitlines()

    assert f"Sitemap: {BASE}/sitemap.xml" in said
    assert "Disallow: /registrations/" in said
