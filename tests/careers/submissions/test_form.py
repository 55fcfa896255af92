"""The form that a reader tells her story with."""

import html
import threading
import tracemalloc
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from PIL import Image

from careers.submissions.models import Consent, StorySubmission
from careers.submissions.rules import WHAT_WORDS, WHERE_WORDS, WORDING_VERSION
from events.outbox.models import Message
from portal.pictures.uploads import bound_uploads
from tests.careers.submissions.conftest import PATH, upload
from tests.portal.test_pictures import REFUSED, with_gps

pytestmark = pytest.mark.django_db


def text(response):
    return html.unescape(response.content.decode())


def test_a_story_is_taken_and_the_page_says_what_happens_next(story_index, client, filled_in, private_files):
    picture = {"picture": upload(with_gps()), "picture_alt": "Me on a bench", "consent_face": ["site"]}
    sent = client.post(PATH, filled_in | picture)

    assert (sent.status_code, sent.url) == (303, f"{PATH}?sent=1")
    assert "We have your story" in text(client.get(sent.url))
    story = StorySubmission.objects.get()
    assert (story.state, story.name, story.part, story.language) == ("new", "Amara Okafor", "neighbourhood", "en")
    assert story.picture.name.removeprefix("pictures/") in private_files()
    with story.picture.open("rb") as file:
        kept = Image.open(file)
        assert not kept.getexif()
    assert {(c.what, c.where, c.until_date, c.wording_version) for c in story.consents.all()} == {
        (what, where, date(2029, 2, 1), WORDING_VERSION)
        for what, where in (("quote", "site"), ("quote", "print"), ("name", "site"), ("face", "site"))
    }
    assert story.consents.get(what="name").wording == "My name may be shown with them on this website, 2029-02-01"
    message = Message.objects.get()
    assert (message.kind, message.to_email, message.about) == ("story_received", "amara@example.org", story.about)


def test_the_list_of_stories_leads_to_the_form(story_index, client):
    assert f'href="{PATH}"' in text(client.get("/careers/stories/"))


def test_it_is_there_in_french(story_index, client):
    page = client.get(f"/fr{PATH}")

    assert page.status_code == 200
    assert 'lang="fr"' in text(page)


def test_nothing_is_ticked_beforehand(client, story_index):
    page = text(client.get(PATH))

    assert " checked" not in page
    assert page.count('type="checkbox"') == 4 * 3 + 1, "each thing and each place by itself, and the age"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"story": ""}, "Write your story."),
        ({"story": " \u200b\x07"}, "Write your story."),
        ({"story": "🚓" * 100_000}, "Write 5,000 characters or fewer. Yours has 100000."),
        ({"part": "spying"}, "Choose one of the parts of the job."),
        ({"name": ""}, "Enter your name."),
        ({"email": "amara"}, "Enter an email address like name@example.org."),
        ({"email": '"a,b"@example.org'}, "Enter an email address like name@example.org."),
        ({"consent_quote": []}, "Choose at least one place for your words"),
        ({"consent_quote": ["moon"]}, "Choose among the places offered."),
        ({"until": ""}, "Choose until when we may."),
        ({"until": "date"}, "Enter the last day, or choose a number of years."),
        ({"until": "date", "until_date": "soon"}, "Enter a date like 2027-12-31."),
        ({"until": "date", "until_date": "2027-02-01"}, "Choose a day from tomorrow"),
        ({"until": "date", "until_date": "2030-02-02"}, "Choose a day from tomorrow"),
        ({"is_old_enough": ""}, "Tick that you are 16 or older."),
        ({"picture": upload()}, "Say in one sentence what the picture shows."),
        ({"picture": upload(), "picture_alt": "Me"}, "Choose where we may show the picture, or leave it out."),
        ({"picture": SimpleUploadedFile("me.jpg", b"")}, "That file is empty."),
    ],
)
def test_a_mistake_is_told_in_words_and_nothing_is_kept(client, story_index, filled_in, private_files, changes, words):
    response = client.post(PATH, filled_in | changes)

    assert response.status_code == 422
    assert words in text(response)
    assert "There is a problem" in text(response)
    assert not StorySubmission.objects.exists()
    assert not Message.objects.exists()
    assert private_files() == set()


@pytest.mark.parametrize("name", REFUSED)
def test_bad_pictures_are_refused_in_words(client, story_index, filled_in, private_files, name):
    content = REFUSED[name][0] or b" "
    picture = {"picture": SimpleUploadedFile("me.jpg", content), "picture_alt": "Me", "consent_face": ["site"]}
    response = client.post(PATH, filled_in | picture)

    assert response.status_code == 422
    assert "icture" in text(response).split("There is a problem")[1].split("</section>")[0]
    assert "I was nineteen" in text(response), "what was typed is still there"
    assert private_files() == set()


