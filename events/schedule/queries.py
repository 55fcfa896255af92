"""Reading the schedule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from events.invites.builder import Entry
from events.invites.rules import Content
from events.schedule.access import ACCESS_ANSWER_LABELS, ACCESS_LABELS, AccessAnswer, AccessFact
from events.schedule.models import Event, SeatPool, Session, in_order
from events.schedule.rules import (
    Availability,
    EventKind,
    EventSpec,
    EventStatus,
    availability,
    full_title,
    is_online,
    pool_kinds,
)
from portal.wall_clock import to_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessInWords:
    """An access fact as a visitor reads it."""

    fact: AccessFact
    label: str
    answer: str
    is_yes: bool


def access_in_words(access: Mapping[str, str], *, facts: Iterable[str] = tuple(AccessFact)) -> list[AccessInWords]:
    """Return the answers in the active language, in the usual order; what does not apply is left out."""
    wanted = set(facts)
    return [
        AccessInWords(
            fact=fact,
            label=gettext(ACCESS_LABELS[fact]),
            answer=_answer_in_words(access[fact], access.get(f"{fact}_date", "")),
            is_yes=access[fact] == AccessAnswer.YES,
        )
        for fact in AccessFact
        if fact in wanted and access.get(fact, AccessAnswer.NOT_APPLICABLE) != AccessAnswer.NOT_APPLICABLE
    ]


def _answer_in_words(answer: str, promised: str) -> str:
    if answer == AccessAnswer.YES and promised:
        # Translators: an access fact that holds from a date, as in "Yes, online by 15 March 2027".
        return gettext("Yes, online by {date}").format(date=date_format(date.fromisoformat(promised), "j F Y"))
    return gettext(ACCESS_ANSWER_LABELS[AccessAnswer(answer)])


def unsaved_event(spec: EventSpec, *, now: datetime) -> Event:
    """Return what publishing would make of a page, for a preview: nothing is written."""
    event = Event(key=spec.key, status=EventStatus.PUBLISHED, kind=spec.kind, slug=spec.slug, path=spec.path)
    event.title, event.summary, event.time_zone = spec.title, spec.summary, spec.time_zone
    event.contact_name, event.contact_email, event.access = spec.contact_name, spec.contact_email, dict(spec.access)
    event.live_sessions = [
        Session(
            pk=number,
            key=row.key,
            title=row.title,
            place=row.place,
            stream_url=row.stream_url,
            time_zone=spec.time_zone,
            starts_at=to_instant(row.starts_local, spec.time_zone),
            ends_at=to_instant(row.ends_local, spec.time_zone),
        )
        for number, row in enumerate(spec.sessions)
    ]
    event.pools_in_order = [SeatPool(event=event, kind=kind) for kind in pool_kinds(spec.kind, online=True)]
    event.published_at = event.status_at = event.created_at = now
    return event


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
        by_interest=event.by_interest,
    )


def rules_of(event: Event) -> list[str]:
    """Return the reminder rules in force: nobody is reminded of what does not take place."""
    return list(event.reminders) if event.status == EventStatus.PUBLISHED else []


def next_public_change(*, now: datetime) -> datetime | None:
    """Return when a page that shows events will next say something else by itself, in one statement.

    That is when a session starts or ends, or registration opens or closes.
    """
    coming = Q(last_ends_at__gt=now) | Q(last_ends_at=None)
    moments = ("sessions__starts_at", "sessions__ends_at", "opens_at", "closes_at")
    earliest = Event.objects.exclude(status=EventStatus.WITHDRAWN).filter(coming)
    found = earliest.aggregate(**{name: Min(name, filter=Q(**{f"{name}__gt": now})) for name in moments})
    return min((moment for moment in found.values() if moment is not None), default=None)


def find_event(slug: str) -> Event | None:
    """Return the event that a public address names, with its pools and sessions, in the language that is spoken.

    Never a withdrawn one.
    """
    if "\x00" in slug:  # PostgreSQL takes no NUL in a text
        return None
    shown = Event.objects.filter(slug=slug).exclude(status=EventStatus.WITHDRAWN)
    event = shown.prefetch_related("pools", "sessions").order_by("-published_at").first()
    return event.in_language(get_language() or "") if event else None


def next_event(*, now: datetime) -> Event | None:
    """Return the next published event that people register for here."""
    coming = Event.objects.filter(
        status=EventStatus.PUBLISHED, last_ends_at__gt=now, pools__isnull=False, by_interest=False
    )
    return coming.order_by("first_starts_at", "pk").first()


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
            place = session.place or (gettext("Online") if online else "")
            content = Content(
                # What was taken off the site is not told in the feed either: subscribers learn only that it is gone.
                title=gettext("Event withdrawn") if withdrawn else full_title(event.title, session.title),
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
