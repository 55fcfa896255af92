"""What staff change from the console and no feature below does: who runs an event, and calling it off by its page."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Revision

from events.pages.models import EventPage
from events.schedule.models import Event


@transaction.atomic
def choose_officers(*, event_id: int, officer_ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """Make these and nobody else run an event; return who was added and who was taken off."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    before, after = set(event.officers.values_list("pk", flat=True)), set(officer_ids)
    event.officers.set(after)
    return sorted(after - before), sorted(before - after)


def called_off(page: EventPage, *, postponed: bool, message: str) -> EventPage:
    """Return a page with the flag and the words to its people, for a forecast or to be published; nothing is saved."""
    page.is_cancelled, page.is_postponed = not postponed, postponed
    page.cancellation_note = message
    return page


@transaction.atomic
def call_off(*, page_id: int, postponed: bool, message: str, by: Any) -> None:
    """Publish what is public now with the flag and the words; the draft that somebody works on keeps its other changes.

    What follows is the projection's: everybody is told after the quiet period.
    """
    page = EventPage.objects.select_for_update().get(pk=page_id)
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes else None
    revision: Revision = called_off(page, postponed=postponed, message=message).save_revision(
        user=by, changed=True, clean=False
    )
    PublishPageRevisionAction(revision, user=by).execute()
    if draft is not None:
        # Above the published one, so that the editor finds the work again.
        called_off(draft, postponed=postponed, message=message).save_revision(user=by, clean=False)
