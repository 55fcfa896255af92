"""The pages: the sign-up form with the archive below it, and an issue."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from events.newsletter import previews, queries, views
from events.newsletter.admin_forms import IssuePageForm
from events.newsletter.blocks import IssueBlock
from events.newsletter.rules import issue_problems
from portal.blocks import BodyBlock
from portal.models import BasePage
from portal.panels import ChecklistItem
from portal.rules import Problem
from portal.security import CMS_CSP


class NewsletterPage(BasePage):
    """Where people sign up, and what was sent before."""

    body = StreamField(BodyBlock(), blank=True, help_text="Shown beside the form: what people will get, and how often.")

    template = "events/newsletter/newsletter_page.html"
    in_footer = True
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["events.IssuePage"]
    max_count_per_parent = 1
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    kind_in_words = gettext_lazy("Newsletter")
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
    ]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, take it, or say what happens next."""
        return views.newsletter_view(request, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add an empty form, so that previews show one, and the archive."""
        context = super().get_context(request, *args, **kwargs)
        context["form"] = views.empty_form(request)
        context["issues"] = queries.archive_of(self)
        return context


class IssuePage(BasePage):
    """One issue, as editors write it. Publishing it puts it into the archive; sending it is a step of its own."""

    subject = models.CharField(
        max_length=150, blank=True, help_text="What the mail is called in an inbox. Empty: the title."
    )
    topics = models.JSONField(default=list, blank=True)
    send_at = models.DateTimeField(
        "meant to go out",
        null=True,
        blank=True,
        help_text="London time. What you propose to whoever sends it: nothing leaves by itself.",
    )
    body = StreamField(IssueBlock(), blank=True)

    # Written once, for all languages.
    override_translatable_fields: ClassVar[list[Any]] = [
        *BasePage.override_translatable_fields,
        SynchronizedField("topics", overridable=False),
        SynchronizedField("send_at", overridable=False),
    ]
    template = "events/newsletter/issue_page.html"
    parent_page_types: ClassVar[list[str]] = ["events.NewsletterPage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = IssuePageForm
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    kind_in_words = gettext_lazy("Newsletter")
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        HelpPanel(
            "<p>Publishing puts the issue into the archive on the website. It is sent under Newsletter, Issues, by "
            "whoever may send: at once or at a time.</p>"
        ),
        *BasePage.introduction_panels,
        MultiFieldPanel([FieldPanel("subject"), FieldPanel("topics"), FieldPanel("send_at")], heading="The mail"),
        FieldPanel("body"),
    ]

    def checklist(self) -> list[ChecklistItem]:
        """Return what an editor looks at before publishing."""
        has_parts = len(self.body) > 0
        return [
            ChecklistItem(
                label="At least one part",
                is_done=has_parts,
                advice="add a story, events or a paragraph: nobody opens an empty mail twice.",
                is_needed=True,
            ),
            *super().checklist(),
        ]

    def missing_for_publication(self) -> list[Problem]:
        """Return what keeps the issue from being published."""
        return super().missing_for_publication() + issue_problems(parts=len(self.body), topics=self.topics)

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """Offer the mail beside the page, in both of its parts."""
        return [("", "The page"), *previews.MODES.items()]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the page, or the mail to somebody who gets every topic."""
        if mode_name not in previews.MODES:
            return super().serve_preview(request, mode_name)
        content, kind = previews.preview_of(self, mode_name, now=timezone.now())
        return csp_override(CMS_CSP)(lambda _: HttpResponse(content, content_type=kind))(request)

    @cached_property
    def parts(self) -> Sequence[dict[str, Any]]:
        """Return the parts as visitors see them: events as they were next when the issue was sent, else as of now."""
        return queries.parts_of(self, at=queries.sent_at(self) or timezone.now())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the parts."""
        context = super().get_context(request, *args, **kwargs)
        context["parts"] = self.parts
        context["sent_at"] = queries.sent_at(self)
        return context
