"""The mails of a broadcast: about the event, as news, and to the officer who wants to see it first."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext, override

from events.broadcasts.audience_rules import audience_of
from events.broadcasts.models import Broadcast
from events.broadcasts.rules import KIND_OF_PURPOSE, TEST_KIND, Purpose, names_a_session
from events.broadcasts.tokens import unsubscribe_url
from events.outbox.messages import Draft, MessageKind, Obsolete, register
from events.outbox.models import Message
from events.outbox.rules import COURTESY, MARKETING, SERVICE
from events.registration.messages import LONGEST_GREETING
from events.registration.models import Registration
from events.registration.queries import takes_part_online
from events.registration.rules import LIVE_STATES, RegistrationState
from events.registration.tokens import registration_links
from events.schedule.models import Event, SeatPool, Session
from events.schedule.rules import EventStatus, PoolKind
from portal.branding import Branding, site_branding
from portal.mail import SharedMail, placeholder, render_shared
from portal.when import describe_when
from portal.wording import as_html, as_text, filled

# Whom a test is written to: nobody's key, so that its links lead nowhere.
SAMPLE_NAME = "Amara"
SAMPLE_KEY = uuid.UUID("b0000000-0000-4000-8000-000000000000")
PERSONAL = ("name", "manage_url", "unsubscribe_url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What composing a batch needs, loaded in a few statements."""

    branding: Branding
    broadcasts: Mapping[int, Broadcast]
    registrations: Mapping[int, Registration]
    rendered: dict[tuple[object, ...], SharedMail] = field(default_factory=dict)


def prepare(messages: Sequence[Message]) -> Batch:
    """Load the broadcasts with their events, and the people."""
    broadcasts = Broadcast.objects.select_related("event").prefetch_related("event__sessions", "event__pools")
    people = Registration.objects.select_related("pool")
    return Batch(
        branding=site_branding(),
        broadcasts=broadcasts.in_bulk([m.broadcast_id for m in messages if m.broadcast_id is not None]),
        registrations=people.in_bulk([m.registration_id for m in messages if m.registration_id is not None]),
    )


def compose(message: Message, batch: Batch) -> Draft:
    """Compose the mail to one recipient. Only who was chosen when it started, and still is what was asked for."""
    broadcast = batch.broadcasts[message.broadcast_id or 0]
    registration = batch.registrations[message.registration_id or 0]
    if registration.erased_at is not None:
        raise Obsolete("The person's data has been deleted.")
    if registration.state not in audience_of(broadcast.audience).states:
        raise Obsolete("The person's registration is not in the chosen state any more.")
    event, started_at = broadcast.event, broadcast.started_at
    if broadcast.purpose == Purpose.EVENT and started_at is not None and event.status_at > started_at:
        raise Obsolete("The event has been called off, put off or brought back since this was written.")
    return draft_for(broadcast, registration, batch, key=message.key, to_email=message.to_email, at=message.due_at)


def compose_test(message: Message, batch: Batch) -> Draft:
    """Compose the mail that the officer gets who asked for it: in no registrant's name."""
    broadcast = batch.broadcasts[message.broadcast_id or 0]
    draft = draft_for(
        broadcast, sample_person(broadcast), batch, key=SAMPLE_KEY, to_email=message.to_email, at=message.due_at
    )
    return replace(draft, to_name="", subject=f"Test: {draft.subject}", headers={})


def sample_person(broadcast: Broadcast) -> Registration:
    """Return somebody who does not exist, as the audience describes her."""
    audience, event = audience_of(broadcast.audience), broadcast.event
    pools = [pool for pool in event.pools_in_order if not audience.pools or pool.kind in audience.pools]
    fallback = SeatPool(event=event, kind=audience.pools[0] if audience.pools else PoolKind.ONLINE)
    return Registration(
        key=SAMPLE_KEY,
        event=event,
        pool=pools[0] if pools else fallback,
        name=SAMPLE_NAME,
        language=audience.languages[0] if audience.languages else settings.LANGUAGE_CODE,
        state=next(iter(audience.states), RegistrationState.CONFIRMED),
    )


