"""What careers pages are built from, beyond the blocks that every page has."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from careers.figures.blocks import FactsBlock
from portal.blocks import BodyBlock, QuoteBlock

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]
QUESTION = {
    "question": "Were you ever afraid?",
    "answer": "<p>Of the first night shift, yes. By the third I knew who would stand beside me.</p>",
}
VIDEO_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}


class QuestionAnswerBlock(blocks.StructBlock):
    """A question and what the person answers."""

    question = blocks.CharBlock(max_length=200, help_text="As somebody would ask it.")
    answer = blocks.RichTextBlock(features=TEXT_FEATURES, help_text="The short answer first.")

    class Meta:
        icon = "help"
        label = "Question and answer"
        template = "components/blocks/question_answer.html"
        description = "One question with its answer. Put a heading above the first, and several after each other."
        preview_value = QUESTION


class DayRowBlock(blocks.StructBlock):
    """A moment of the day."""

    time = blocks.TimeBlock(help_text="In 24 hours, for example 06:45.")
    what = blocks.TextBlock(max_length=300, rows=2, help_text="What happens, in one or two sentences.")

    class Meta:
        icon = "time"


class DayBlock(blocks.StructBlock):
    """A day with somebody, hour by hour."""

    heading = blocks.CharBlock(max_length=120, help_text="For example: A day with a Mounted Branch constable.")
    rows = blocks.ListBlock(DayRowBlock(), min_num=2, max_num=16, help_text="In the order of the day.")

    class Meta:
        icon = "time"
        label = "A day with"
        template = "components/blocks/day.html"
        description = "A working day, hour by hour."
        preview_value = {
            "heading": "A day with a neighbourhood constable",
            "rows": [
                {"time": time(7), "what": "Briefing: what happened overnight, and who needs a visit."},
                {"time": time(15, 20), "what": "The school gate. Half of the job is being seen there every day."},
            ],
        }


class VideoValue(blocks.StructValue):
    """A video as the template shows it."""

    @property
    def media_type(self) -> str:
        """Return the file's type as browsers name it."""
        video = self["video"]
        return VIDEO_TYPES.get(video.file_extension.lower(), "") if video else ""


