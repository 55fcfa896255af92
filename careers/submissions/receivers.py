"""Wagtail's own signal: a page that holds a reader's story went live, by hand or at its time."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published

from careers.submissions.services import note_published


@receiver(page_published, dispatch_uid="careers.submissions.published")
def note_story_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Note it; a page without a story passes by."""
    if instance.live:
        note_published(page=instance, now=timezone.now())
