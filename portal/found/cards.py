"""The picture of a page that is shown where its address is shared: 1200 × 630, drawn from the page's own words.

Its address carries a digest of all that is drawn, so a card is kept for ever wherever it is, and a changed page has
another one.
"""

import hashlib
import io
from dataclasses import astuple, dataclass
from functools import cache
from typing import Any

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, features

from portal.found.text import cut

WIDTH, HEIGHT = 1200, 630
PICTURE = 450
MARGIN = 64
BAR = (96, 8)
SMALL = 30
PAPER, INK, QUIET, GOLD, WHITE = "#FBF8F3", "#17102B", "#5B5470", "#F2B84B", "#FFFFFF"
MOST_LINES = 4
SIZES = (104, 92, 82, 72, 64, 56, 48)
LONGEST_TITLE = 160
BRAND_FONT = settings.BASE_DIR / "portal" / "static" / "portal" / "fonts" / "bricolage-grotesque.woff2"
# What the brand's subset has no letters for; the first that the machine has.
OTHER_FONTS = ("DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf")
# Drawn anew when the design changes.
DESIGN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that is drawn. `picture` names the picture with its file and focal point."""

    title: str
    line: str
    organisation: str
    colour: str
    is_rtl: bool
    picture: str = ""

    @property
    def digest(self) -> str:
        """Return what tells this card from any other."""
        return hashlib.sha256(repr((DESIGN, *astuple(self))).encode()).hexdigest()[:16]


def picture_key(image: Any) -> str:
    """Return what the look of a picture depends on."""
    if image is None:
        return ""
    focus = (image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height)
    return f"{image.pk} {image.file_hash or image.file.name} {focus}"


def draw(card: Card, *, picture: bytes | None = None) -> bytes:
    """Return the card as a PNG; with a picture on paper, without one on the organisation's colour."""
    has_picture = picture is not None
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PAPER if has_picture else card.colour)
    if picture is not None:
        with Image.open(io.BytesIO(picture)) as opened:
            portrait = _fill(opened.convert("RGB"), PICTURE, HEIGHT)
        canvas.paste(portrait, (0 if card.is_rtl else WIDTH - PICTURE, 0))
    pen = _Pen(canvas, card, left=PICTURE if has_picture and card.is_rtl else 0, has_picture=has_picture)
    pen.write_all()
    out = io.BytesIO()
    # Without a picture a few colours are enough, for a quarter of the weight.
    drawn = canvas if has_picture else canvas.quantize(128, dither=Image.Dither.NONE)
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is written."""

    face: str
    size: int
    weight: int
    colour: str

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return _opened(self.face, self.size, self.weight)

    @property
    def step(self) -> int:
        """Return the distance from line to line."""
        return round(self.size * 1.08)


class _Pen:
    """Writes the card's words, from the side where its language starts."""

    def __init__(self, canvas: Image.Image, card: Card, *, left: int, has_picture: bool) -> None:
        self.draw = ImageDraw.Draw(canvas)
        self.card = card
        self.width = WIDTH - (PICTURE if has_picture else 0)
        self.left = left
        self.room = self.width - 2 * MARGIN
        # Pillow shapes text where it was built with Raqm.
        self.direction = ("rtl" if card.is_rtl else "ltr") if features.check("raqm") else None
        self.colours = (INK, card.colour, QUIET) if has_picture else (WHITE, WHITE, WHITE)

    def write_all(self) -> None:
        """Write line, title and organisation, from top to bottom."""
        of_title, of_line, of_foot = self.colours
        top = MARGIN
        style = _Style(face_for(self.card.line), SMALL, 650, of_line)
        for text in self._wrap(self.card.line, style)[:2]:
            self._write(text, top, style)
            top += SMALL + 10
        foot = HEIGHT - MARGIN - SMALL
        top += 12 if self.card.line else 0
        style, lines = self._fit(foot - 40 - top, of_title)
        for text in lines:
            self._write(text, top, style)
            top += style.step
        start = self.left + (self.width - MARGIN - BAR[0] if self.card.is_rtl else MARGIN)
        self.draw.rectangle((start, foot - 28, start + BAR[0], foot - 28 + BAR[1]), fill=GOLD)
        style = _Style(face_for(self.card.organisation), SMALL, 650, of_foot)
        for text in self._wrap(self.card.organisation, style)[:1]:
            self._write(text, foot, style)

    def _fit(self, height: int, colour: str) -> tuple[_Style, list[str]]:
        """Return the largest style in which the title fits; in the smallest it is cut."""
        title = cut(self.card.title, LONGEST_TITLE)
        face = face_for(title)
        for size in SIZES:
            style = _Style(face, size, 800, colour)
            lines = self._wrap(title, style)
            if len(lines) <= MOST_LINES and len(lines) * style.step <= height:
                return style, lines
        kept = lines[: min(MOST_LINES, max(1, height // style.step))]
        last = kept[-1].rstrip("…")
        while last and self._length(f"{last}…", style) > self.room:
            last = last.rpartition(" ")[0] if " " in last else last[:-1]
        return style, [*kept[:-1], f"{last}…"]

    def _wrap(self, text: str, style: _Style) -> list[str]:
        """Return lines that fit: broken between words, and inside a word that is longer than a line.

        What the face cannot draw, an emoji for one, is left out: a box would say nothing.
        """
        lines: list[str] = []
        line = ""
        for word in "".join(char for char in text if _has(style.face, char)).split():
            longer = f"{line} {word}".strip()
            if self._length(longer, style) <= self.room:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while self._length(line, style) > self.room:
                end = len(line) - 1
                while end > 1 and self._length(line[:end], style) > self.room:
                    end -= 1
                lines.append(line[:end])
                line = line[end:]
        return [*lines, line] if line else lines

    def _length(self, text: str, style: _Style) -> float:
        return float(self.draw.textlength(text, font=style.font, direction=self.direction))

    def _write(self, text: str, top: int, style: _Style) -> None:
        at = (self.left + (self.width - MARGIN if self.card.is_rtl else MARGIN), top)
        anchor = "ra" if self.card.is_rtl else "la"
        self.draw.text(at, text, font=style.font, fill=style.colour, anchor=anchor, direction=self.direction)


def _fill(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Return a picture of exactly that size; Wagtail has cut it at its focal point, this only mends its last pixels."""
    ratio = max(width / picture.width, height / picture.height)
    wide, high = max(round(picture.width * ratio), width), max(round(picture.height * ratio), height)
    scaled = picture.resize((wide, high), Image.Resampling.LANCZOS)
    left, top = (wide - width) // 2, (high - height) // 2
    return scaled.crop((left, top, left + width, top + height))


def face_for(text: str) -> str:
    """Return the brand's face, or the one with more of a text's letters; for signs alone it is not left."""
    return max(_faces(), key=lambda face: sum(_has(face, char) for char in set(text) if char.isalpha()))


@cache
def _faces() -> tuple[str, ...]:
    """Return the faces that are at hand, the brand's first."""
    found = [str(BRAND_FONT)]
    for name in OTHER_FONTS:
        try:
            found.append(str(ImageFont.truetype(name, 10).path))
        except OSError:
            continue
    return tuple(found)


@cache
def _opened(face: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(face, size)
    if face == str(BRAND_FONT):
        font.set_variation_by_axes([weight])
    return font


@cache
def _missing(face: str) -> bytes:
    """Return how a face draws a letter that it does not have: U+FFFF is none in any."""
    return bytes(_opened(face, 40, 800).getmask("\uffff"))


@cache
def _has(face: str, char: str) -> bool:
    if char.isspace():
        return True
    return char.isprintable() and bytes(_opened(face, 40, 800).getmask(char)) != _missing(face)
