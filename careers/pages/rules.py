"""What a careers page must have before it is published. Plain Python."""

from dataclasses import dataclass

LONGEST_INTRODUCTION = 400


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in the editor's words, and the field that it concerns."""

    field: str
    message: str


def missing_for_publication(
    *, introduction: str, has_image: bool, image_alt: str, image_is_decorative: bool
) -> list[Problem]:
    """Return what every careers page lacks before it can be published."""
    problems = []
    if not introduction.strip():
        problems.append(
            Problem("introduction", "Write one to three sentences: they stand under the title and in lists.")
        )
    elif len(introduction) > LONGEST_INTRODUCTION:
        problems.append(
            Problem("introduction", f"Write 400 characters or fewer. This introduction has {len(introduction)}.")
        )
    if has_image and not image_alt.strip() and not image_is_decorative:
        problems.append(Problem("image_alt", "Describe the picture, or tick that it is decoration."))
    if has_image and image_alt.strip() and image_is_decorative:
        problems.append(Problem("image_is_decorative", "A picture with a description is not decoration. Remove one."))
    return problems


def missing_for_story(*, role: str, is_illustrative: bool, consent_reference: str) -> list[Problem]:
    """Return what a story lacks beyond that: whose it is, and that they agreed."""
    problems = []
    if not role.strip():
        problems.append(Problem("role", "Enter the person’s role, for example: Mounted Branch constable."))
    if not is_illustrative and not consent_reference.strip():
        problems.append(
            Problem(
                "consent_reference",
                "Enter where the person’s written consent is kept, or tick that the story is illustrative.",
            )
        )
    return problems
