"""The words of a mail, as an editor wrote them. What a mail must say comes from its template all the same."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from events.outbox.messages import kind_of
from events.registration.wording_rules import WORDED_KINDS, wording_problems
from portal.wording import LONGEST_SUBJECT, Wording

TAKEN = "There are words for this mail in this language already. Edit those."
HTML, TEXT, CALENDAR = "html", "text", "calendar"


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of mail that are sent, in a reader's words."""
    return [(name, kind.label) for name, kind in WORDED_KINDS.items() if kind_of(name) is not None]


def language_choices() -> list[tuple[str, str]]:
    """Return the site's languages."""
    return list(settings.LANGUAGES)


class MailWording(PreviewableMixin, DraftStateMixin, RevisionMixin, models.Model):
    """The words for one kind of mail in one language. An empty field: the template's own words."""

    kind = models.CharField("mail", max_length=40, choices=kind_choices)
    language = models.CharField(max_length=10, choices=language_choices)
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True, help_text="One line. Empty: the usual subject.")
    opening = models.TextField(
        blank=True,
        max_length=2000,
        help_text="The first words after “Hello …,”. An empty line starts a new paragraph. Empty: the usual words.",
    )
    closing = models.TextField(
        blank=True,
        max_length=2000,
        help_text="The last words above the foot. Empty: the usual words, if there are any.",
    )

    class Meta:
        verbose_name = "mail wording"
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"], name="mail_wording_once", violation_error_message=TAKEN
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.get_language_display()}"

    @property
    def label(self) -> str:
        """Return the kind in a reader's words."""
        return WORDED_KINDS[self.kind].label if self.kind in WORDED_KINDS else self.kind

    @property
    def wording(self) -> Wording:
        """Return the words alone."""
        return Wording(subject=self.subject, opening=self.opening, closing=self.closing)

    def clean(self) -> None:
        """Refuse placeholders that do not exist, and what no mail can hold."""
        super().clean()
        errors: dict[str, list[str]] = {}
        for problem in wording_problems(self.kind, self.wording):
            errors.setdefault(problem.field, []).append(problem.message)
        if errors:
            raise ValidationError(errors)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Offer the parts of the mail."""
        worded = WORDED_KINDS.get(self.kind)
        calendar = [(CALENDAR, "Calendar file (.ics)")] if worded is not None and worded.method else []
        return [(HTML, "HTML"), (TEXT, "Text"), *calendar]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the mail with these words, to somebody who does not exist."""
        # A Wagtail model is model and view in one; composing stands on the models, so it is asked for here.
        from events.registration.previews import preview_wording  # noqa: PLC0415

        return preview_wording(request, wording=self, mode=mode_name)
