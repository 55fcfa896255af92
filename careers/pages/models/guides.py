"""The front page of careers, and the guides: benefits, questions, how applying works."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from careers.pages import found, queries
from careers.pages.blocks import BenefitGroupBlock, CareersBodyBlock, FaqGroupBlock, StageBlock
from careers.pages.models.base import CareersBasePage
from portal.found.structured import Thing
from portal.models import BasePage


class CareersPage(CareersBasePage):
    """The way in: why, who and what next."""

    body = StreamField(CareersBodyBlock(), blank=True)

    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("body")]
    template = "careers/careers_page.html"
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = [
        "careers.StoryIndexPage",
        "careers.RoleIndexPage",
        "careers.BenefitsPage",
        "careers.ApplicationPage",
        "careers.FaqPage",
        "careers.EligibilityPage",
        "careers.ContactPage",
        "portal.ContentPage",
    ]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("body"),
        *CareersBasePage.next_step_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the latest stories, the roles and the pages below."""
        context = super().get_context(request, *args, **kwargs)
        context |= queries.front(self)
        return context


class BenefitsPage(CareersBasePage):
    """What the job gives, by group: each with who it is for and how to get it."""

    groups = StreamField([("group", BenefitGroupBlock())], blank=True)
    body = StreamField(CareersBodyBlock(), blank=True)

    usual_next_step = "roleindexpage"
    template = "careers/benefits_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        index.SearchField("groups"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("groups"),
        FieldPanel("body"),
        *CareersBasePage.next_step_panels,
    ]


class FaqPage(CareersBasePage):
    """Questions that people ask, by subject."""

    groups = StreamField([("group", FaqGroupBlock())], blank=True)

    kind_in_words = gettext_lazy("Questions and answers")
    usual_next_step = "contactpage"
    template = "careers/faq_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.SearchField("groups")]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("groups"),
        *CareersBasePage.next_step_panels,
    ]

    def structured_data(self, request: HttpRequest, *, url: str, image: str) -> list[Thing]:
        """Add the questions with their answers."""
        return found.faq_data(self, url=url)


class ApplicationPage(CareersBasePage):
    """How applying works, stage by stage."""

    stages = StreamField([("stage", StageBlock())], blank=True)
    body = StreamField(CareersBodyBlock(), blank=True)

    template = "careers/application_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        index.SearchField("stages"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("stages"),
        FieldPanel("body"),
        *CareersBasePage.next_step_panels,
    ]
