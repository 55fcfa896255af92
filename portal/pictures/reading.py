"""Reading a picture that somebody sent, and writing it anew.

Nothing of the file is kept but its pixels: no place where it was taken, no camera, no thumbnail, and nothing that
stands before or behind the picture in the file. What is a page, a script or an archive as well is then a picture only.
"""

import re
import threading
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

import structlog
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from portal.pictures.rules import LONGEST_SIDE, MOST_BYTES, MOST_PIXELS, MOST_SCANS, Fault
from portal.pictures.scans import scans_of

log = structlog.get_logger(__name__)
register_heif_opener(thumbnails=False)

# Formats that cameras and phones write. No SVG (a program), no PDF, no TIFF (a container of anything), no GIF.
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
QUALITY = 88
# An HEIC that lays pictures over each other on a canvas of any size, whatever size it says; no camera writes one.
_LAID_OVER = re.compile(rb"infe(?:\x02.{7}|\x03.{9})(?:iovl|iden)", re.DOTALL)
# The largest picture that is taken needs several hundred megabytes for a moment: never for two of them at once.
_one_at_a_time = threading.Lock()


class PictureRefusedError(ValueError):
    """Raised for what is not taken; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanPicture:
    """A JPEG of our own making."""

    content: bytes
    width: int
    height: int


def clean_picture(file: IO[bytes]) -> CleanPicture:
    """Return the picture as a fresh JPEG, upright and without anything else; raises PictureRefusedError.

    Sizes are looked at before a pixel is decoded. Of an animation the first picture is taken.
    """
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise PictureRefusedError(Fault.TOO_LARGE)
    file.seek(0)
    content = file.read()
    if scans_of(content) > MOST_SCANS or _LAID_OVER.search(content):
        raise PictureRefusedError(Fault.BROKEN)
    file.seek(0)
    try:
        with _one_at_a_time, Image.open(file, formats=FORMATS) as opened:
            if _pixels_of(opened) > MOST_PIXELS:
                raise PictureRefusedError(Fault.TOO_MANY_PIXELS)
            return _written_anew(opened)
    except PictureRefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefusedError(Fault.TOO_MANY_PIXELS) from None
    except Image.UnidentifiedImageError:
        raise PictureRefusedError(Fault.NOT_A_PICTURE) from None
    except Exception as problem:
        # Decoders raise whatever they like for bytes that make no sense: OSError, SyntaxError, struct.error, …
        log.info("picture.broken", problem=type(problem).__name__)
        raise PictureRefusedError(Fault.BROKEN) from None


def _pixels_of(opened: Any) -> int:
    """Return how many pixels decoding makes: an HEIC made of tiles may say that it is smaller than they are."""
    tiles = opened.info.get("tiling") or {}
    return max(opened.width * opened.height, tiles.get("image_width", 0) * tiles.get("image_height", 0))


def _written_anew(opened: Any) -> CleanPicture:
    # A camera's JPEG is decoded no larger than it is kept: a fraction of the memory.
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    flat = _in_three_colours(opened)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Turned when it is small: turning makes a copy.
    upright = ImageOps.exif_transpose(flat)
    # A new canvas: `info` of the one that was read (EXIF, comments, profiles) does not come along.
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)
    written = BytesIO()
    fresh.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return CleanPicture(content=written.getvalue(), width=fresh.width, height=fresh.height)


def _in_three_colours(picture: Any) -> Any:
    """Return it in RGB; what is transparent becomes white, as on paper."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda value: value / 257).convert("L").convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        layer = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        paper.info = picture.info
        return paper
    return picture if picture.mode == "RGB" else picture.convert("RGB")
