"""Careers pages in another language: what is translated, what stays the same in all, and what falls back."""

import html

import pytest
from wagtail.models import Page
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from careers.models import CareersPage, RecruiterEnquiry, StoryPage

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


def translate(page, french, **changes):
    """Publish a page's French version, with what a translator has done so far."""
    copy = page.copy_for_translation(french, copy_parents=True)
    for name, value in changes.items():
        setattr(copy, name, value)
    for above in [*copy.get_ancestors().filter(locale=french, live=False), copy]:
        page = above.specific if above.pk != copy.pk else copy
        page.save_revision().publish()
    return copy


@pytest.fixture(autouse=True)
def french_home(home, french):
    translate(home, french)


def strings(page):
    return {segment.string.data for segment in extract_segments(page) if isinstance(segment, StringSegmentValue)}


def test_short_names_of_a_check_are_nothing_to_translate(check):
    found = strings(check)

    assert {"How old are you?", "18 or over", "You are at could-apply", "You start when you are 18."} <= found
    assert not {"age", "adult", "seventeen", "could-apply", "too-young", "good"} & found


def test_a_check_in_french_is_walked_by_the_same_names(check, french, client):
    translate(check, french, title="Pourrais-je postuler ?")

    page = client.get("/fr/careers/could-i-apply/", {"age": "adult"})
    end = client.get("/fr/careers/could-i-apply/", {"age": "adult", "work": "yes"})

    assert "Pourrais-je postuler" in text(page)
    assert '<html lang="fr"' in text(page)
    assert 'href="/fr/careers/"' in text(end), "an end leads to the page in the visitor's language"


def test_a_story_in_french_uses_what_is_translated(tell, team, theme, add_role, check, french, client):
    mounted, family, role = team("Mounted Branch"), theme("Family"), add_role("Police constable")
    story = tell("I ride", team=mounted, themes=[family], roles=[role, add_role("Detective")])
    translate(story, french, title="Je monte à cheval")
    translate(role, french, title="Gardienne de la paix")
    for label, name in ((mounted, "Brigade équestre"), (family, "Famille")):
        copy = label.copy_for_translation(french)
        copy.name = name
        copy.save()

    page = text(client.get("/fr/careers/stories/i-ride/"))
    assert "Je monte à cheval" in page
    assert "<bdi>Brigade équestre</bdi>" in page
    assert 'href="/fr/careers/roles/police-constable/"' in page
    assert 'href="/careers/roles/detective/"' in page, "not translated yet: the original"

    index = client.get("/fr/careers/stories/?team=mounted-branch&theme=family")
    assert [story.title for story in index.context["list_page"]] == ["Je monte à cheval"]
    form = index.context["filter_form"]
    assert form.fields["theme"].choices[1:] == [("family", "Famille")]
    assert form.fields["team"].choices[1:] == [("mounted-branch", "Brigade équestre")]


def test_the_feed_speaks_the_language_of_its_address(tell, french, client):
    story = tell("I ride")
    translate(story, french, title="Je monte à cheval")

    assert "Je monte" not in client.get("/careers/stories/feed/").content.decode()
    body = client.get("/fr/careers/stories/feed/").content.decode()
    assert "Je monte à cheval" in body
    assert "/fr/careers/stories/i-ride/" in body
    assert "I ride<" not in body


def test_the_question_keeps_the_language_it_was_asked_in(contact, french, client):
    translate(contact, french, title="Poser une question")

    page = client.get("/fr/careers/contact/")
    assert "Poser une question" in text(page)
    sent = client.post(
        "/fr/careers/contact/",
        {
            "topic": "other",
            "message": "Bonjour",
            "name": "Amara",
            "way": "email",
            "email": "a@example.org",
            "preferred_time": "any",
        },
    )
    assert (sent.status_code, sent.url) == (303, "/fr/careers/contact/?sent=1")
    assert RecruiterEnquiry.objects.get().language == "fr"


def test_translations_are_pages_of_their_own(tell, french):
    translate(tell("I ride"), french)

    assert StoryPage.objects.count() == 2
    assert CareersPage.objects.count() == 2
    assert Page.objects.filter(slug="i-ride", locale=french).count() == 1
