"""Roles: what one does, what it gives, what it asks and how one gets there."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from careers.pages import found, queries
from careers.pages.blocks import TEXT_FEATURES, CareersBodyBlock, RouteBlock
from careers.pages.models.base import CareersBasePage
from portal.found.structured import Thing
from portal.models import BasePage


class RoleIndexPage(CareersBasePage):
    """All roles, in the editors' order."""

    pay_note = models.CharField(
        "note about pay",
        max_length=300,
        blank=True,
        help_text="Shown once under the list and on each role, for example where the figures come from.",
    )

    template = "careers/role_index_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.CareersPage"]
    subpage_types: ClassVar[list[str]] = ["careers.RolePage"]
    max_count_per_parent = 1
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("pay_note"),
        *CareersBasePage.next_step_panels,
    ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the published roles."""
        context = super().get_context(request, *args, **kwargs)
        context["roles"] = queries.roles_of(self)
        return context


class RolePage(CareersBasePage):
    """One role."""

    what_you_do = RichTextField(blank=True, features=TEXT_FEATURES)
    hours = models.CharField(
        max_length=200, blank=True, help_text="For example: 40 a week in shifts; part-time and job sharing possible."
    )
    pay = models.CharField("pay range", max_length=120, blank=True, help_text="For example: from £38,000 a year.")
    training = models.CharField(
        "training and start", max_length=200, blank=True, help_text="For example: 13 weeks, then a tutor beside you."
    )
    what_it_takes = RichTextField(
        blank=True, features=TEXT_FEATURES, help_text="What one needs, and what one does not."
    )
    entry_routes = StreamField([("route", RouteBlock())], blank=True, help_text="The ways in, the usual one first.")
    applications_close = models.DateField(
        "applications close on",
        null=True,
        blank=True,
        help_text="Fill this in while people can apply for this role, and search engines list it among open jobs "
        "until the end of that day. Leave it empty otherwise.",
    )
    workplace = models.CharField(
        max_length=80, blank=True, help_text="The town or city that one works in, for example: London."
    )
    body = StreamField(CareersBodyBlock(), blank=True, verbose_name="more about the role")

    template = "careers/role_page.html"
    parent_page_types: ClassVar[list[str]] = ["careers.RoleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar[list[Any]] = [
        *BasePage.search_fields,
        index.SearchField("what_you_do"),
        index.SearchField("what_it_takes"),
        index.SearchField("entry_routes"),
        index.SearchField("pay"),
        index.SearchField("hours"),
        index.SearchField("training"),
        index.SearchField("body"),
    ]
    kind_in_words = gettext_lazy("Role")
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        *BasePage.introduction_panels,
        FieldPanel("what_you_do"),
        MultiFieldPanel([FieldPanel("hours"), FieldPanel("pay"), FieldPanel("training")], heading="At a glance"),
        FieldPanel("what_it_takes"),
        FieldPanel("entry_routes"),
        MultiFieldPanel([FieldPanel("applications_close"), FieldPanel("workplace")], heading="Open for applications"),
        FieldPanel("body"),
        *CareersBasePage.next_step_panels,
    ]

    def structured_data(self, request: HttpRequest, *, url: str, image: str) -> list[Thing]:
        """Add the role as an open job while it is one."""
        return found.role_data(self, request, url=url, now=timezone.now())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the note about pay of the list, and the stories of people in this role."""
        context = super().get_context(request, *args, **kwargs)
        context["pay_note"] = queries.pay_note(self)
        context["open_until"] = found.open_until(self, now=timezone.now())
        context["stories"] = queries.stories_about(self)
        return context
