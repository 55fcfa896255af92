"""What a careers page must have before it is published. Plain Python."""

from portal.rules import Problem

LONGEST_INTRODUCTION = 400


def missing_for_publication(*, introduction: str) -> list[Problem]:
    """Return what every careers page lacks before it can be published, beyond what any page does."""
    problems = []
    if not introduction.strip():
        problems.append(
            Problem("introduction", "Write one to three sentences: they stand under the title and in lists.")
        )
    elif len(introduction) > LONGEST_INTRODUCTION:
        problems.append(
            Problem("introduction", f"Write 400 characters or fewer. This introduction has {len(introduction)}.")
        )
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
