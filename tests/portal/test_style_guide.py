"""The living style guide: staff only, with the colours of the settings and every component that editors use."""

import pytest

from portal.blocks import BodyBlock
from portal.models import SiteSettings
from portal.style_guide import pairs


def test_every_pair_of_the_brand_can_be_read():
    assert [pair.name for pair in pairs(SiteSettings()) if not pair.is_enough] == []


def test_a_colour_that_is_too_light_is_said_to_be():
    weak = pairs(SiteSettings(action_colour="#C9A7F5"))
    assert {pair.name for pair in weak if not pair.is_enough} == {"Action on paper", "White on action"}


def test_it_shows_every_component_to_staff(editor):
    shown = editor.client.get("/cms/style-guide/").content.decode()

    for part in ("There is a problem", "Live now", "Skip to the main content", "Page 2 of 3", "Error:"):
        assert part in shown
    for name, block in BodyBlock().child_blocks.items():
        if getattr(block.meta, "preview_value", None):
            assert str(block.label).capitalize() in shown, name


@pytest.mark.django_db
def test_nobody_else_sees_it(client):
    response = client.get("/cms/style-guide/")
    assert (response.status_code, response.headers["Location"]) == (302, "/cms/login/?next=/cms/style-guide/")
