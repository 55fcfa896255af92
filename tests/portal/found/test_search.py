"""The search as visitors use it, on whichever database the tests run."""

import html
import re

import pytest
from django.core.management import call_command
from wagtail.models import Locale, PageViewRestriction
from wagtail.search.index import insert_or_update_object

from portal.models import ContentPage, HomePage
from tests.visitors import browser, page

RICH = [("heading", "In the stables"), ("paragraph", "<p>We ride <b>through the snow</b> each winter.</p>")]


@pytest.fixture
def home(site) -> HomePage:
    return HomePage.objects.get()


@pytest.fixture
def add(home):
    """Return a function that publishes a page and puts it into the index, as the worker does."""

    def do(title: str, *, slug: str = "", parent=None, **fields) -> ContentPage:
        slug = slug or re.sub("[^a-z]+", "-", title.lower()).strip("-") or "page"
        new = ContentPage(title=title, slug=slug, **fields)
        (parent or home).add_child(instance=new)
        new.save_revision().publish()
        insert_or_update_object(new)
        return new

    return do


def ask(query: str, path: str = "/search/", **more) -> str:
    response = browser().get(path, {"q": query} | more)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def found(source: str) -> list[str]:
    return re.findall(r'<h3 class="result-title">\s*<a href="[^"]*">([^<]*)</a>', source)


class TestFinding:
    @pytest.fixture(autouse=True)
    def pages(self, add):
        add("A horse in winter", slug="winter", introduction="About riding.", body=RICH)
        add("Ask a detective", slug="detective", introduction="She looks twice. No horse needed.")
        add("Privacy", introduction="What we keep.")

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("privacy", ["Privacy"]),
            ("PRIVACY", ["Privacy"]),
            ("horse", ["A horse in winter", "Ask a detective"]),
            ("hor", ["A horse in winter", "Ask a detective"]),
            ("detective horse", ["Ask a detective"]),
            ("horse detective", ["Ask a detective"]),
            ("stables", ["A horse in winter"]),
            ("through the snow", ["A horse in winter"]),
            ("detect", ["Ask a detective"]),
            ("elephant", []),
        ],
    )
    def test_words_and_beginnings_in_titles_introductions_and_texts(self, query, titles):
        assert found(ask(query)) == titles

    @pytest.mark.parametrize(
        ("query", "instead", "titles"),
        [
            ("hosre", "horse", ["A horse in winter", "Ask a detective"]),
            ("hrse", "horse", ["A horse in winter", "Ask a detective"]),
            ("pirvacy", "privacy", ["Privacy"]),
            ("privcy", "privacy", ["Privacy"]),
            ("detectvie horse", "detective horse", ["Ask a detective"]),
        ],
    )
    def test_one_slip_is_mended_and_said(self, query, instead, titles):
        source = ask(query)

        assert found(source) == titles
        assert f"“<bdi>{query}</bdi>”. These are the pages for <strong><bdi>{instead}</bdi></strong>" in source

    def test_some_of_the_words_are_better_than_nothing_and_it_says_so(self):
        source = ask("privacy elephant")

        assert found(source) == ["Privacy"]
        assert "No page has all of these words." in source
        assert "No page has all of these words." not in ask("privacy")

    @pytest.mark.parametrize(
        "query",
        ["", " ", "%", "_", "%%%", "'", '"', "\\", "*", "()", "-", ":", "\x00", "😀", "\u202e", "--", "' OR 1=1 --"],
    )
    def test_signs_find_nothing_and_break_nothing(self, query):
        assert found(ask(query)) == []

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ('"unbalanced privacy', ["Privacy"]),
            ("privacy%", ["Privacy"]),
            ("pri_vacy", ["Privacy"]),
            ("AND privacy", ["Privacy"]),
            ("privacy OR", ["Privacy"]),
            ("NOT NOT", []),
            ("NEAR(privacy)", ["Privacy"]),
            ("title:privacy", ["Privacy"]),
            ("privacy & | ! <->", ["Privacy"]),
            ("'privacy':*", ["Privacy"]),
            ("pri\x00vacy", ["Privacy"]),
            ("privacy 😀", ["Privacy"]),
            ("privacy " + "x" * 10_000, ["Privacy"]),
            ("privacy " * 5_000, ["Privacy"]),
        ],
    )
    def test_operators_of_the_databases_are_words_like_others(self, query, titles):
        assert found(ask(query)) == titles

    @pytest.mark.parametrize("number", ["0", "-1", "x", "99", "", "1" * 300])
    def test_a_page_of_the_list_that_is_not_there_is_the_nearest(self, number):
        assert "Privacy" in found(ask("privacy", page=number))

    def test_what_was_asked_is_shown_and_not_run(self):
        source = browser().get("/search/", {"q": "<script>alert(1)</script>"}).content.decode()

        assert "<script>alert" not in source


