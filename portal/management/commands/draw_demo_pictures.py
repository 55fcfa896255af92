"""Draws the demo's pictures. The files are in the repository: run it after a change of `portal/demo/art.py`."""

import io
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from PIL import Image

from portal.demo.art import drawings

FOLDER = settings.BASE_DIR / "portal" / "static" / "portal" / "demo"
# So many colours keep every edge smooth and the files small.
COLOURS = 96


class Command(BaseCommand):
    """`manage.py draw_demo_pictures` writes portal/static/portal/demo/*.png. Needs the test requirements (resvg)."""

    help = "Draw the demo's pictures; the same drawings give the same files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every picture."""
        for name, svg in drawings().items():
            (FOLDER / f"{name}.png").write_bytes(png(svg))
            self.stdout.write(f"{name}.png")


def png(svg: str) -> bytes:
    """Return a drawing as PNG bytes."""
    import resvg_py  # noqa: PLC0415 (a tool of the tests: the portal runs without it)

    drawn = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))).convert("RGB")
    file = io.BytesIO()
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