class VideoBlock(blocks.StructBlock):
    """A video that everybody can follow: with captions and a transcript, and nothing embedded from elsewhere."""

    title = blocks.CharBlock(max_length=120, help_text="What one sees, for example: Morning in the stables.")
    video = DocumentChooserBlock(required=False, help_text="A file of ours: MP4 or WebM.")
    captions = DocumentChooserBlock(required=False, help_text="A .vtt file. Needed for a file of ours.")
    language = blocks.RegexBlock(
        regex=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$",
        default="en",
        max_length=10,
        help_text="The language of the captions, for example: en.",
        error_messages={"invalid": "Enter a language like en or fr."},
    )
    poster = ImageChooserBlock(required=False, help_text="Shown until the video is started.")
    address = blocks.URLBlock(
        required=False, help_text="Instead of a file: a page elsewhere that shows the video. It opens as a plain link."
    )
    has_captions_there = blocks.BooleanBlock(
        required=False, label="The video there has captions", help_text="Look before you tick."
    )
    transcript = blocks.RichTextBlock(
        features=TEXT_FEATURES, help_text="Everything that is said, and what can be seen where it matters."
    )

    class Meta:
        icon = "media"
        template = "components/blocks/video.html"
        value_class = VideoValue
        description = "A video with captions and a transcript."
        preview_value = {
            "title": "Morning in the stables",
            "address": "https://video.example.org/stables",
            "has_captions_there": True,
            "transcript": "<p>It is six o’clock. Somebody sweeps. A horse looks over a door.</p>",
        }

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Ask for a file with captions or an address with captions; a draft may still lack them."""
        value = super().clean(value)
        errors = self._wrong_files(value)
        if not self.is_deferred_validation:
            errors |= self._missing(value)
        if errors:
            raise blocks.StructBlockValidationError(
                block_errors={name: ValidationError(message) for name, message in errors.items()}
            )
        return value

    @staticmethod
    def _wrong_files(value: blocks.StructValue) -> dict[str, str]:
        errors = {}
        if value["video"] and not value.media_type:
            errors["video"] = "Choose an MP4 or WebM file."
        if value["captions"] and value["captions"].file_extension.lower() != "vtt":
            errors["captions"] = "Choose a .vtt file."
        return errors

    @staticmethod
    def _missing(value: blocks.StructValue) -> dict[str, str]:
        if bool(value["video"]) == bool(value["address"]):
            return {"video": "Choose a file or enter an address, one of the two."}
        if value["video"] and not value["captions"]:
            return {"captions": "Add the captions: without them deaf people are left out."}
        if value["address"] and not value["has_captions_there"]:
            return {"has_captions_there": "Link to a video with captions, and tick this."}
        return {}


class RelatedEventsBlock(blocks.StreamBlock):
    """Events that a story leads to."""

    # By name: careers and events know nothing of each other (DESIGN, direction of imports).
    event = blocks.PageChooserBlock(
        page_type="events.EventPage", icon="date", help_text="An event where people like this speak."
    )

    class Meta:
        icon = "date"
        required = False
        max_num = 4


class RouteBlock(blocks.StructBlock):
    """One way into a role."""

    name = blocks.CharBlock(max_length=120, help_text="For example: With a degree in any subject.")
    text = blocks.RichTextBlock(features=TEXT_FEATURES, help_text="Who it is for, what it asks and how long it takes.")

    class Meta:
        icon = "order-down"
        template = "components/blocks/route.html"
        description = "One way into the role."
        preview_value = {
            "name": "With a degree in any subject",
            "text": "<p>Two years, with a working week from the first month.</p>",
        }


class BenefitBlock(blocks.StructBlock):
    """One benefit: what it is, who it is for and how to get it."""

    name = blocks.CharBlock(max_length=120)
    what = blocks.TextBlock(max_length=400, rows=3, help_text="What people get, in one to three sentences.")
    who_for = blocks.CharBlock(max_length=200, label="Who it is for")
    how_to_get_it = blocks.CharBlock(max_length=200, help_text="The first step, for example: ask your line manager.")

    class Meta:
        icon = "pick"


class BenefitGroupBlock(blocks.StructBlock):
    """Benefits of one kind."""

    heading = blocks.CharBlock(max_length=80, help_text="For example: Time, Family, Growing, Support.")
    benefits = blocks.ListBlock(BenefitBlock(), min_num=1)

    class Meta:
        icon = "list-ul"
        template = "components/blocks/benefit_group.html"
        description = "A group of benefits, each with who it is for and how to get it."
        preview_value = {
            "heading": "Time",
            "benefits": [
                {
                    "name": "Job sharing",
                    "what": "Two people, one post, one handover a week.",
                    "who_for": "Officers and staff, in most roles",
                    "how_to_get_it": "Talk to your line manager, or ask before you start",
                }
            ],
        }


class FaqGroupBlock(blocks.StructBlock):
    """Questions about one subject."""

    heading = blocks.CharBlock(max_length=80, help_text="For example: Before you apply.")
    questions = blocks.ListBlock(QuestionAnswerBlock(), min_num=1)

    class Meta:
        icon = "help"
        template = "components/blocks/faq_group.html"
        description = "Questions about one subject, with their answers."
        preview_value = {
            "heading": "Before you apply",
            "questions": [QUESTION],
        }


class StageBlock(blocks.StructBlock):
    """One stage of an application."""

    name = blocks.CharBlock(max_length=120, help_text="For example: The online form.")
    what_happens = blocks.RichTextBlock(features=TEXT_FEATURES)
    how_long = blocks.CharBlock(max_length=120, help_text="For example: about an hour; an answer within two weeks.")
    prepare = blocks.TextBlock(max_length=400, rows=3, label="How to prepare", required=False)

    class Meta:
        icon = "tasks"
        template = "components/blocks/stage.html"
        description = "One stage of an application: what happens, how long it takes and how to prepare."
        preview_value = {
            "name": "The online form",
            "what_happens": "<p>Who you are, where you have lived, what you have done.</p>",
            "how_long": "About an hour",
            "prepare": "Have your addresses of the last three years ready.",
        }


def readers_stories() -> list[tuple[str, str]]:
    """Return the stories that may be quoted, by number: who told one stands nowhere in the CMS's pages."""
    stories = apps.get_model("careers", "StorySubmission").objects
    found = stories.filter(erased_at=None).exclude(state__in=["new", "declined", "closed"]).order_by("-pk")
    return [(str(story.pk), f"{story}, {story.get_state_display().lower()}") for story in found]


class ReaderStoryBlock(blocks.ChoiceBlock):
    """Whose words these are: by it the page is found when the consent ends."""

    def extract_references(self, value: str) -> Iterator[tuple[Any, str, str, str]]:
        """Tell Wagtail's reference index."""
        if value:
            yield apps.get_model("careers", "StorySubmission"), str(value), "", ""

    class Meta:
        icon = "openquote"


class ReaderQuoteBlock(QuoteBlock):
    """A sentence from a reader's story."""

    story = ReaderStoryBlock(
        choices=readers_stories,
        help_text="The story that the words are from. The teller sees this page before it is published.",
    )

    class Meta:
        icon = "openquote"
        label = "Quote from a reader"
        template = "components/blocks/quote.html"
        description = "One or two sentences from a reader’s story. The page comes off the site when the consent ends."


class CareersBodyBlock(BodyBlock):
    """What an editor builds a careers page from."""

    facts = FactsBlock()
    question_answer = QuestionAnswerBlock()
    day = DayBlock()
    video = VideoBlock()
    reader_quote = ReaderQuoteBlock()
