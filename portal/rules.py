"""What every page must have before it is published. Plain Python."""

from dataclasses import dataclass

NOT_DESCRIBED = "Describe the picture for people who cannot see it, or tick that it is decoration."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: the field it belongs to (empty: the page as a whole), and what to do."""

    field: str
    message: str


def picture_problems(*, has_image: bool, image_alt: str, image_is_decorative: bool) -> list[Problem]:
    """Return what is wrong with a page's picture: it is described or it is decoration, one of the two."""
    described = bool(image_alt.strip())
    if has_image and not described and not image_is_decorative:
        return [Problem("image_alt", NOT_DESCRIBED)]
    if has_image and described and image_is_decorative:
        return [Problem("image_is_decorative", "A picture with a description is not decoration. Remove one.")]
    return []
