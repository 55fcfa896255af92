"""Reading the schedule."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from events.invites.builder import Entry
from events.invites.rules import Content
from events.schedule.models import Event, SeatPool, in_order
from events.schedule.rules import Availability, EventKind, EventStatus, availability, full_title, is_online


def availability_of(event: Event, *, now: datetime, pool: SeatPool | None = None) -> Availability:
    """Return what can be done with an event now; with a pool, for that pool alone."""
    pools = [pool] if pool else event.pools_in_order
    return availability(
        status=EventStatus(event.status),
        kind=EventKind(event.kind),
        first_starts_at=event.first_starts_at,
        last_ends_at=event.last_ends_at,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        has_free_place=any(p.places_left is None or p.places_left > 0 for p in pools),
        now=now,
    )


def find_event(slug: str) -> Event | None:
    """Return the event that a public address names, with its pools and sessions; never a withdrawn one."""
    if "\x00" in slug:  # PostgreSQL takes no NUL in a text
        return None
    shown = Event.objects.filter(slug=slug).exclude(status=EventStatus.WITHDRAWN)
    return shown.prefetch_related("pools", "sessions").order_by("-published_at").first()


def event_of_key(key: UUID) -> Event | None:
    """Return a page's event with its pools, in one statement for every event that has any."""
    pools = list(SeatPool.objects.filter(event__key=key).select_related("event"))
    if not pools:
        event = Event.objects.filter(key=key).first()
        if event is not None:
            event.pools_in_order = []  # run by somebody else: the look above has found that there are none
        return event
    event = pools[0].event
    event.pools_in_order = in_order(pools)
    return event


def public_feed_events(*, since: datetime) -> QuerySet[Event]:
    """Return what the public feed lists: events that ended, or were withdrawn, after `since`."""
    gone = Q(status=EventStatus.WITHDRAWN, status_at__lte=since)
    listed = Event.objects.filter(last_ends_at__gt=since).exclude(gone)
    return listed.prefetch_related("sessions").order_by("first_starts_at", "pk")


def public_entries(events: Iterable[Event]) -> list[Entry]:
    """Return the public calendar entries of events, from what was prefetched: no attendee and no join link."""
    entries = []
    for event in events:
        off = event.status != EventStatus.PUBLISHED
        for session in event.sessions.all():
            withdrawn = event.status == EventStatus.WITHDRAWN
            online = is_online(EventKind(event.kind), place=session.place)
            place = session.place or ("Online" if online else "")
            content = Content(
                # What was taken off the site is not told in the feed either: subscribers learn only that it is gone.
                title="Event withdrawn" if withdrawn else full_title(event.title, session.title),
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                time_zone=session.time_zone,
                summary="" if withdrawn else event.summary,
                location="" if withdrawn else place,
                online=False,
            )
            entries.append(
                Entry(
                    # Two numbers a version: calling the event off takes the second, and coming back is a version above.
                    uid=session.uid,
                    sequence=2 * session.version + (1 if off else 0),
                    stamp=max(session.changed_at, event.status_at),
                    created_at=session.created_at,
                    content=content,
                    page_url=settings.BASE_URL + ("/events/" if withdrawn else event.path),
                    cancelled=off or session.cancelled_at is not None,
                )
            )
    return entries
