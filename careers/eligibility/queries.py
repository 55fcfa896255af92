"""The check that an editor wrote, as the rules know it."""

from typing import Any

from careers.eligibility.rules import Answer, Check, Question


def check_of(questions: Any, outcomes: Any) -> Check:
    """Return the check of two stream fields."""
    return Check(
        questions=tuple(
            Question(
                key=block.value["key"] or "",
                text=block.value["text"] or "",
                answers=tuple(
                    Answer(
                        key=answer["key"] or "",
                        label=answer["label"] or "",
                        leads_to=answer["leads_to"] or "",
                        note=answer["note"] or "",
                    )
                    for answer in block.value["answers"]
                ),
            )
            for block in questions
        ),
        outcomes=tuple(block.value["key"] or "" for block in outcomes),
    )