class TestWhoseEyes:
    def test_pages_that_visitors_cannot_see_are_not_found_nor_guessed_at(self, add):
        add("Unpublished secretariat", slug="one").unpublish()
        hidden = add("Private secretariat", slug="two")
        PageViewRestriction.objects.create(page=hidden, restriction_type="login")
        add("Below secretariat", slug="three", parent=hidden)

        for query in ("secretariat", "secretarait"):
            source = ask(query)
            assert found(source) == []
            assert "These are the pages for" not in source

    def test_a_draft_does_not_leak(self, add):
        page_ = add("Privacy")
        page_.introduction = "Elephants"
        insert_or_update_object(page_.save_revision().as_object().__class__.objects.get(pk=page_.pk))

        assert found(ask("elephants")) == []

    @pytest.mark.parametrize("go", ["unpublish", "delete"])
    def test_a_page_that_goes_leaves_the_results_at_once(self, add, go):
        page_ = add("Privacy")
        assert found(page_source("privacy")) == ["Privacy"]

        getattr(page_, go)()

        assert found(page_source("privacy")) == []

    def test_a_page_that_moves_is_found_where_it_is(self, add):
        page_, above = add("Privacy"), add("Above")
        page_.move(above, pos="last-child")

        assert 'href="/above/privacy/"' in ask("privacy")


def page_source(query: str) -> str:
    return page(f"/search/?q={query}")


class TestLanguages:
    @pytest.fixture(autouse=True)
    def pages(self, home, add):
        french = Locale.objects.get_or_create(language_code="fr")[0]
        front = home.copy_for_translation(french)
        front.save_revision().publish()
        add("Careers", slug="careers")
        add("Un métier où l’on vous écoute", slug="metier", parent=front, locale=french)

    @pytest.mark.parametrize("query", ["metier", "métier", "METIER", "mtier", "me\u0301tier", "ecoute", "ou"])
    def test_accents_do_not_matter(self, query):
        assert found(ask(query, "/fr/search/")) == ["Un métier où l’on vous écoute"]

    def test_each_language_searches_its_own_pages(self):
        assert found(ask("careers", "/fr/search/")) == []
        assert found(ask("metier")) == []
        assert 'href="/fr/metier/"' in ask("metier", "/fr/search/")


class TestLists:
    def test_twenty_to_a_page(self, add):
        for number in range(23):
            add(f"Horse {number}", slug=f"horse-{number}")

        first, second = ask("horse"), ask("horse", page="2")

        assert (len(found(first)), len(found(second))) == (20, 3)
        assert not set(found(first)) & set(found(second))
        assert "q=horse" in second
        assert "Page 2 of 2" in " ".join(second.split())

    @pytest.mark.parametrize("query", ["horse", "hosre", "horse elephant"])
    def test_statements_are_the_same_for_one_and_three(self, add, client, django_assert_num_queries, query):
        add("Horse")
        client.get("/search/", {"q": query})
        with django_assert_num_queries(10):
            client.get("/search/", {"q": query})
        add("Horse two")
        add("Horse three")
        with django_assert_num_queries(10):
            assert len(found(client.get("/search/", {"q": query}).content.decode())) == 3

    def test_it_is_found_from_every_page_and_kept_for_everybody(self, add, django_assert_num_queries):
        add("Horse")
        assert 'action="/search/"' in page("/events/")

        page_source("horse")
        with django_assert_num_queries(1):
            page_source("horse")


def test_the_index_can_be_made_anew(add):
    add("Horse", body=RICH)

    call_command("update_index", verbosity=0)

    assert found(ask("snow")) == ["Horse"]
