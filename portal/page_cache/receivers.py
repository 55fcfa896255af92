"""Everything that public pages show and that editors change: saving or deleting it drops the kept pages (ADR 11).

These signals decide nothing about the portal's business; they only say that something has changed. What changes
without an editor (places, times, states) is dropped by the services that change it.
"""

from functools import cache
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from modelcluster.fields import ParentalKey
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import AbstractSetting
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail.snippets.models import get_snippet_models

from portal.page_cache.generation import drop_pages

SHOWN = (Page, AbstractImage, AbstractDocument, AbstractSetting, Locale, PageViewRestriction, Redirect, Site)
# What saving a draft, locking and moderating write to a page's row: no visitor sees any of it.
OF_DRAFTS = frozenset(
    {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "locked",
        "locked_at",
        "locked_by",
    }
)


@cache
def is_shown(model: type[Model]) -> bool:
    """Whether public pages may show rows of a model; the rows that a page or a setting has in itself count too."""
    if issubclass(model, SHOWN) or model in get_snippet_models():
        return True
    return any(isinstance(field, ParentalKey) and is_shown(field.related_model) for field in model._meta.fields)


@receiver(post_save, dispatch_uid="page_cache.saved")
def drop_for_saved(sender: type[Model], *, update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
    """Drop for what was saved, unless only a draft was."""
    if is_shown(sender) and not (update_fields and update_fields <= OF_DRAFTS):
        drop_pages()


@receiver(post_delete, dispatch_uid="page_cache.deleted")
def drop_for_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Drop for what is gone."""
    if is_shown(sender):
        drop_pages(addresses=_addresses(instance))


@receiver(page_published, dispatch_uid="page_cache.published")
def drop_for_published(sender: type[Page], **kwargs: Any) -> None:
    """Drop for a page that went live, by hand or by the worker at its time."""
    drop_pages()


@receiver(page_unpublished, dispatch_uid="page_cache.unpublished")
def drop_for_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Drop for a page that is off the site."""
    drop_pages(addresses=_addresses(instance))


@receiver(post_page_move, dispatch_uid="page_cache.moved")
def drop_for_moved(sender: type[Page], url_path_before: str, **kwargs: Any) -> None:
    """Drop for a page with another place in the tree."""
    drop_pages(addresses=_path_of(url_path_before))


def _addresses(instance: Model) -> list[str]:
    return _path_of(instance.url_path) if isinstance(instance, Page) else []


def _path_of(url_path: str) -> list[str]:
    """Return the path at which a page is or was, found without the page: it may be gone, or elsewhere by now."""
    parts = Page(url_path=url_path).get_url_parts()
    return [parts[2]] if parts and parts[2] else []
