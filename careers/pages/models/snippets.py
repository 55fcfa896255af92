"""Teams and themes: what stories are sorted by."""

from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin
from wagtail.search import index
from wagtail.snippets.models import register_snippet
from wagtail_localize.fields import SynchronizedField


class Label(TranslatableMixin, index.Indexed, models.Model):
    """A word that visitors choose stories by. Its short name stands in addresses and is the same in all languages."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(
        "short name",
        max_length=60,
        help_text="Stands in the address of the filtered list: small letters, digits and hyphens.",
    )

    override_translatable_fields: ClassVar[list[Any]] = [SynchronizedField("slug", overridable=False)]
    panels: ClassVar[list[Any]] = [FieldPanel("name"), FieldPanel("slug")]
    search_fields: ClassVar[list[Any]] = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@register_snippet
class Team(Label):
    """A team that people of the stories work in."""

    class Meta(Label.Meta):
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="team_once_a_language")]


@register_snippet
class StoryTheme(Label):
    """What a story is about, besides the work."""

    class Meta(Label.Meta):
        verbose_name = "theme of stories"
        verbose_name_plural = "themes of stories"
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="story_theme_once_a_language")]
