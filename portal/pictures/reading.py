"""Reading a picture that somebody sent, and writing it anew.

Nothing of the file is kept but its pixels: no place where it was taken, no camera, no thumbnail, and nothing that
stands before or behind the picture in the file. What is a page, a script or an archive as well is then a picture only.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

import structlog
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from portal.pictures.rules import LONGEST_SIDE, MOST_BYTES, MOST_PIXELS, Fault

log = structlog.get_logger(__name__)
register_heif_opener(thumbnails=False)

# Formats that cameras and phones write. No SVG (a program), no PDF, no TIFF (a container of anything), no GIF.
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
QUALITY = 88


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
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
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


def _written_anew(opened: Any) -> CleanPicture:
    # A camera's JPEG is decoded no larger than it is kept: a fraction of the memory.
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    flat = _in_three_colours(upright)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A new canvas: `info` of the one that was read (EXIF, comments, profiles) does not come along.
    fresh = Image.new("RGB", flat.size)
    fresh.paste(flat)
    written = BytesIO()
    fresh.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return CleanPicture(content=written.getvalue(), width=fresh.width, height=fresh.height)


def _in_three_colours(picture: Any) -> Any:
    """Return it in RGB; what is transparent becomes white, as on paper."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda value: value / 257).convert("L").convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return picture.convert("RGB")
