"""Every mail that a registrant gets: its name, when it holds true, and how it is composed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext, override

from events.invites.builder import Entry, build_cancel, build_request
from events.invites.models import InviteRevision
from events.invites.rules import Mailbox, Method, PartStat
from events.outbox.messages import CalendarPart, Draft, MessageKind, Obsolete, register
from events.outbox.models import Message
from events.outbox.rules import COURTESY
from events.registration.models import Registration
from events.registration.queries import content_of, entry_links, entry_of, published_wordings
from events.registration.rules import LIVE_STATES, RegistrationState
from events.registration.tokens import registration_links
from events.registration.wordings import usable_wording
from events.schedule.models import Event, Session
from events.schedule.queries import access_in_words
from events.schedule.rules import EventKind, EventStatus, PoolKind, is_online
from portal.addresses import email_key
from portal.branding import Branding, site_branding
from portal.mail import SharedMail, placeholder, render_shared
from portal.when import describe_when
from portal.wording import Wording

# Names are shown so long in a greeting: whole sentences in a name field are spam.
LONGEST_GREETING = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What composing a batch needs, loaded in a few statements."""

    branding: Branding
    registrations: dict[int, Registration]
    revisions: dict[int, InviteRevision]
    wordings: dict[tuple[str, str], Wording] = field(default_factory=dict)
    rendered: dict[tuple[object, ...], SharedMail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInMail:
    """A session as a mail names it."""

    title: str
    when: str
    place: str
    is_online: bool
    links: tuple[tuple[str, str], ...] = ()


def prepare(messages: Sequence[Message]) -> Batch:
    """Load registrations, with their events' sessions, revisions and published wordings of a batch."""
    registrations = Registration.objects.select_related("event", "pool").prefetch_related("event__sessions")
    revisions = InviteRevision.objects.select_related("invite", "version__session")
    return Batch(
        branding=site_branding(),
        registrations=registrations.in_bulk([m.registration_id for m in messages if m.registration_id is not None]),
        revisions=revisions.in_bulk([pk for m in messages for pk in m.revisions]),
        wordings=published_wordings({m.kind for m in messages}),
    )


def compose(message: Message, batch: Batch) -> Draft:
    """Compose any of the registrant's mails; what differs between them is in their templates."""
    registration = batch.registrations[message.registration_id or 0]
    if registration.erased_at is not None:
        raise Obsolete("The person's data has been deleted.")
    if message.kind != "address_changed" and email_key(message.to_email) != registration.email_key:
        # It was on the wire when the address changed, and came back: the links in it belong to the new one alone.
        raise Obsolete("The address has changed.")
    with override(registration.language):
        return _compose(message, registration, batch)


def _compose(message: Message, registration: Registration, batch: Batch) -> Draft:
    event = registration.event
    revisions = [batch.revisions[pk] for pk in message.revisions]
    single = len(revisions) == 1 and revisions[0].invite.by_mail
    # Everything that the words depend on, but for the personal values.
    alike = (
        message.kind,
        registration.language,
        event.pk,
        message.session_id,
        tuple((revision.version_id, revision.method) for revision in revisions),
        single,
        registration.pool.kind,
        registration.state,
        registration.confirmed_at is not None,
        tuple(registration.relies_on) if message.kind == "access_changed" else (),
    )
    shared = batch.rendered.get(alike)
    if shared is None:
        words = _words(message, registration, revisions, single, batch)
        wording = usable_wording(batch.wordings.get((message.kind, registration.language)), message.kind, words)
        shared = batch.rendered[alike] = render_shared(message.kind, words, wording=wording)
    subject, text, html = shared.for_reader(_personal(registration, revisions))
    return Draft(
        to_name=registration.name,
        to_email=message.to_email,
        from_name=batch.branding.organisation,
        reply_to=event.contact_email or batch.branding.contact_email,
        subject=subject,
        text=text,
        html=html,
        calendar=_calendar_part(revisions[0], registration, batch.branding) if single else None,
    )


def _personal(registration: Registration, revisions: Sequence[InviteRevision]) -> dict[str, str]:
    """Return what only this reader's mail holds."""
    values = {"name": Truncator(registration.name).chars(LONGEST_GREETING), **registration_links(registration)}
    for position, revision in enumerate(revisions):
        for title, address in entry_links(revision, registration):
            values[_link_name(position, title)] = address
    return values


def _link_name(position: int, title: str) -> str:
    return f"link.{position}.{re.sub('[^a-z0-9]', '', title.lower())}"


def _words(
    message: Message, registration: Registration, revisions: Sequence[InviteRevision], single: bool, batch: Batch
) -> dict[str, Any]:
    event = registration.event.in_language(registration.language)
    live = event.live_sessions
    if revisions:
        sessions = [_told(position, revision, registration) for position, revision in enumerate(revisions)]
    elif message.session_id is not None:
        sessions = [_current(session, event, registration) for session in live if session.pk == message.session_id]
    else:
        sessions = [_current(session, event, registration) for session in live]
    return {
        "event": event,
        "sessions": sessions,
        "session": sessions[0] if sessions else None,
        "position": _position(revisions, live),
        "session_count": len(live),
        "single": single,
        "online": bool(sessions) and sessions[0].is_online,
        "waiting": registration.state == RegistrationState.WAITING,
        "had_place": registration.confirmed_at is not None,
        "withdrawn": event.status == EventStatus.WITHDRAWN,
        "has_entry": bool(revisions),
        "brand": batch.branding,
        "language": registration.language,
        "access": access_in_words(event.access, facts=registration.relies_on),
        "contact_email": event.contact_email or batch.branding.contact_email,
        "page_url": settings.BASE_URL + event.path,
        **{name: placeholder(name) for name in ("name", *registration_links(registration))},
    }


def _calendar_part(revision: InviteRevision, registration: Registration, brand: Branding) -> CalendarPart:
    entry: Entry = entry_of(revision, registration)
    organiser = Mailbox(name=brand.organisation, email=settings.DEFAULT_FROM_EMAIL)
    attendee = Mailbox(name=revision.invite.attendee_name, email=revision.invite.attendee_email)
    if revision.method == Method.CANCEL:
        content = build_cancel(entry=entry, organiser=organiser, attendee=attendee)
    else:
        content = build_request(
            entry=entry,
            organiser=organiser,
            attendee=attendee,
            partstat=PartStat(revision.partstat),
            rsvp=settings.CALENDAR_REPLIES,
        )
    return CalendarPart(method=revision.method, content=content)


def _told(position: int, revision: InviteRevision, registration: Registration) -> SessionInMail:
    version = revision.version
    content = content_of(version, registration.pool.kind, registration.event.kind, registration.language)
    titles = [title for title, _ in entry_links(revision, registration)] if revision.method == Method.REQUEST else []
    return SessionInMail(
        title=content.title,
        when=describe_when(version.starts_at, version.ends_at, version.time_zone),
        place=content.location,
        is_online=content.online,
        links=tuple((title, placeholder(_link_name(position, title))) for title in titles),
    )


def _current(session: Session, event: Event, registration: Registration) -> SessionInMail:
    online = registration.pool.kind == PoolKind.ONLINE and is_online(EventKind(event.kind), place=session.place)
    return SessionInMail(
        title=session.title or event.title,
        when=describe_when(session.starts_at, session.ends_at, session.time_zone),
        place=gettext("Online") if online else session.place,
        is_online=online,
    )


def _position(revisions: Sequence[InviteRevision], live: Sequence[Session]) -> int:
    ids = [session.pk for session in live]
    return ids.index(revisions[0].version.session_id) + 1 if revisions and revisions[0].version.session_id in ids else 0


_ON = (EventStatus.PUBLISHED.value,)
_HAS_PLACE = (RegistrationState.CONFIRMED.value,)
_LIVE = tuple(state.value for state in LIVE_STATES)


def _kind(name: str, **fields: Any) -> MessageKind:
    return MessageKind(name=name, prepare=prepare, compose=compose, **fields)


for kind in (
    _kind("confirmation", registration_states=_HAS_PLACE, event_statuses=_ON),
    _kind("promotion", registration_states=_HAS_PLACE, event_statuses=_ON),
    _kind("waiting", registration_states=(RegistrationState.WAITING.value,), event_statuses=_ON),
    _kind("already_registered", registration_states=_LIVE),
    _kind("update", registration_states=_HAS_PLACE, event_statuses=_ON),
    _kind("access_changed", registration_states=_LIVE, event_statuses=_ON),
    _kind("cancellation"),
    _kind("removal"),
    _kind("session_cancelled"),
    _kind("event_cancelled"),
    _kind("postponed"),
    _kind("address_changed"),
    _kind("speaker_hold", registration_states=_HAS_PLACE, event_statuses=_ON),
    _kind("declined", registration_states=_HAS_PLACE, event_statuses=_ON, resend_when_unknown=False),
    _kind("released", registration_states=(RegistrationState.CANCELLED.value,)),
    _kind(
        "reminder",
        registration_states=_HAS_PLACE,
        event_statuses=_ON,
        resend_when_unknown=False,
        suppressed_by=COURTESY,
    ),
):
    register(kind)
