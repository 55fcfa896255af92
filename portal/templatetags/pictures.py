"""Pictures: the newest format that a browser knows, in the size that its screen needs, cut around the focal point."""

from fractions import Fraction
from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.models import AbstractImage, Picture
from wagtail.images.shortcuts import get_renditions_or_not_found

register = template.Library()


class Place(NamedTuple):
    """Where a picture stands: the widths (pixels) that are made for it, and how wide it is shown (HTML `sizes`)."""

    widths: tuple[int, ...]
    sizes: str


SHAPES = {"square": Fraction(1), "landscape": Fraction(4, 3), "wide": Fraction(16, 9), "portrait": Fraction(4, 5)}
PLACES = {
    "hero": Place((400, 640, 960), "(min-width: 76rem) 30rem, (min-width: 56rem) 40vw, 90vw"),
    "half": Place((400, 640, 960), "(min-width: 56rem) 34rem, 90vw"),
    "body": Place((480, 800, 1200), "(min-width: 76rem) 70rem, 90vw"),
    "card": Place((320, 640), "(min-width: 64rem) 22rem, (min-width: 42rem) 45vw, 90vw"),
    "thumb": Place((120, 240), "6rem"),
}
# In the order in which browsers are asked; the last is what every browser shows.
FORMATS = ("avif", "webp", "jpeg")


@register.simple_tag
def site_picture(
    image: AbstractImage | None, alt: str, shape: str = "landscape", place: str = "half", priority: bool = False
) -> SafeString | str:
    """Return a `<picture>` with width and height, so that nothing jumps when it arrives; one statement.

    An empty `alt` says that the picture is decoration. `priority`: the first picture above the fold; every other one
    is loaded when the reader comes near it.
    """
    if image is None:
        return ""
    attrs = {"alt": alt, "sizes": PLACES[place].sizes, "decoding": "async"}
    attrs |= {"fetchpriority": "high"} if priority else {"loading": "lazy"}
    renditions = get_renditions_or_not_found(image, filter_specs(image, shape=shape, place=place))
    return format_html('<div class="picture picture-{}">{}</div>', shape, Picture(renditions, attrs))


def filter_specs(image: AbstractImage, *, shape: str, place: str) -> list[str]:
    """Return the Wagtail filters of a picture: every format in every width up to what the original has."""
    ratio = SHAPES[shape]
    widest = max(int(min(image.width, image.height * ratio)), 1)
    widths = [width for width in PLACES[place].widths if width <= widest] or [widest]
    # The largest first: a browser that knows neither srcset nor sizes takes it.
    return [
        f"fill-{width}x{max(round(width / ratio), 1)}|format-{kind}" for kind in FORMATS for width in reversed(widths)
    ]