def draft_for(
    broadcast: Broadcast, registration: Registration, batch: Batch, *, key: uuid.UUID, to_email: str, at: datetime
) -> Draft:
    """Compose it for somebody as it reads at a moment: what is sent, and what an officer looks at before."""
    language, is_news = registration.language, broadcast.purpose == Purpose.NEWS
    session = named_session(broadcast.event, at)
    is_live = registration.state in LIVE_STATES
    alike = (broadcast.pk, broadcast.version, language, registration.pool.kind, is_live, session and session.pk)
    with override(language):
        shared = batch.rendered.get(alike)
        if shared is None:
            shared = batch.rendered[alike] = _render(broadcast, registration, session, batch)
    event = broadcast.event
    unsubscribe = unsubscribe_url(key, language) if is_news else ""
    subject, text, html = shared.for_reader(
        {
            "name": Truncator(registration.name).chars(LONGEST_GREETING),
            "manage_url": registration_links(registration)["manage_url"],
            "unsubscribe_url": unsubscribe,
        }
    )
    return Draft(
        to_name=registration.name,
        to_email=to_email,
        from_name=batch.branding.organisation,
        reply_to=event.contact_email or batch.branding.contact_email,
        subject=subject,
        text=text,
        html=html,
        headers=unsubscribe_headers(unsubscribe) if is_news else {},
    )


def unsubscribe_headers(url: str) -> dict[str, str]:
    """Return what mail programs make a button of (RFC 2369; RFC 8058: one POST, no question asked)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def named_session(event: Event, at: datetime) -> Session | None:
    """Return the session whose time and place a broadcast names: the next, or once all are over the last."""
    if event.status == EventStatus.POSTPONED or not event.live_sessions:
        return None
    return next((s for s in event.live_sessions if s.ends_at > at), event.live_sessions[-1])


def _render(broadcast: Broadcast, registration: Registration, session: Session | None, batch: Batch) -> SharedMail:
    if session is None and names_a_session(subject=broadcast.subject, text=broadcast.text):
        raise Obsolete("It names a time or place, and the event has none any more.")
    event = broadcast.event.in_language(registration.language)
    values = _values(event, session, registration, batch)
    # Safe: escaped by as_html, which adds paragraphs and links alone.
    in_html = mark_safe(as_html(broadcast.text, values))  # noqa: S308
    words: dict[str, Any] = {
        "event": event,
        "subject": filled(broadcast.subject, values),
        "words_in_text": as_text(broadcast.text, values),
        "words_in_html": in_html,
        "is_live": registration.state in LIVE_STATES,
        "brand": batch.branding,
        "language": registration.language,
        "contact_email": values["contact_email"],
        **{name: placeholder(name) for name in PERSONAL},
    }
    return render_shared(KIND_OF_PURPOSE[Purpose(broadcast.purpose)], words)


def _values(event: Event, session: Session | None, registration: Registration, batch: Batch) -> dict[str, str]:
    return {
        "name": placeholder("name"),
        "event": event.title,
        "when": describe_when(session.starts_at, session.ends_at, session.time_zone) if session else "",
        "place": _place(session, event, registration) if session else "",
        "organisation": batch.branding.organisation,
        "contact_email": event.contact_email or batch.branding.contact_email,
        "page": settings.BASE_URL + event.path,
    }


def _place(session: Session, event: Event, registration: Registration) -> str:
    online = takes_part_online(registration.pool.kind, event.kind, place=session.place)
    return gettext("Online") if online else session.place


for _purpose, _scopes in ((Purpose.EVENT, COURTESY), (Purpose.NEWS, MARKETING)):
    register(
        MessageKind(
            name=KIND_OF_PURPOSE[_purpose],
            prepare=prepare,
            compose=compose,
            # About an event: never to somebody who has left it. News goes to whom the audience names.
            registration_states=tuple(state.value for state in LIVE_STATES) if _purpose is Purpose.EVENT else (),
            resend_when_unknown=False,
            suppressed_by=_scopes,
        )
    )
register(
    MessageKind(name=TEST_KIND, prepare=prepare, compose=compose_test, resend_when_unknown=False, suppressed_by=SERVICE)
)
