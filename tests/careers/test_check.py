"""“Could I apply?” as visitors walk through it: one question a page, nothing kept, and any address has an answer."""

import html

import pytest
from django.contrib.sessions.models import Session

from careers.models import RecruiterEnquiry

pytestmark = pytest.mark.django_db
PATH = "/careers/could-i-apply/"


def text(response):
    return html.unescape(response.content.decode())


def test_one_question_after_the_other_to_an_end(check, client):
    first = text(client.get(PATH))
    assert "How old are you?" in first
    assert "May you work here" not in first

    second = client.get(PATH, {"asked": "age", "age": "seventeen"})
    assert "May you work here without a time limit?" in text(second)
    assert '<input type="hidden" name="age" value="seventeen">' in second.content.decode()
    assert "Question 2 of at most 2" in text(second)

    end = text(client.get(PATH, {"age": "seventeen", "asked": "work", "work": "yes"}))
    assert "You are at could-apply" in end
    assert "You start when you are 18." in end
    assert 'href="/careers/"' in end, "an end leads on"
    assert 'href="?age=seventeen"' in end, "each answer can be changed"


def test_sent_without_an_answer_it_says_what_to_do(check, client):
    page = text(client.get(PATH, {"age": "adult", "asked": "work"}))

    assert "There is a problem" in page
    assert "Choose one of the answers." in page
    assert "<title>Error:" in page.replace("\n", "")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"age": "ancient"}, "Choose one of the answers."),
        ({"age": "adult", "work": "maybe"}, "Choose one of the answers."),
        ({"work": "yes"}, "How old are you?"),
        ({"nonsense": "x"}, "How old are you?"),
        ({"age": "\x00"}, "Choose one of the answers."),
        ({"\x00": "\x00"}, "How old are you?"),
        ({"age": "x" * 10_000}, "How old are you?"),
        ({"asked": "nobody"}, "How old are you?"),
        ({"age": ["adult", "younger"]}, "You are at too-young"),
        ({"age": "<script>"}, "Choose one of the answers."),
    ],
)
def test_any_address_has_an_answer(check, client, query, words):
    response = client.get(PATH, query)

    assert response.status_code == 200
    assert words in text(response)
    assert b"<script>" not in response.content


def test_nothing_is_kept(check, client, django_assert_num_queries):
    response = client.get(PATH, {"age": "adult", "work": "yes"})

    assert not response.cookies
    assert not Session.objects.exists()
    assert not RecruiterEnquiry.objects.exists()
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"


def test_the_way_in_may_be_found_and_kept(check, client):
    response = client.get(PATH)

    assert "X-Robots-Tag" not in response
    assert "no-store" not in response.get("Cache-Control", "")


def test_a_check_without_questions_still_says_something(check, client):
    check.questions = []
    check.save()

    assert "being written" in text(client.get(PATH))


def test_an_end_whose_page_is_gone_still_stands(check, client, story_index):
    outcomes = check.outcomes
    outcomes[0].value["next_page"] = story_index
    check.outcomes = outcomes
    check.save()
    story_index.unpublish()

    page = text(client.get(PATH, {"age": "adult", "work": "yes"}))

    assert "You are at could-apply" in page
    assert 'href="/careers/stories/"' not in page
