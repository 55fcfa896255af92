"""Wagtail's publish and unpublish signals: the one way from a page to what people register for."""

from typing import Any

import structlog
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from events.pages.models import EventPage
from events.programmes.services import publish_page, translate_page
from events.schedule.services import withdraw_event, withdraw_translation

log = structlog.get_logger(__name__)


@receiver(page_published, sender=EventPage, dispatch_uid="events.project")
def project(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    """Project a published page. One that is only scheduled is not live yet; an alias shows its source's event."""
    if not instance.live or instance.alias_of_id:
        return
    if instance.is_translation:
        _translate(instance)
        return
    if problems := instance.missing_for_publication():
        # Only code can get here: form, bulk action and approval refuse such a page; what is scheduled passed the form.
        log.error("event.not_projected", page=instance.pk, fields=[str(problem.field) for problem in problems])
        return
    publish_page(spec=instance.spec(), phase=instance.phase_spec(), now=timezone.now())
    # Pages in other languages that were there first have waited for this one.
    for page in _live_translations(instance):
        _translate(page)


def _translate(page: EventPage) -> None:
    translate_page(spec=page.translation_spec(), questions=page.question_words(), now=timezone.now())


@receiver(page_unpublished, sender=EventPage, dispatch_uid="events.withdraw")
def withdraw(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    """Withdraw the event of an unpublished page; Wagtail unpublishes before it deletes."""
    if instance.alias_of_id:
        return
    if instance.is_translation:
        language = instance.locale.language_code
        withdraw_translation(key=instance.translation_key, language=language, now=timezone.now())
        return
    # The event is gone in every language: a page that stayed would offer what nobody can book.
    for page in _live_translations(instance):
        page.unpublish()
    withdraw_event(key=instance.translation_key, now=timezone.now())


def _live_translations(page: EventPage) -> QuerySet[EventPage]:
    return EventPage.objects.filter(translation_key=page.translation_key, live=True, alias_of=None).exclude(pk=page.pk)
