"""What people register for: kinds, windows and when registration is possible. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.marking import gettext_noop


class EventKind(StrEnum):
    """How an event takes place."""

    WEBINAR = "webinar"
    IN_PERSON = "in_person"
    HYBRID = "hybrid"
    PROGRAMME = "programme"
    EXTERNAL = "external"


KIND_LABELS = {
    EventKind.WEBINAR: gettext_noop("Webinar"),
    EventKind.IN_PERSON: gettext_noop("In person"),
    EventKind.HYBRID: gettext_noop("In person and online"),
    EventKind.PROGRAMME: gettext_noop("Programme of several sessions"),
    EventKind.EXTERNAL: gettext_noop("Run by somebody else"),
}


class PoolKind(StrEnum):
    """The two ways to take part; each has its own number of places."""

    ROOM = "room"
    ONLINE = "online"
    HOSTS = "hosts"  # speakers and hosts, whom staff add: they hold no visitor's place


POOL_LABELS = {
    PoolKind.ROOM: gettext_noop("In the room"),
    PoolKind.ONLINE: gettext_noop("Online"),
    PoolKind.HOSTS: gettext_noop("Speakers and hosts"),
}


class EventStatus(StrEnum):
    """Where an event stands. WITHDRAWN: its page is not published, or is gone. POSTPONED: it has no date yet."""

    PUBLISHED = "published"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    POSTPONED = "postponed"


class OnDecline(StrEnum):
    """What becomes of a place when its holder's calendar declines (calendar policy, row 14)."""

    ASK = "ask"
    RELEASE = "release"


ON_DECLINE_LABELS = {
    OnDecline.ASK: "ask whether they give up their place",
    OnDecline.RELEASE: "give their place to the next person",
}


def status_of(*, is_cancelled: bool, is_postponed: bool) -> EventStatus:
    """Return the status of a published page: what is cancelled is not postponed any more."""
    if is_cancelled:
        return EventStatus.CANCELLED
    return EventStatus.POSTPONED if is_postponed else EventStatus.PUBLISHED


class Availability(StrEnum):
    """What somebody who opens the page now can do."""

    OPEN = "open"
    WAITING_LIST = "waiting_list"
    INTEREST = "interest"  # nobody registers: people say that they are interested
    NOT_YET = "not_yet"
    CLOSED = "closed"
    PAST = "past"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpec:
    """One timed part, as the editor wrote it: wall-clock times without a zone."""

    key: UUID
    title: str
    starts_local: datetime
    ends_local: datetime
    place: str
    stream_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec:
    """Everything that publishing a page projects. Built by `events.pages`, read by `publish_event`.

    `reminders` are ISO 8601 durations before a session (P7D, PT1H): `events.reminders.rules` reads them.
    """

    key: UUID
    slug: str
    path: str
    title: str
    summary: str
    kind: EventKind
    time_zone: str
    is_cancelled: bool
    cancellation_note: str
    contact_name: str
    contact_email: str
    opens_at: datetime | None
    closes_at: datetime | None
    capacities: Mapping[PoolKind, int | None]
    sessions: tuple[SessionSpec, ...]
    reminders: tuple[str, ...]
    access: Mapping[str, str]
    recording_url: str = ""
    is_postponed: bool = False
    on_decline: OnDecline = OnDecline.ASK
    owner_id: int | None = None
    by_interest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationSpec:
    """What publishing a page in another language projects: words only, for times and places are the event's.

    `session_titles`: by the session's key.
    """

    key: UUID
    language: str
    title: str
    summary: str
    path: str
    cancellation_note: str
    session_titles: Mapping[str, str]


def pool_kinds(kind: EventKind, *, online: bool) -> tuple[PoolKind, ...]:
    """Return the pools of an event of this kind; a programme is online when any of its sessions has a stream."""
    match kind:
        case EventKind.WEBINAR:
            return (PoolKind.ONLINE,)
        case EventKind.IN_PERSON:
            return (PoolKind.ROOM,)
        case EventKind.HYBRID:
            return (PoolKind.ROOM, PoolKind.ONLINE)
        case EventKind.PROGRAMME:
            return (PoolKind.ONLINE,) if online else (PoolKind.ROOM,)
        case EventKind.EXTERNAL:
            return ()


def availability(
    *,
    status: EventStatus,
    kind: EventKind,
    first_starts_at: datetime | None,
    last_ends_at: datetime | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
    has_free_place: bool,
    now: datetime,
    by_interest: bool = False,
) -> Availability:
    """Decide what can be done now.

    Registration closes by itself when the first session starts; a webinar's stays open until its end, for who comes
    late can still listen. A programme closes with its first session: the others build on it.
    """
    if status is EventStatus.POSTPONED:
        return Availability.POSTPONED
    if status is not EventStatus.PUBLISHED:
        return Availability.CANCELLED
    if last_ends_at is not None and last_ends_at <= now:
        return Availability.PAST
    if kind is EventKind.EXTERNAL:
        return Availability.ELSEWHERE
    if opens_at is not None and now < opens_at:
        return Availability.NOT_YET
    last_chance = last_ends_at if kind is EventKind.WEBINAR else first_starts_at
    ends = [moment for moment in (closes_at, last_chance) if moment is not None]
    if not ends or min(ends) <= now:
        return Availability.CLOSED
    if by_interest:
        return Availability.INTEREST
    return Availability.OPEN if has_free_place else Availability.WAITING_LIST


def is_online(kind: EventKind, *, place: str) -> bool:
    """Whether a session is broadcast: a programme's sessions are where they name no place."""
    return kind in {EventKind.WEBINAR, EventKind.HYBRID} or (kind is EventKind.PROGRAMME and not place)


def full_title(event_title: str, session_title: str) -> str:
    """Return how a calendar names a session."""
    return f"{event_title}: {session_title}" if session_title and session_title != event_title else event_title
