"""What editors type by mistake, and what a page makes of the longest that it takes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from events.schedule.models import Event
from tests.visitors import page as read


def test_a_title_of_300_characters_is_refused_in_words(editor):
    response = editor.sends(button="action-publish", title="T" * 300)

    assert "Ensure this value has at most 255 characters" in response.content.decode()
    assert not Event.objects.exists()


def test_the_longest_title_reaches_every_page_and_mail(editor, visitor, post, clock):
    title = "Wo" * 127 + "n"
    editor.publishes(title=title, capacity_online="5")
    visitor("amara")
    clock.worker.drain()

    assert title in read("/events/")
    assert title in read("/events/women-on-the-front-line/")
    assert title in " ".join(post.latest("amara").subject.split())


def test_a_name_from_right_to_left_keeps_to_its_own_place(editor):
    editor.publishes(kind="in_person", place="قاعة المدينة، لندن")

    assert "<bdi>قاعة المدينة، لندن</bdi>" in read("/events/women-on-the-front-line/")


def drawn(width, height):
    return get_test_image_file(filename="picture.png", size=(width, height)).file.getvalue()


def upload(editor, file):
    form = {"title": "A picture", "collection": "1", "file": file, "description": "", "tags": ""}
    response = editor.client.post(reverse("wagtailimages:add"), form)
    return str(response.context["form"].errors) if response.status_code == 200 else "taken"


def test_a_picture_of_30_megabytes_is_refused_before_it_is_read(editor):
    file = SimpleUploadedFile("large.png", drawn(600, 400) + b"\0" * 30_000_000, "image/png")

    assert "This file is too big" in upload(editor, file)
    assert not get_image_model().objects.exists()


@pytest.mark.parametrize("name", ["not-a-picture.png", "drawing.svg"])
def test_what_is_no_picture_is_refused(editor, name):
    said = upload(editor, SimpleUploadedFile(name, b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "image/png"))

    assert "Not a " in said or "Not a supported image format" in said
    assert not get_image_model().objects.exists()


def test_a_picture_of_many_pixels_in_few_bytes_is_refused(editor):
    assert "too many pixels" in upload(editor, SimpleUploadedFile("wide.png", drawn(9_000, 9_000), "image/png"))
    assert not get_image_model().objects.exists()
