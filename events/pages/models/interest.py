"""What an editor writes where people say that they are interested, instead of registering."""

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from events.programmes.rules import (
    QUESTION_LABELS,
    YES_NO,
    PhaseSpec,
    Question,
    QuestionKind,
    choices_in,
    question_problem,
)
from portal.models import BasePage


class ByInterest(BasePage):
    """The part of an event page that makes it a programme by expression of interest."""

    by_interest = models.BooleanField(
        "people express their interest",
        default=False,
        help_text="For a programme: nobody registers. People say that they are interested, and you choose and pair.",
    )
    programme_name = models.CharField(
        max_length=120, blank=True, help_text="The same in every phase, for example: Reverse mentoring."
    )
    phase_number = models.PositiveSmallIntegerField("phase", default=1)

    synchronized: ClassVar[list[Any]] = [
        SynchronizedField(name, overridable=False) for name in ("by_interest", "programme_name", "phase_number")
    ]
    interest_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                HelpPanel(
                    "<p>Name, email address, age and access needs are always asked. Write here what else you need to "
                    "know. Who has answered keeps her answer to the question as she read it.</p>"
                ),
                FieldPanel("by_interest"),
                FieldRowPanel([FieldPanel("programme_name"), FieldPanel("phase_number")]),
                InlinePanel("questions", label="Question"),
            ],
            heading="Expression of interest",
        )
    ]

    class Meta:
        abstract = True

    def phase_spec(self) -> PhaseSpec | None:
        """Return what publishing projects besides the event; None for an event that people register for."""
        if not self.by_interest:
            return None
        return PhaseSpec(
            programme=self.programme_name,
            number=self.phase_number,
            questions=tuple(row.question() for row in self.questions.all()),
        )

    def question_words(self) -> dict[str, dict[str, Any]]:
        """Return the words of a translation, by question."""
        rows = [row.question() for row in self.questions.all()]
        return {row.key: {"label": row.label, "choices": [value for value, _ in row.choices]} for row in rows}


class EventPageQuestion(TranslatableMixin, Orderable):
    """A question to whoever is interested. `key` stays the same through every edit, and in a copy of the page."""

    page = ParentalKey("events.EventPage", on_delete=models.CASCADE, related_name="questions")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    label = models.CharField("question", max_length=255)
    kind = models.CharField(
        "answered",
        max_length=6,
        choices=[(kind.value, label) for kind, label in QUESTION_LABELS.items()],
        default=QuestionKind.TEXT.value,
    )
    choices = models.TextField(
        "answers to choose from", blank=True, help_text="One a line. Only for “one of several answers”."
    )
    is_required = models.BooleanField("must be answered", default=False)

    override_translatable_fields: ClassVar[list[Any]] = [
        SynchronizedField("kind", overridable=False),
        SynchronizedField("is_required", overridable=False),
    ]
    panels: ClassVar[list[Any]] = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("is_required")]),
        FieldPanel("choices"),
    ]

    class Meta(Orderable.Meta):
        unique_together = TranslatableMixin.Meta.unique_together

    def clean(self) -> None:
        """Refuse a choice without answers to choose from."""
        super().clean()
        if self.kind in set(QuestionKind) and (
            problem := question_problem(kind=QuestionKind(self.kind), lines=self.choices)
        ):
            raise ValidationError({"choices": problem})

    def question(self) -> Question:
        """Return it as it is projected."""
        kind = QuestionKind(self.kind)
        lines = choices_in(self.choices) if kind is QuestionKind.CHOICE else ()
        return Question(
            key=str(self.key),
            label=self.label,
            kind=kind,
            is_required=self.is_required,
            choices=YES_NO if kind is QuestionKind.YES_NO else tuple((line, line) for line in lines),
        )
