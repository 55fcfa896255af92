"""The teller's own page, by the link in her letters."""

import html
import logging
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from careers.submissions.models import Consent, Preview, StorySubmission
from careers.submissions.services import draft_story_page, send_preview
from careers.submissions.tokens import read_token, teller_address, token_of
from portal.logs import mask_tokens
from tests.careers.submissions.conftest import WORDS

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


@pytest.fixture
def asked(send, comms, story_index, now):
    """Return a story with a preview that waits, and the address of its teller's page."""
    story = send()
    page = draft_story_page(story_id=story.pk, by=comms, now=now)
    preview = send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)
    return story, preview, path_of(story)


def path_of(story):
    return teller_address(story).removeprefix(settings.BASE_URL)


def test_she_sees_what_she_sent_and_what_she_agreed_to(send, client, now):
    page = client.get(path_of(send()))

    said = text(page)
    assert "amara tells what happened." in said
    assert said.count("until 1 February 2028") == 12
    assert "My name may be shown with them on this website" in said
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex"
    assert "no-store" in page["Cache-Control"]


def test_she_sees_her_picture_and_nobody_else_does(send, client):
    story, other = send(), send("bronwen", picture=None)
    picture = client.get(f"{path_of(story)}picture/")

    assert (picture["Content-Type"], picture.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture["Content-Security-Policy"]
    assert "no-store" in picture["Cache-Control"]
    assert client.get(f"{path_of(other)}picture/").status_code == 404
    assert client.get(f"/media/{story.picture.name}").status_code == 404
    assert client.get(f"/media/../private/{story.picture.name}").status_code in {400, 404}


def test_half_a_name_is_shown_to_her_editor_and_to_her(send, desk, comms, story_index, client, now):
    """Two words are her full name, and no consent for it is needed to say one of them: a person looks, then she."""
    telling = send(consents=WORDS, story="People call me Amara. Nobody says okafor here.", picture=None)
    silent = send("bronwen", consents=WORDS, picture=None, story="I was nineteen.")
    named = send("carys", story="Carys, they said.", picture=None)
    for story in (telling, silent, named):
        page = draft_story_page(story_id=story.pk, by=comms, now=now)
        at_the_desk = text(desk.get(f"/cms/reader-stories/inspect/{story.pk}/"))
        send_preview(story_id=story.pk, page_id=page.pk, by=comms, now=now)
        hers = text(client.get(path_of(story)))
        assert ("the latest draft says: <strong><bdi>Amara</bdi>" in at_the_desk) is (story is telling)
        assert ("The teller does not agree to be named" in at_the_desk) is (story is telling)
        assert ("You did not agree to your name on this website, and this page says: Amara." in hers) is (
            story is telling
        )


def test_looking_changes_nothing(asked, client):
    """Mail scanners follow every link, with GET and with HEAD."""
    _story, preview, path = asked
    before = list(StorySubmission.objects.values()), list(Consent.objects.values()), list(Preview.objects.values())
    for address in (path, f"{path}picture/", f"{path}preview/{preview.pk}/"):
        assert client.get(address).status_code == 200
        client.head(address)
    for address in (f"{path}withdraw/", f"{path}preview/{preview.pk}/answer/"):
        assert (client.get(address).status_code, client.get(address).url) == (303, path)
        assert client.head(address).status_code == 303

    assert before == (
        list(StorySubmission.objects.values()),
        list(Consent.objects.values()),
        list(Preview.objects.values()),
    )


def test_the_preview_is_frozen(asked, client):
    _story, preview, path = asked
    address = f"{path}preview/{preview.pk}/"
    page = preview.page.specific
    page.introduction = "Something else altogether."
    page.save_revision()

    shown = client.get(address)
    assert "amara tells what happened." in text(shown)
    assert "Something else altogether." not in text(shown)
    assert (shown["Referrer-Policy"], shown["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert 'name="robots" content="noindex' in text(shown)
    assert f'<a href="{path}">Approve it, or ask for changes</a>' in text(shown)


def test_she_approves(asked, client):
    story, preview, path = asked
    answer = client.post(f"{path}preview/{preview.pk}/answer/", {"answer": "approved"})

    assert (answer.status_code, answer.url) == (303, f"{path}?approved")
    assert "We publish exactly this version." in text(client.get(answer.url))
    story.refresh_from_db()
    assert story.state == "approved"
    again = client.post(f"{path}preview/{preview.pk}/answer/", {"answer": "changes", "wishes": "No"})
    assert again.url == f"{path}?late"
    story.refresh_from_db()
    assert story.state == "approved"


def test_she_asks_for_changes_and_says_which(asked, client):
    _story, preview, path = asked
    empty = client.post(f"{path}preview/{preview.pk}/answer/", {"answer": "changes", "wishes": " "})
    assert empty.status_code == 422
    assert "Say what we should change." in text(empty)
    client.post(f"{path}preview/{preview.pk}/answer/", {"answer": "changes", "wishes": "Leave out the bench."})

    preview.refresh_from_db()
    assert (preview.answer, preview.wishes) == ("changes", "Leave out the bench.")


def test_she_ends_one_consent_or_all(asked, client, now):
    story, _, path = asked
    name = story.consents.get(what="name", where="site")
    assert client.post(f"{path}withdraw/").status_code == 422
    assert "Choose what ends, or end everything." in text(client.post(f"{path}withdraw/", {"consent": "none"}))
    answer = client.post(f"{path}withdraw/", {"consent": [str(name.pk)]})

    assert (answer.status_code, answer.url) == (303, f"{path}?ended")
    assert "you ended it on 1 February 2027" in text(client.get(answer.url))
    assert list(story.consents.exclude(withdrawn_at=None)) == [name]
    client.post(f"{path}withdraw/", {"all": "1"})
    assert not story.consents.filter(withdrawn_at=None).exists()
    assert "Nothing is agreed to any more." in text(client.get(path))
    story.refresh_from_db()
    assert story.state == "closed"


def test_another_ones_link_does_nothing_here(asked, send, client):
    story, preview, _ = asked
    other = path_of(send("bronwen"))

    assert client.get(f"{other}preview/{preview.pk}/").status_code == 404
    assert client.post(f"{other}preview/{preview.pk}/answer/", {"answer": "approved"}).url == f"{other}?late"
    client.post(f"{other}withdraw/", {"consent": [str(c.pk) for c in story.consents.all()]})
    assert not story.consents.exclude(withdrawn_at=None).exists()


@pytest.mark.parametrize("broken", ["nothing", "a.b", "…", "x" * 300])
def test_every_broken_link_gets_the_same_page(client, story_index, broken):
    page = client.get(f"/stories/{broken}/")

    assert page.status_code == 404
    assert "This link does not work" in text(page)
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex")


def test_a_link_can_be_taken_back_and_ends_with_the_data(send, client, now):
    story = send()
    path = path_of(story)
    StorySubmission.objects.update(token_version=2)
    assert client.get(path).status_code == 404
    assert read_token(token_of(story)) == (story.key, 1)
    assert read_token(token_of(story)[:-1]) is None
    fresh = StorySubmission.objects.get()
    assert client.get(path_of(fresh)).status_code == 200
    StorySubmission.objects.update(erased_at=now, name="", email="", story="", picture="", fingerprint="")
    assert client.get(path_of(fresh)).status_code == 404


def test_her_forms_work_without_a_cookie(asked):
    """With `no-referrer` browsers send `Origin: null`: the token is the authority."""
    _story, preview, path = asked
    browser = Client(enforce_csrf_checks=True, headers={"origin": "null"})

    assert browser.post(f"{path}preview/{preview.pk}/answer/", {"answer": "approved"}).status_code == 303


def test_the_token_stays_out_of_the_logs(send, caplog):
    token = token_of(send())
    for path in (f"/stories/{token}/", f"/fr/stories/{token}/preview/3/"):
        said = mask_tokens(None, "", {"event": f"Not Found: {path}"})["event"]
        assert token not in said
        assert "***" in said
    assert "tell-us" in mask_tokens(None, "", {"event": "Bad Request: /careers/stories/tell-us/"})["event"]
    with caplog.at_level(logging.DEBUG):
        send("bronwen")
    assert "bronwen" not in caplog.text.lower()


def test_a_consent_that_is_over_says_so(send, client, frozen, now):
    story = send(until=date(2027, 2, 10))
    frozen.move_to(now + timedelta(days=11))

    assert "its last day was 10 February 2027" in text(client.get(path_of(story)))
