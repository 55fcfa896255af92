"""What a head says to search engines and shared links."""

import html
import re

import pytest
from wagtail.models import Locale, Site

from portal.found.text import cut
from portal.models import ContentPage, HomePage, SiteSettings
from tests import schema_org
from tests.visitors import page

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def home(site) -> HomePage:
    return HomePage.objects.get()


@pytest.fixture
def add(home):
    """Return a function that publishes a plain page."""

    def do(title: str = "Privacy", slug: str = "privacy", parent=None, **fields):
        new = ContentPage(title=title, slug=slug, **fields)
        (parent or home).add_child(instance=new)
        new.save_revision().publish()
        return new

    return do


def meta(source: str, name: str) -> list[str]:
    found = re.findall(rf'<meta (?:name|property)="{name}"\s+content="([^"]*)"', source)
    return [html.unescape(text) for text in found]


def links(source: str, rel: str) -> list[str]:
    return re.findall(rf'<link rel="{rel}"[^>]*href="([^"]*)"', source)


def test_a_page_says_what_it_is(add):
    add(introduction="What we keep of you, and why.", search_description="What we keep.", seo_title="Your data")

    source = page("/privacy/")

    assert "<title>Your data – Metropolitan Police outreach</title>" in source
    assert meta(source, "description") == ["What we keep."]
    assert links(source, "canonical") == [f"{BASE}/privacy/"]
    assert meta(source, "og:title") == ["Your data"]
    assert meta(source, "og:description") == ["What we keep."]
    assert meta(source, "og:url") == [f"{BASE}/privacy/"]
    assert meta(source, "og:type") == ["website"]
    assert meta(source, "og:locale") == ["en_GB"]
    assert meta(source, "og:site_name") == ["Metropolitan Police outreach"]
    assert meta(source, "twitter:card") == ["summary_large_image"]
    assert (meta(source, "og:image:width"), meta(source, "og:image:height")) == (["1200"], ["630"])
    assert meta(source, "og:image:alt") == ["Privacy"]
    assert meta(source, "og:image")[0].startswith(f"{BASE}/cards/")
    assert meta(source, "robots") == []


@pytest.mark.parametrize(
    "query", ["?utm_source=poster", "?kind=webinar", "?when=past", "?page=1", "?page=7", "?page=x"]
)
def test_a_list_has_one_address_whatever_is_asked_of_it(site, query):
    assert links(page(f"/events/{query}"), "canonical") == [f"{BASE}/events/"]


@pytest.mark.parametrize("path", ["/search/", "/search/?q=horse", "/nothing/"])
def test_what_is_no_page_is_not_for_search_engines(site, path):
    source = page(path)

    assert meta(source, "robots") == ["noindex"]
    assert links(source, "canonical") == []
    assert "ld+json" not in source


def test_languages_name_each_other_with_full_addresses(home, add):
    french = Locale.objects.get_or_create(language_code="fr")[0]
    home.copy_for_translation(french).save_revision().publish()
    add().copy_for_translation(french).save_revision().publish()

    for path, locale, other in (("/privacy/", "en_GB", "fr_FR"), ("/fr/privacy/", "fr_FR", "en_GB")):
        source = page(path)
        found = dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', source))
        assert found == {
            "en": f"{BASE}/privacy/",
            "x-default": f"{BASE}/privacy/",
            "fr": f"{BASE}/fr/privacy/",
        }
        assert links(source, "canonical") == [BASE + path]
        assert meta(source, "og:locale") == [locale]
        assert meta(source, "og:locale:alternate") == [other]


def test_a_page_in_one_language_names_no_other(add):
    add()
    assert "hreflang" not in page("/privacy/")


def test_an_alias_leads_to_its_source(home, add):
    alias = add().create_alias(parent=home, update_slug="also-here")

    assert links(page(alias.get_url()), "canonical") == [f"{BASE}/privacy/"]


class TestDataForMachines:
    def test_the_front_page_is_the_site(self, home):
        things = schema_org.graph(page("/"))

        assert schema_org.only(things, "WebSite")["url"] == f"{BASE}/"
        assert [thing["@type"] for thing in things] == ["Organization", "WebSite"]

    def test_the_organisation_comes_from_the_settings(self, home):
        chosen = SiteSettings.for_site(Site.objects.get())
        chosen.organisation = "Ambulance service"
        chosen.instagram = "https://www.instagram.com/ambulance/"
        chosen.contact_phone = "020 7946 0000"
        chosen.save()

        organisation = schema_org.only(schema_org.graph(page("/")), "Organization")

        assert organisation["name"] == "Ambulance service"
        assert organisation["sameAs"] == ["https://www.instagram.com/ambulance/"]
        assert organisation["contactPoint"]["telephone"] == "020 7946 0000"

    def test_the_way_to_a_page_is_told_and_shown(self, add):
        below = add("Cookies", "cookies", parent=add())

        source = page(below.get_url())

        steps = schema_org.only(schema_org.graph(source), "BreadcrumbList")["itemListElement"]
        assert [(step["name"], step["item"]) for step in steps] == [
            ("Home", f"{BASE}/"),
            ("Privacy", f"{BASE}/privacy/"),
            ("Cookies", f"{BASE}/privacy/cookies/"),
        ]
        shown = source[source.index('<nav class="trail') : source.index("<main")]
        assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', shown) == [("/", "Home"), ("/privacy/", "Privacy")]

    def test_a_page_above_that_is_not_published_is_no_step(self, add):
        above = add()
        add("Cookies", "cookies", parent=above)
        above.unpublish()

        assert "Privacy" not in page("/privacy/cookies/")

    def test_a_title_cannot_end_the_block(self, add):
        title = "</script><script>alert(1)</script> & “you” <!-- \u2028"
        add(title)

        source = page("/privacy/")

        things = schema_org.graph(source)
        assert schema_org.only(things, "BreadcrumbList")["itemListElement"][-1]["name"] == title
        assert "<script>alert" not in source

    def test_the_check_sees_a_mistake(self):
        wrong = {"@type": "Event", "name": "x", "startDate": "8 March", "location": {"@type": "Place", "address": "x"}}
        with pytest.raises(AssertionError, match="startDate"):
            schema_org.check(wrong, {})
        with pytest.raises(AssertionError, match="lacks"):
            schema_org.check({"@type": "VideoObject", "name": "x"}, {})
        with pytest.raises(AssertionError, match="has no"):
            schema_org.check({"@type": "Answer", "text": "x", "colour": "red"}, {})


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 10, "short"),
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 8, "one two…"),
        ("x" * 20, 10, "x" * 9 + "…"),
        ("  much \n space  ", 20, "much space"),
        ("", 10, ""),
    ],
)
def test_texts_are_cut_at_a_word(text, most, expected):
    assert cut(text, most) == expected
    assert len(cut(text, most)) <= most


def test_a_title_of_255_characters_is_told_whole(add):
    title = "w" * 255
    add(title)

    source = page("/privacy/")

    assert meta(source, "og:title") == [title]


def test_an_introduction_of_400_characters_is_cut(add):
    add(introduction="word " * 79)
    (said,) = meta(page("/privacy/"), "description")
    assert 280 < len(said) <= 300
    assert said.endswith("word…")
