"""The page where a question is asked."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from careers.contact import views
from careers.pages.blocks import CareersBodyBlock
from careers.pages.models.base import CareersBasePage
from portal.models import BasePage


class ContactPage(CareersBasePage):
    """Where somebody asks a recruiter."""

    body = StreamField(CareersBodyBlock(), blank=True, help_text="Shown beside the form, for example who answers.")

    usual_next_step = "storyindexpage"
    template = "careers/contact/form.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = []
    max_count_per_parent = 1
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
        *CareersBasePage.next_step_panels,
    ]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, take it, or say what happens next."""
        return views.contact_view(request, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add an empty form, so that previews show one."""
        context = super().get_context(request, *args, **kwargs)
        context["form"] = views.empty_form()
        return context
