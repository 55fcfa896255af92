"""Snippets: the people who speak at events and the organisations that run them with us."""

from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail.snippets.models import register_snippet


@register_snippet
class Speaker(TranslatableMixin, index.Indexed, models.Model):
    """Somebody who speaks at an event, in the role that brings them there."""

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=160, blank=True)
    biography = models.TextField(blank=True, max_length=800)
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("biography"),
        FieldPanel("picture"),
    ]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("role"),
    ]

    class Meta(TranslatableMixin.Meta):
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name


@register_snippet
class Partner(index.Indexed, models.Model):
    """An organisation that we do an event with."""

    name = models.CharField(max_length=160, unique=True)
    address = models.URLField("website", blank=True)
    logo = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    panels: ClassVar[list[Any]] = [FieldPanel("name"), FieldPanel("address"), FieldPanel("logo")]
    search_fields: ClassVar[list[Any]] = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
