"""Reading registrations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext, override

from events.invites.builder import Entry
from events.invites.links import google_link, office_link, outlook_link
from events.invites.models import InviteRevision
from events.invites.queries import unseen
from events.invites.rules import Content, Method
from events.registration.models import MailWording, Registration
from events.registration.tokens import Purpose, read_token, registration_links
from events.schedule.models import Event, SessionVersion
from events.schedule.rules import EventKind, PoolKind, is_online
from portal.when import clock_words, describe_when
from portal.wording import Wording

# Long enough to look a recording up; a link in an old mailbox is then worth nothing to whoever finds it.
LINK_LIFE_AFTER_EVENT = timedelta(days=30)
# Ticked off by staff, or on the join page while it was on.
CAME = Q(attended_at__isnull=False) | Q(joined_at__isnull=False)


def registration_of_token(token: str, *, purpose: Purpose, now: datetime) -> Registration | None:
    """Return the registration that a link names; None for a forged, revoked or expired one, all alike."""
    parsed = read_token(token, purpose)
    if parsed is None:
        return None
    key, version = parsed
    registration = (
        Registration.objects.select_related("event", "pool")
        .prefetch_related("event__sessions")
        .filter(key=key, token_version=version, erased_at=None)
        .first()
    )
    if registration is None:
        return None
    ends_at = registration.event.over_at
    if ends_at is not None and ends_at + LINK_LIFE_AFTER_EVENT <= now:
        return None
    return registration


def latest_revisions(registration_ids: Iterable[int]) -> dict[tuple[int, int], InviteRevision]:
    """Return the latest revision by (registration, session): what each person's calendar was last told."""
    revisions = (
        InviteRevision.objects.filter(
            invite__registration_id__in=list(registration_ids), sequence=F("invite__sequence")
        )
        .select_related("invite", "version")
        .order_by("invite_id")
    )
    return {(r.invite.registration_id, r.invite.session_id): r for r in revisions}


def published_wordings(kinds: Iterable[str]) -> dict[tuple[str, str], Wording]:
    """Return the words in force by (kind, language), in one statement; a draft is in nobody's mail."""
    return {(row.kind, row.language): row.wording for row in MailWording.objects.filter(live=True, kind__in=kinds)}


def content_of(version: SessionVersion, pool_kind: str, event_kind: str, language: str) -> Content:
    """Return what a calendar says of a session to somebody in this pool, in their language.

    A programme's sessions may differ in whether they are online.
    """
    online = takes_part_online(pool_kind, event_kind, place=version.place)
    words = version.words.get(language, {})
    return Content(
        title=words.get("title", version.title),
        starts_at=version.starts_at,
        ends_at=version.ends_at,
        time_zone=version.time_zone,
        summary=words.get("summary", version.summary),
        location=online_word(language) if online else version.place,
        online=online,
        link=version.stream_url if online else "",
    )


def takes_part_online(pool_kind: str, event_kind: str, *, place: str) -> bool:
    """Whether somebody in this pool is led to the broadcast; a speaker is where there is no room to go to."""
    if pool_kind == PoolKind.HOSTS:
        return not place
    return pool_kind == PoolKind.ONLINE and is_online(EventKind(event_kind), place=place)


@cache
def online_word(language: str) -> str:
    """Return what stands where a place would, in a language."""
    with override(language):
        return gettext("Online")


def _page_of(revision: InviteRevision, language: str) -> str:
    path = revision.version.words.get(language, {}).get("path", revision.version.path)
    return f"{settings.BASE_URL}{path}"


def current_versions(event: Event) -> list[SessionVersion]:
    """Return what is published of each session that takes place, earliest first."""
    versions = SessionVersion.objects.filter(
        session__event=event, session__cancelled_at=None, number=F("session__version")
    )
    return list(versions.select_related("session").order_by("starts_at", "id"))


def entry_of(revision: InviteRevision, registration: Registration) -> Entry:
    """Return the calendar entry of a revision; from stored facts alone, so that it is the same each time.

    It holds no manage link: people share calendars, and whoever sees the entry could cancel.
    """
    links = registration_links(registration)
    language = registration.language
    content = content_of(revision.version, registration.pool.kind, registration.event.kind, language)
    with override(language):
        clock, join_label = clock_words(), gettext("Join page")
    return Entry(
        uid=revision.invite.uid,
        sequence=revision.sequence,
        stamp=revision.stamp,
        created_at=revision.invite.created_at,
        content=content,
        page_url=_page_of(revision, language),
        join_url=links["join_url"] if content.online else "",
        cancelled=revision.method == Method.CANCEL,
        clock=clock,
        join_label=join_label,
    )


def entry_links(revision: InviteRevision, registration: Registration) -> tuple[tuple[str, str], ...]:
    """Return (name, address) of the calendars that can be filled by a link (calendar policy, decision 11)."""
    language = registration.language
    content = content_of(revision.version, registration.pool.kind, registration.event.kind, language)
    details = registration_links(registration)["join_url"] if content.online else _page_of(revision, language)
    with override(language):
        clock = clock_words()
    return (
        ("Google", google_link(content, details_url=details, clock=clock)),
        ("Outlook.com", outlook_link(content, details_url=details, clock=clock)),
        ("Microsoft 365", office_link(content, details_url=details, clock=clock)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInWords:
    """A session as the registration's pages name it."""

    title: str
    when: str
    place: str
    is_past: bool
    calendar_links: tuple[tuple[str, str], ...] = ()


def sessions_in_words(
    event: Event, *, now: datetime, pool_kind: str = "", links: Mapping[int, tuple[tuple[str, str], ...]] | None = None
) -> list[SessionInWords]:
    """Return an event's sessions, from what was prefetched; the place as it is for somebody in this pool, if any."""
    return [
        SessionInWords(
            title=session.title or event.title,
            when=describe_when(session.starts_at, session.ends_at, session.time_zone),
            place=gettext("Online") if pool_kind == PoolKind.ONLINE else session.place or _online(event, session.place),
            is_past=session.ends_at <= now,
            calendar_links=(links or {}).get(session.pk, ()),
        )
        for session in event.live_sessions
    ]


def _online(event: Event, place: str) -> str:
    return gettext("Online") if is_online(EventKind(event.kind), place=place) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalCalendar:
    """What one person's calendar was told: entries, links by session, and the invites not seen as they now are."""

    entries: tuple[Entry, ...]
    links: dict[int, tuple[tuple[str, str], ...]]
    unseen: tuple[int, ...]


def calendar_of(registration: Registration) -> PersonalCalendar:
    """Return the entries of a registration, as they were last issued."""
    latest = latest_revisions([registration.pk])
    return PersonalCalendar(
        entries=tuple(entry_of(revision, registration) for revision in latest.values()),
        links={
            session_id: entry_links(revision, registration)
            for (_, session_id), revision in latest.items()
            if revision.method == Method.REQUEST
        },
        unseen=tuple(unseen(revision.invite for revision in latest.values())),
    )
