"""What the public pages show, read with a fixed number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, gettext
from wagtail.models import Page

from events.invites.links import google_link, office_link, outlook_link
from events.invites.rules import Content
from events.registration.rules import LIVE_STATES
from events.schedule.access import AccessAnswer
from events.schedule.models import Event, SeatPool
from events.schedule.queries import AccessInWords, access_in_words, availability_of, event_of_key
from events.schedule.rules import KIND_LABELS, Availability, EventKind, EventSpec, EventStatus, full_title, is_online
from portal.queries import published_in_language
from portal.wall_clock import to_instant, to_local
from portal.when import clock_words, describe_span, describe_times, zone_label

if TYPE_CHECKING:
    from events.pages.models import CampaignPage, EventIndexPage, EventPage

EVENTS_A_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One session as a visitor reads it: the date is a typographic object of its own."""

    title: str
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    local_end: datetime
    times: str
    span: str
    zone: str
    place: str
    is_online: bool
    is_past: bool
    is_live: bool
    calendar_links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """An event as a page or a list shows it."""

    title: str
    summary: str
    kind: EventKind
    kind_label: str
    path: str
    slug: str
    availability: Availability
    sessions: tuple[SessionView, ...]
    pools: tuple[SeatPool, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    cancellation_note: str
    contact_name: str
    contact_email: str
    access: tuple[AccessInWords, ...] = ()
    recording_url: str = ""

    @property
    def next_session(self) -> SessionView | None:
        """Return the first session that has not ended, or the last one of a past event."""
        return next((s for s in self.sessions if not s.is_past), self.sessions[-1] if self.sessions else None)

    @property
    def is_off(self) -> bool:
        """Whether it does not take place at the times that it names: it is cancelled, or postponed."""
        return self.availability in {Availability.CANCELLED, Availability.POSTPONED}

    @property
    def is_past(self) -> bool:
        """Whether the last session is over."""
        return self.availability is Availability.PAST

    @property
    def is_live(self) -> bool:
        """Whether one of the sessions takes place now."""
        return not self.is_off and any(session.is_live for session in self.sessions)

    @property
    def few_left(self) -> bool:
        """Whether every pool is nearly full."""
        return bool(self.pools) and all(pool.few_left for pool in self.pools)


def has_source(key: UUID) -> bool:
    """Whether a page's event has a page in the site's first language, published or not."""
    return Page.objects.filter(translation_key=key, locale__language_code=settings.LANGUAGE_CODE).exists()


def places_held(key: UUID) -> dict[str, int]:
    """Return how many places of each pool are held in the event of a page."""
    return dict(SeatPool.objects.filter(event__key=key).values_list("kind", "holding"))


def people_by_pool(key: UUID) -> dict[str, int]:
    """Return how many people are registered or wait in each pool of a page's event."""
    live = Q(registrations__state__in=LIVE_STATES)
    pools = SeatPool.objects.filter(event__key=key).annotate(people=Count("registrations", filter=live))
    return dict(pools.values_list("kind", "people"))


def event_details(page: "EventPage", *, now: datetime) -> EventView:
    """Return a page's event: words and times from the page, so that previews show the draft; places from the event."""
    event = event_of_key(page.alias_of.translation_key if page.alias_of_id else page.translation_key)
    spec = page.spec(path="" if page.is_translation or event is None else event.path)
    parts = [
        (row.title, to_instant(row.starts_local, spec.time_zone), to_instant(row.ends_local, spec.time_zone), row.place)
        for row in spec.sessions
    ]
    if page.is_translation and event is not None:
        spec, parts = _as_the_event_is(spec, event)
    sessions = []
    for title, starts_at, ends_at, place in parts:
        content = Content(
            title=full_title(spec.title, title),
            starts_at=starts_at,
            ends_at=ends_at,
            time_zone=spec.time_zone,
            summary=spec.summary,
            location=place or gettext("Online"),
            online=False,
        )
        links = tuple(
            (name, link(content, details_url=settings.BASE_URL + spec.path, clock=clock_words()))
            for name, link in (
                ("Google", google_link),
                ("Outlook.com", outlook_link),
                ("Microsoft 365", office_link),
            )
        )
        sessions.append(_session_view(title, starts_at, ends_at, spec.time_zone, place, spec.kind, now, links))
    return EventView(
        title=page.title,
        summary=spec.summary,
        kind=spec.kind,
        kind_label=gettext(KIND_LABELS[spec.kind]),
        path=spec.path,
        slug=event.slug if event else spec.slug,
        availability=availability_of(event, now=now) if event else Availability.NOT_YET,
        sessions=tuple(sorted(sessions, key=lambda s: s.starts_at)),
        pools=tuple(event.pools_in_order) if event else (),
        opens_at=spec.opens_at,
        closes_at=spec.closes_at,
        cancellation_note=spec.cancellation_note,
        contact_name=spec.contact_name,
        contact_email=spec.contact_email,
        access=tuple(access_in_words(spec.access)),
        recording_url=spec.recording_url,
    )


def _as_the_event_is(spec: EventSpec, event: Event) -> tuple[EventSpec, list[tuple[str, datetime, datetime, str]]]:
    """Return a translation's words with everything else of the event; one statement.

    What a translation holds besides its words may be older than the event's last change.
    """
    titles = {row.key: row.title for row in spec.sessions}
    parts = [(titles.get(s.key, s.title), s.starts_at, s.ends_at, s.place) for s in event.live_sessions]
    spec = replace(
        spec,
        kind=EventKind(event.kind),
        time_zone=event.time_zone,
        contact_email=event.contact_email,
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        cancellation_note=spec.cancellation_note or event.cancellation_note,
        access=event.access,
        recording_url=event.recording_url,
    )
    return spec, parts


def _session_view(
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    place: str,
    kind: EventKind,
    now: datetime,
    links: tuple[tuple[str, str], ...] = (),
) -> SessionView:
    return SessionView(
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        local_start=to_local(starts_at, zone),
        local_end=to_local(ends_at, zone),
        times=describe_times(starts_at, ends_at, zone),
        span=describe_span(starts_at, ends_at, zone),
        zone=zone_label(zone),
        place=place,
        is_online=is_online(kind, place=place),
        is_past=ends_at <= now,
        is_live=starts_at <= now < ends_at,
        calendar_links=links,
    )


def event_view(event: Event, *, now: datetime) -> EventView:
    """Return a list's event in the language that is spoken, from what was prefetched: pools and sessions."""
    event = event.in_language(get_language() or "")
    kind = EventKind(event.kind)
    return EventView(
        title=event.title,
        summary=event.summary,
        kind=kind,
        kind_label=event.kind_label,
        path=event.path,
        slug=event.slug,
        availability=availability_of(event, now=now),
        sessions=tuple(
            _session_view(s.title, s.starts_at, s.ends_at, s.time_zone, s.place, kind, now) for s in event.live_sessions
        ),
        pools=tuple(event.pools_in_order),
        opens_at=event.opens_at,
        closes_at=event.closes_at,
        cancellation_note=event.cancellation_note,
        contact_name=event.contact_name,
        contact_email=event.contact_email,
        access=tuple(access_in_words(event.access)),
        recording_url=event.recording_url,
    )


def _shown() -> QuerySet[Event]:
    return Event.objects.exclude(status=EventStatus.WITHDRAWN).prefetch_related("pools", "sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of the event index."""

    events: tuple[EventView, ...]
    page: ListPage[Event]
    is_past: bool
    is_filtered: bool


def event_listing(page: "EventIndexPage", *, chosen: dict[str, Any], now: datetime) -> Listing:
    """Return the events that the filter leaves: coming ones soonest first, past ones latest first."""
    is_past = chosen["when"] == "past"
    events = _shown().filter(last_ends_at__lte=now) if is_past else _shown().filter(last_ends_at__gt=now)
    if kind := chosen["kind"]:
        events = events.filter(kind=kind)
    for fact in chosen["access"] or ():
        events = events.filter(**{f"access__{fact}": AccessAnswer.YES.value})
    if day := chosen["from_date"]:
        start = datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
        events = events.filter(last_ends_at__gte=start)
    if day := chosen["to_date"]:
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
        events = events.filter(first_starts_at__lt=end)
    is_filtered = any(chosen[name] for name in ("kind", "access", "from_date", "to_date"))
    ordered = events.order_by("-first_starts_at", "pk") if is_past else events.order_by("first_starts_at", "pk")
    part = Paginator(ordered, EVENTS_A_PAGE).get_page(chosen["page"])
    return Listing(
        events=tuple(event_view(event, now=now) for event in part), page=part, is_past=is_past, is_filtered=is_filtered
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A campaign's events by the local day on which each starts, and where it stands now."""

    days: list[tuple[date, list[EventView]]]
    live: list[EventView]
    next_up: EventView | None
    watch_again: list[EventView]


def campaign_programme(page: "CampaignPage", *, now: datetime) -> Programme:
    """Return the campaign's events: what is on, what comes next, what can be watched again."""
    views = [event_view(event, now=now) for event in campaign_events(page)]
    on = [view for view in views if not view.is_off]
    coming = [view for view in on if not view.is_past and not view.is_live]
    return Programme(
        days=_by_day(views),
        live=[view for view in on if view.is_live],
        next_up=min(coming, key=_next_start, default=None),
        watch_again=[view for view in on if view.is_past and view.recording_url],
    )


def _next_start(view: EventView) -> datetime:
    return view.next_session.starts_at if view.next_session else datetime.max.replace(tzinfo=UTC)


def campaign_events(page: "CampaignPage") -> QuerySet[Event]:
    """Return the events that start between the campaign's days, in order."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start = datetime.combine(page.first_date, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(page.last_date + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    return _shown().filter(first_starts_at__gte=start, first_starts_at__lt=end).order_by("first_starts_at", "pk")


def stories_of(page: "CampaignPage") -> list[Page]:
    """Return the published stories that a campaign shows, in the editor's order and the visitor's language."""
    return published_in_language(block.value for block in page.stories)


def upcoming_events(*, limit: int, now: datetime) -> list[EventView]:
    """Return the next events, for the home page."""
    events = (
        _shown().filter(status=EventStatus.PUBLISHED, last_ends_at__gt=now).order_by("first_starts_at", "pk")[:limit]
    )
    return [event_view(event, now=now) for event in events]


def _by_day(views: Iterable[EventView]) -> list[tuple[date, list[EventView]]]:
    return [(day, list(group)) for day, group in groupby(views, key=lambda v: v.sessions[0].local_start.date())]
