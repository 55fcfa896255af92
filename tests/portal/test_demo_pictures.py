"""The demo's pictures are what the project's own script draws."""

import pytest

from portal.demo.art import drawings
from portal.management.commands.draw_demo_pictures import FOLDER, png


def test_every_picture_in_the_repository_is_a_drawing_and_every_drawing_is_there():
    assert {path.stem for path in FOLDER.glob("*.png")} == set(drawings())


@pytest.mark.parametrize("name", ["home", "story-mounted", "stables"])
def test_drawing_again_gives_the_same_file(name):
    assert png(drawings()[name]) == (FOLDER / f"{name}.png").read_bytes()
