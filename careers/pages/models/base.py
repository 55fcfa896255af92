"""What every careers page has: one clear next step."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from careers.pages import queries
from careers.pages.admin_forms import CareersPageForm
from careers.pages.rules import missing_for_publication
from portal.models import BasePage
from portal.rules import Problem


class CareersBasePage(BasePage):
    """A page that ends in one next step: the editor's own, or the one that its kind of page leads to."""

    next_step_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="next step leads to",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Leave all three empty for the usual next step of this kind of page.",
    )
    next_step_text = models.CharField(
        "words on the button", max_length=60, blank=True, help_text="What happens next, for example: See the roles."
    )
    next_step_reason = models.CharField(
        "sentence above the button", max_length=200, blank=True, help_text="Why somebody would take it."
    )

    # The kind of page (a model of this app) that the usual next step leads to.
    usual_next_step: ClassVar[str] = "eligibilitypage"
    base_form_class = CareersPageForm
    next_step_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [FieldPanel("next_step_page"), FieldPanel("next_step_text"), FieldPanel("next_step_reason")],
            heading="Next step",
        )
    ]

    class Meta:
        abstract = True

    def missing_for_publication(self) -> list[Problem]:
        """Return what keeps the page from being published, where no form can say so."""
        return super().missing_for_publication() + missing_for_publication(introduction=self.introduction)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add where this page leads."""
        context = super().get_context(request, *args, **kwargs)
        context["next_step"] = queries.next_step(self)
        return context
