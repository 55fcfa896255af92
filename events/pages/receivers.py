"""Wagtail's publish and unpublish signals: the one way from a page to what people register for."""

from typing import Any

import structlog
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from events.pages.models import EventPage
from events.schedule.services import publish_event, withdraw_event

log = structlog.get_logger(__name__)


@receiver(page_published, sender=EventPage, dispatch_uid="events.project")
def project(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    """Project a published page. One that is only scheduled is not live yet and changes nothing."""
    if not instance.live:
        return
    if problems := instance.missing_for_publication():
        # Only code can get here: the form, the bulk action and the scheduler refuse such a page first.
        log.error("event.not_projected", page=instance.pk, fields=[problem.field for problem in problems])
        return
    publish_event(spec=instance.spec(), now=timezone.now())


@receiver(page_unpublished, sender=EventPage, dispatch_uid="events.withdraw")
def withdraw(sender: type[EventPage], instance: EventPage, **kwargs: Any) -> None:
    """Withdraw the event of an unpublished page; Wagtail unpublishes before it deletes."""
    withdraw_event(key=instance.translation_key, now=timezone.now())
