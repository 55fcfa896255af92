"""What event pages say where they are shared, searched or read by a machine."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from events.pages.queries import EventView, event_view
from events.schedule.models import Event
from events.schedule.rules import Availability, EventKind, EventStatus, full_title
from portal.found import structured
from portal.found.pages import Row
from portal.found.structured import Thing
from portal.when import describe_date

if TYPE_CHECKING:
    from events.pages.models import EventPage

OFFERS = {
    Availability.OPEN: structured.IN_STOCK,
    Availability.WAITING_LIST: structured.SOLD_OUT,
    Availability.NOT_YET: structured.PRE_ORDER,
}


STATUSES = {
    Availability.CANCELLED: structured.CANCELLED,
    Availability.POSTPONED: structured.POSTPONED,
}


def is_cancelled(details: EventView) -> bool:
    """Whether the event does not take place."""
    return details.availability is Availability.CANCELLED


def card_line(details: EventView) -> str:
    """Return what stands above the title on an event's card: its kind and its day."""
    session = details.next_session
    if session is None:
        return details.kind_label
    day = describe_date(session.local_start, str(session.local_start.tzinfo))
    return f"{details.kind_label} · {day}"


def event_data(page: "EventPage", *, url: str, image: str) -> list[Thing]:
    """Return the event for machines; nothing while it has no date."""
    details = page.details
    if not details.sessions:
        return []
    is_ours = details.kind is not EventKind.EXTERNAL
    parts = [
        structured.Part(
            title=full_title(page.title, session.title),
            starts_at=session.local_start,
            ends_at=session.local_end,
            place=session.place,
            is_online=session.is_online,
        )
        for session in details.sessions
    ]
    register = settings.BASE_URL + reverse("registration:register", args=[details.slug])
    event = structured.event(
        base_url=settings.BASE_URL,
        url=url,
        title=page.title,
        description=page.summary,
        image=image,
        language=page.locale.language_code,
        parts=parts,
        status=STATUSES.get(details.availability, structured.SCHEDULED),
        is_ours=is_ours,
        performers=[(row.speaker.name, row.speaker.role) for row in page.speakers_in_order],
        offer_url=register if is_ours else "",
        availability=OFFERS.get(details.availability, ""),
        offered_from=details.opens_at,
    )
    return [event]


def search_rows(pages: Sequence["EventPage"], *, now: datetime) -> dict[int, Row]:
    """Return the rows of event pages with their dates; events, pools and sessions are three statements."""
    keys = [page.translation_key for page in pages]
    found = Event.objects.filter(key__in=keys).prefetch_related("pools", "sessions")
    views = {event.key: event_view(event, now=now) for event in found}
    return {page.pk: _row(page, views.get(page.translation_key)) for page in pages}


def _row(page: "EventPage", view: EventView | None) -> Row:
    if view is None:
        return Row(title=page.title, kind=str(page.kind_in_words), text=page.summary)
    session = view.next_session
    when = ""
    if session is not None:
        when = f"{describe_date(session.local_start, str(session.local_start.tzinfo))}, {session.times}"
    note = ""
    if is_cancelled(view):
        note = gettext("Cancelled")
    elif view.is_off:
        note = gettext("Postponed: a new date follows")
    elif view.is_past:
        note = gettext("This event is over.")
    return Row(title=page.title, kind=view.kind_label, text=page.summary, when=when, note=note)


def events_over(keys: Sequence[Any], *, now: datetime) -> set[Any]:
    """Return those of some pages' translation keys whose events are over or off; one statement."""
    shown = Event.objects.filter(key__in=keys)
    over = shown.filter(last_ends_at__lte=now) | shown.exclude(status=EventStatus.PUBLISHED)
    return set(over.values_list("key", flat=True))
