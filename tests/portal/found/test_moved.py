"""Pages that move, and what stands below them."""

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale

from portal.models import ContentPage, HomePage
from tests.visitors import browser, page

OLD, NEW = "/events/women-on-the-front-line/", "/events/front-line/"


@pytest.fixture
def renamed(editor):
    """Publish an event, then publish it under another short name."""
    published = editor.publishes()
    page(OLD)  # kept
    return editor.publishes(published, slug="front-line")


def test_a_renamed_page_is_found_under_its_old_address(renamed):
    moved = browser().get(OLD)

    assert (moved.status_code, moved["Location"]) == (301, NEW)
    assert browser().get(NEW).status_code == 200


@pytest.mark.parametrize("below", ["register/", "register/done/", "event.ics"])
def test_what_stands_below_it_follows(renamed, below):
    moved = browser().get(f"{OLD}{below}")

    assert (moved.status_code, moved["Location"]) == (301, f"{NEW}{below}")
    assert browser().get(moved["Location"]).status_code == 200


def test_a_form_that_was_open_when_its_page_was_renamed_arrives(renamed, client):
    form = client.get(f"{NEW}register/").context["form"]
    data = {"name": "Amara", "email": "amara@example.org", "consent": "on", "submission": form["submission"].value()}

    moved = client.post(f"{OLD}register/", data)

    assert (moved.status_code, moved["Location"]) == (308, f"{NEW}register/")
    assert client.post(moved["Location"], data).status_code == 303


def test_a_page_renamed_twice_is_one_step_away(renamed, editor):
    editor.publishes(renamed, slug="third")

    for old in (OLD, NEW):
        assert browser().get(old)["Location"] == "/events/third/"
        assert browser().get(f"{old}register/")["Location"] == "/events/third/register/"


def test_a_page_that_takes_an_old_address_has_it(renamed, editor):
    editor.publishes(title="Another", slug="women-on-the-front-line")

    assert browser().get(OLD).status_code == 200
    assert browser().get(f"{OLD}register/").status_code == 200


def test_a_page_that_is_renamed_and_unpublished_leads_nowhere(renamed):
    renamed.unpublish()

    assert browser().get(OLD, follow=True).status_code == 404
    assert browser().get(f"{OLD}register/", follow=True).status_code == 404


def test_a_moved_page_and_those_below_it_are_found_in_both_languages(site):
    home = HomePage.objects.get()
    french = Locale.objects.get_or_create(language_code="fr")[0]
    tree = []
    front = home.copy_for_translation(french)
    front.save_revision().publish()
    for parent in (home, front):
        above = parent.add_child(instance=ContentPage(title="About", slug="about", locale=parent.locale))
        here = parent.add_child(instance=ContentPage(title="Here", slug="here", locale=parent.locale))
        below = here.add_child(instance=ContentPage(title="Below", slug="below", locale=parent.locale))
        tree.append((here, above, below))

    for here, above, _ in tree:
        here.move(above, pos="last-child")

    for prefix in ("", "/fr"):
        for path in ("here/", "here/below/"):
            moved = browser().get(f"{prefix}/{path}")
            assert (moved.status_code, moved["Location"]) == (301, f"{prefix}/about/{path}")
            assert browser().get(moved["Location"]).status_code == 200


def test_a_registration_in_french_follows_though_the_french_page_has_not_yet(renamed):
    moved = browser().get(f"/fr{OLD}register/")

    assert (moved.status_code, moved["Location"]) == (301, f"/fr{NEW}register/")


def test_without_the_redirect_there_is_nothing(renamed):
    Redirect.objects.all().delete()

    assert browser().get(f"{OLD}register/").status_code == 404


@pytest.mark.parametrize("path", ["/events/\x00/register/", "/events/%00/register/", f"/events/{'x' * 600}/register/"])
def test_an_address_that_somebody_made_up_is_not_found(site, path):
    assert Client().get(path).status_code == 404


class TestNotFound:
    def test_it_says_what_may_be_and_where_to_go(self, site):
        HomePage.objects.get().add_child(instance=ContentPage(title="Careers", slug="careers", show_in_menus=True))

        source = page("/events/women-on-front_line/")

        assert 'value="women on front line"' in source
        for way in ('href="/events/"', 'href="/careers/"', 'href="/"', "mailto:"):
            assert way in source[source.index("<main") :]

    def test_it_searches_in_the_language_of_the_address(self, site):
        assert 'action="/fr/search/"' in page("/fr/nothing/")

    @pytest.mark.parametrize("path", ["/%3Cscript%3E/", "/%F0%9F%98%80/", "/%E2%80%AE/", "/a%00b/", f"/{'x' * 5000}/"])
    def test_any_address_is_answered(self, site, path):
        response = browser().get(path)

        assert response.status_code == 404
        assert b"<script>" not in response.content
        assert b"<h1" in response.content
