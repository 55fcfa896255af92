"""A programme and its phases, each an event; and the charities that people come through."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.programmes.rules import Question, questions_from


class Programme(models.Model):
    """What goes on from phase to phase. Pages of one programme name it alike."""

    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Phase(models.Model):
    """One run of a programme: an event with its questions. Written by publishing (`publish_page`)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="phases")
    number = models.PositiveSmallIntegerField()
    event = models.OneToOneField("events.Event", on_delete=models.PROTECT, related_name="phase")
    questions = models.JSONField(default=list, help_text="As they are asked now; each answer keeps its own label.")
    words = models.JSONField(default=dict, help_text="By language and question: label and answers to choose from.")
    # The version of the event that the pairs' calendars were last brought up to.
    told_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="phase_once_a_programme"),
            models.CheckConstraint(condition=Q(number__gte=1), name="phase_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.programme}, phase {self.number}"

    def questions_in(self, language: str) -> list[Question]:
        """Return the questions in a language, or in the first one where it has none."""
        return questions_from(self.questions, self.words.get(language, {}))


class Charity(models.Model):
    """A partner through whom people come. Its staff see those people, and nothing else of the CMS."""

    partner = models.OneToOneField("events.Partner", on_delete=models.PROTECT, related_name="charity")
    code = models.SlugField(max_length=40, unique=True, help_text="In its link: …/register/?from=code")
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="charities")

    class Meta:
        ordering = ["partner__name"]
        verbose_name_plural = "charities"

    def __str__(self) -> str:
        return str(self.partner)