def test_of_40_megabytes_neither_memory_nor_disk_sees_more_than_ten():
    """The handler drops the file at the limit, and the fields behind it are read."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="picture"; filename="me.jpg"\r\n\r\n'
        + bytes(40 * 1024 * 1024)
        + b'\r\n--x\r\nContent-Disposition: form-data; name="story"\r\n\r\nStill here\r\n--x--\r\n'
    )
    request = RequestFactory().generic("POST", PATH, body, content_type="multipart/form-data; boundary=x")
    handler = bound_uploads(request)
    tracemalloc.start()
    fields, files = request.POST, request.FILES
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (fields["story"], dict(files), handler.too_large) == ("Still here", {}, {"picture"})
    assert peak < 4 * 1024 * 1024
    assert handler.file.closed


def test_a_body_that_nobody_sends_is_not_read(client, story_index):
    answer = client.generic(
        "POST", PATH, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(200 * 1024 * 1024)
    )

    assert answer.status_code == 413
    assert "Choose a smaller picture" in text(answer)


def test_the_same_submission_five_times_is_one(client, story_index, filled_in, private_files):
    picture = {"picture_alt": "Me", "consent_face": ["site"]}
    for _ in range(5):
        assert client.post(PATH, filled_in | picture | {"picture": upload()}).status_code == 303

    assert StorySubmission.objects.count() == 1
    assert Message.objects.count() == 1
    assert len(private_files()) == 1


def test_the_same_story_from_a_form_of_its_own_is_one(client, story_index, filled_in):
    answers = [client.post(PATH, filled_in | {"submission": str(uuid.uuid4())}) for _ in range(5)]

    assert {(a.status_code, a.url) for a in answers} == {(303, f"{PATH}?sent=1")}
    assert StorySubmission.objects.count() == 1
    client.post(PATH, filled_in | {"submission": str(uuid.uuid4()), "story": "Another one."})
    assert StorySubmission.objects.count() == 2


def test_a_known_address_and_a_new_one_get_the_same_answer(client, story_index, filled_in, send):
    send("amara")
    known = client.post(PATH, filled_in)
    new = client.post(PATH, filled_in | {"email": "bronwen@example.org", "submission": str(uuid.uuid4())})

    assert (known.status_code, known.url, known.content) == (new.status_code, new.url, new.content)


def test_strangers_cause_three_mails_a_day_at_most(client, story_index, filled_in):
    for number in range(5):
        client.post(PATH, filled_in | {"story": f"Story {number}", "submission": str(uuid.uuid4())})

    assert StorySubmission.objects.count() == 5
    assert Message.objects.count() == 3


def test_a_robot_is_thanked_and_forgotten(client, story_index, filled_in):
    assert client.post(PATH, filled_in | {"website": "https://spam.example.org"}).status_code == 303
    assert not StorySubmission.objects.exists()


def test_one_network_address_sends_ten(client, story_index, filled_in):
    answers = [
        client.post(
            PATH, filled_in | {"story": f"Story {n}", "submission": str(uuid.UUID(int=n))}, REMOTE_ADDR="192.0.2.7"
        ).status_code
        for n in range(12)
    ]

    assert answers == [303] * 10 + [429] * 2


def test_a_form_left_open_overnight_still_works(story_index, filled_in, frozen, now):
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(PATH)
    frozen.move_to(now + timedelta(hours=14))
    token = page.context["csrf_token"]

    assert browser.post(PATH, filled_in | {"csrfmiddlewaretoken": str(token)}).status_code == 303
    assert browser.post(PATH, filled_in).status_code == 403, "the check is there: without its token it is refused"


def test_the_form_is_never_cached(client, story_index):
    assert "no-store" in client.get(PATH)["Cache-Control"]
    assert client.delete(PATH).status_code == 405


def test_other_words_are_another_version():
    """Whoever changes what people agree to raises WORDING_VERSION, and then these words."""
    assert (WORDING_VERSION, list(WHAT_WORDS.values()), list(WHERE_WORDS.values())) == (
        1,
        [
            "My words may be used",
            "My name may be shown with them",
            "My picture may be shown",
            "My voice may be heard, if you record me",
        ],
        ["on this website", "in your social media", "in print"],
    )


def test_a_consent_is_only_ever_withdrawn(send, now):
    story = send()
    with pytest.raises(TypeError, match="is not changed"):
        Consent.objects.filter(submission=story).update(until_date=date(2099, 1, 1))
    with pytest.raises(TypeError):
        story.consents.update(what="voice")
    assert Consent.objects.filter(submission=story).update(withdrawn_at=now) == 12


@pytest.mark.race
def test_five_clicks_at_the_same_moment_are_one(transactional_db, send, private_files):
    """Each in a thread with a connection of its own: one takes it, the others find it, and no file is left over."""
    number, start = uuid.uuid4(), threading.Barrier(5)

    def click(_):
        start.wait()
        try:
            return send(submission=number).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as clicks:
        found = set(clicks.map(click, range(5)))

    assert len(found) == 1
    assert StorySubmission.objects.count() == 1
    assert Consent.objects.count() == 12
    assert Message.objects.count() == 1
    assert len(private_files()) == 1
