"""The picture of a page that is shown where its address is shared."""

import io
import re

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction, Site

from portal.found.cards import BRAND_FONT, Card, draw, face_for
from portal.models import ContentPage, HomePage, SiteSettings
from tests.visitors import browser, page

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def privacy(site, settings, tmp_path) -> ContentPage:
    settings.MEDIA_ROOT = tmp_path
    new = ContentPage(title="Privacy", slug="privacy")
    HomePage.objects.get().add_child(instance=new)
    new.save_revision().publish()
    return new


def address(path: str = "/privacy/") -> str:
    return re.search(r'og:image" content="([^"]+)"', page(path))[1].removeprefix(BASE)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_it_has_the_size_that_the_head_says_and_is_kept_for_ever(privacy):
    response = browser().get(address())

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert opened(response.content).size == (1200, 630)
    assert len(response.content) < 300_000


def test_two_titles_are_two_cards_and_the_old_address_leads_to_the_new_one(privacy):
    before = address()
    first = browser().get(before).content
    privacy.title = "What we keep"
    privacy.save_revision().publish()

    after = address()

    assert after != before
    assert browser().get(after).content != first
    moved = browser().get(before)
    assert (moved.status_code, moved["Location"]) == (302, BASE + after)
    assert default_storage.listdir("cards")[1] == [after.rpartition("/")[2]]


def test_a_new_colour_name_or_picture_is_another_card(privacy):
    seen = [address()]
    chosen = SiteSettings.for_site(Site.objects.get())
    chosen.action_colour = "#005A30"
    chosen.save()
    seen.append(address())
    chosen.organisation = "Ambulance service"
    chosen.save()
    seen.append(address())
    privacy.image = get_image_model().objects.create(title="Horse", file=get_test_image_file(size=(900, 700)))
    privacy.save_revision().publish()
    seen.append(address())
    privacy.image.focal_point_x, privacy.image.focal_point_y = 100, 100
    privacy.image.focal_point_width = privacy.image.focal_point_height = 50
    privacy.image.save()
    seen.append(address())

    assert len(set(seen)) == 5
    assert opened(browser().get(seen[-1]).content).size == (1200, 630)


def test_a_picture_whose_file_is_lost_does_no_harm(privacy):
    privacy.image = get_image_model().objects.create(title="Horse", file=get_test_image_file(size=(900, 700)))
    privacy.save_revision().publish()
    default_storage.delete(privacy.image.file.name)

    assert browser().get(address()).status_code == 200


@pytest.mark.parametrize("hide", ["unpublish", "delete", "restrict"])
def test_there_is_none_of_a_page_that_visitors_cannot_see(privacy, hide):
    known = address()
    assert browser().get(known).status_code == 200
    match hide:
        case "unpublish":
            privacy.unpublish()
        case "delete":
            privacy.delete()
        case "restrict":
            PageViewRestriction.objects.create(page=privacy, restriction_type="login")

    assert browser().get(known).status_code == 404


@pytest.mark.parametrize("path", ["/cards/99999999999999999999999-abc.png", "/cards/0-abc.png", "/cards/1-abc.png"])
def test_an_address_that_somebody_made_up_is_not_found(privacy, path):
    assert browser().get(path).status_code == 404


def card(**changes) -> Card:
    fields = {
        "title": "Women on the front line",
        "line": "Webinar",
        "organisation": "Metropolitan Police outreach",
        "colour": "#4B1D7A",
        "is_rtl": False,
    }
    return Card(**(fields | changes))


@pytest.mark.parametrize(
    "title",
    [
        "",
        "x",
        "w" * 255,
        "word " * 51,
        "نساء في الخط الأمامي",
        "中文标题",
        "😀😀😀",
        "a\x00b\nc",
        "👩‍🚒 Łódź",
        "e\u0301",
    ],
)
def test_any_title_can_be_drawn(title):
    for is_rtl in (False, True):
        assert opened(draw(card(title=title, is_rtl=is_rtl))).size == (1200, 630)


def test_a_long_organisation_and_line_stay_on_the_card():
    assert opened(draw(card(organisation="M " * 40, line="L " * 200))).size == (1200, 630)


def test_the_edge_is_left_free_however_long_the_title_is():
    drawn = opened(draw(card(title="W" * 255))).convert("RGB")

    assert {drawn.getpixel((x, y)) for x in (*range(40), *range(1160, 1200)) for y in range(0, 630, 7)} == {
        (75, 29, 122)
    }


def test_right_to_left_starts_at_the_right():
    bar = (0xF2, 0xB8, 0x4B)
    colours = [opened(draw(card(is_rtl=is_rtl))).convert("RGB") for is_rtl in (False, True)]
    y = 630 - 64 - 30 - 28 + 4

    assert [image.getpixel((80, y)) == bar for image in colours] == [True, False]
    assert [image.getpixel((1120, y)) == bar for image in colours] == [False, True]


def test_the_brands_face_is_left_for_letters_that_it_lacks_and_for_no_sign():
    assert face_for("Women 😀 → ★") == str(BRAND_FONT)
