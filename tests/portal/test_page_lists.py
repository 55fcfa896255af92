"""Pages that other pages name: shown in the reader's language, published only, in the editor's order."""

import pytest
from django.utils import translation
from wagtail.models import Locale

from portal.blocks import CallToActionBlock, PageListBlock
from portal.models import ContentPage
from portal.queries import published_in_language


@pytest.fixture
def pages(site):
    home = site.get_parent()
    return [home.add_child(instance=ContentPage(title=f"Page {n}", slug=f"page-{n}")) for n in range(3)]


@pytest.fixture
def french(pages):
    """Translate the home page and the first of the pages."""
    locale, _ = Locale.objects.get_or_create(language_code="fr")
    pages[0].get_parent().specific.copy_for_translation(locale)
    copied = pages[0].copy_for_translation(locale)
    copied.title = "Page zéro"
    copied.save_revision().publish()
    copied.refresh_from_db()
    return copied


def titles(chosen, language="en"):
    with translation.override(language):
        return [page.title for page in published_in_language(chosen)]


def test_they_stand_in_the_editors_order_once_each(pages):
    assert titles([pages[2], pages[0], pages[2]]) == ["Page 2", "Page 0"]


def test_what_is_not_published_or_gone_is_left_out(pages):
    pages[1].unpublish()
    assert titles([None, *pages]) == ["Page 0", "Page 2"]
    assert titles([]) == []


def test_each_speaks_the_readers_language_where_it_can(pages, french):
    assert titles(pages, "fr") == ["Page zéro", "Page 1", "Page 2"]
    assert titles(pages, "en") == ["Page 0", "Page 1", "Page 2"]

    french.unpublish()
    assert titles(pages, "fr") == ["Page 0", "Page 1", "Page 2"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_takes_two_statements_whatever_its_length(pages, number, django_assert_num_queries):
    value = PageListBlock().to_python({"heading": "Read on", "pages": [page.pk for page in pages[:number]]})
    list(value["pages"])
    with django_assert_num_queries(2):
        assert len(PageListBlock().get_context(value)["pages"]) == number


def test_a_button_leads_on_in_the_readers_language(pages, french):
    value = CallToActionBlock().to_python({"text": "Read", "page": pages[0].pk, "address": ""})
    with translation.override("fr"):
        shown = CallToActionBlock().render(value)

    assert 'href="/fr/page-0/"' in shown
