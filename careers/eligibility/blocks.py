"""What staff write a check with: questions with their answers, and outcomes."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

RICH = ["bold", "italic", "link", "ol", "ul"]


def _name(**options: Any) -> blocks.RegexBlock:
    """Return a field for a short name. It stands in addresses, so it is the same in every language."""
    return blocks.RegexBlock(
        regex=r"^[a-z0-9-]{1,30}$",
        error_messages={"invalid": "Use small letters, digits and hyphens only, at most 30."},
        **options,
    )


class AnswerBlock(blocks.StructBlock):
    """One answer."""

    key = _name(label="Short name", help_text="For example: yes. It stands in the page’s address.")
    label = blocks.CharBlock(max_length=160, label="Answer", help_text="As somebody would say it.")
    leads_to = _name(
        required=False,
        label="Leads to",
        help_text="The short name of a question or an outcome. Empty: the next question.",
    )
    note = blocks.CharBlock(
        max_length=300,
        required=False,
        help_text="What somebody who gives this answer should know at the end. Leave empty where there is nothing.",
    )

    class Meta:
        icon = "radio-full"


class QuestionBlock(blocks.StructBlock):
    """One question, shown on a page of its own."""

    key = _name(label="Short name", help_text="For example: age. Answers lead here by this name.")
    text = blocks.CharBlock(max_length=200, label="Question", help_text="One thing, as you would ask it aloud.")
    hint = blocks.TextBlock(max_length=400, rows=2, required=False, help_text="What counts, and what does not.")
    answers = blocks.ListBlock(AnswerBlock(), min_num=2, max_num=6)

    class Meta:
        icon = "help"
        template = "components/blocks/check_question.html"
        description = "One question of the self-check, with its answers."
        preview_value = {
            "key": "age",
            "text": "How old are you?",
            "hint": "",
            "answers": [
                {"key": "adult", "label": "18 or over", "leads_to": "", "note": ""},
                {"key": "younger", "label": "Younger than 18", "leads_to": "too-young", "note": ""},
            ],
        }


class OutcomeBlock(blocks.StructBlock):
    """An end of the check: honest, and with something to do now."""

    key = _name(label="Short name", help_text="For example: could-apply. Answers lead here by this name.")
    kind = blocks.ChoiceBlock(
        choices=[("good", "They could apply"), ("wait", "Not yet, or it depends"), ("off", "Not as things stand")],
        help_text="Sets the mark beside the title; the words carry the meaning.",
    )
    title = blocks.CharBlock(max_length=120, help_text="The answer in one line, for example: You could apply now.")
    text = blocks.RichTextBlock(features=RICH, help_text="Why, and what they can do now.")
    next_text = blocks.CharBlock(max_length=60, label="Words on the button")
    next_page = blocks.PageChooserBlock(required=False, label="The button leads to a page")
    next_address = blocks.URLBlock(required=False, label="Or to an address")
    source = blocks.CharBlock(max_length=160, required=False, help_text="Whose rule this is.")
    source_address = blocks.URLBlock(required=False, label="Address of the source")

    class Meta:
        icon = "success"
        template = "components/blocks/check_outcome.html"
        description = "An end of the self-check, with what to do now."
        preview_value = {
            "key": "could-apply",
            "kind": "good",
            "title": "You could apply now",
            "text": "<p>Nothing you told us stands in your way.</p>",
            "next_text": "Go to the recruitment site",
            "next_address": "https://recruitment.example.org/",
            "source": "Recruitment site",
            "source_address": "https://recruitment.example.org/",
        }

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Ask for exactly one target of the button; a draft may still lack it."""
        value = super().clean(value)
        if not self.is_deferred_validation and bool(value["next_page"]) == bool(value["next_address"]):
            problem = ValidationError("Choose a page or enter an address, one of the two.")
            raise blocks.StructBlockValidationError(block_errors={"next_page": problem})
        return value
