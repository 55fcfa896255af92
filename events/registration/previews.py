"""Mails that nobody gets: what an editor looks at before anything is published. No registrant's data is in them."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csp import csp_override

from events.invites.models import Invite, InviteRevision
from events.invites.rules import Method, PartStat
from events.outbox.messages import Draft
from events.outbox.models import Message
from events.registration.messages import Batch, compose
from events.registration.models import MailWording, Registration
from events.registration.queries import current_versions, published_wordings
from events.registration.rules import RegistrationState, sends_single_invites
from events.registration.wording_rules import WORDED_KINDS
from events.schedule.models import Event, SeatPool, SessionVersion
from events.schedule.queries import next_event, unsaved_event
from events.schedule.rules import EventKind, EventSpec, PoolKind, SessionSpec, full_title
from portal.branding import site_branding
from portal.security import CMS_CSP
from portal.wording import Wording

# What an editor of an event can look at beside the page, while it is still a draft.
SAMPLE_MAILS = {"confirmation": "confirmation", "reminder": "reminder", "update": "after a change"}
# Of the person in every sample: an address of nobody, and a fixed key, so that the same draft gives the same preview.
SAMPLE_ADDRESS = "amara@example.org"
SAMPLE_KEY = uuid.UUID("a0000000-0000-4000-8000-000000000000")


def sample_mail(kind: str, event: Event, *, language: str, now: datetime) -> Draft:
    """Return a mail about an event that is not published yet, in the words that are in force."""
    wording = published_wordings([kind]).get((kind, language))
    return _sample(kind, event, _versions_of(event, now), language=language, wording=wording, now=now)


def sample_of_wording(wording: MailWording, *, now: datetime) -> Draft:
    """Return the mail that these words would make, about the next event that is published, or a made-up one."""
    event = next_event(now=now)
    if event is None:
        event = unsaved_event(_made_up_event(now), now=now)
        versions = _versions_of(event, now)
    else:
        versions = current_versions(event)
    return _sample(wording.kind, event, versions, language=wording.language, wording=wording.wording, now=now)


def preview_wording(request: HttpRequest, *, wording: MailWording, mode: str) -> HttpResponse:
    """Show one part of the sample, below the lines that a mail program shows of it."""
    known = wording.kind in WORDED_KINDS and bool(wording.language)
    draft = sample_of_wording(wording, now=timezone.now()) if known else None
    calendar = draft.calendar.content.decode() if draft is not None and draft.calendar is not None else ""
    response = render(request, "events/cms/mail_preview.html", {"draft": draft, "mode": mode, "calendar": calendar})
    return csp_override(CMS_CSP)(lambda _: response)(request)


def _sample(
    kind: str,
    event: Event,
    versions: Sequence[SessionVersion],
    *,
    language: str,
    wording: Wording | None,
    now: datetime,
) -> Draft:
    pool = next(iter(event.pools_in_order), None) or SeatPool(event=event, kind=PoolKind.ONLINE)
    waits = kind == "waiting"
    registration = Registration(
        pk=0, key=SAMPLE_KEY, event=event, pool=pool, name="Amara", email=SAMPLE_ADDRESS, email_key=SAMPLE_ADDRESS,
        language=language,
        state=RegistrationState.WAITING if waits else RegistrationState.CONFIRMED,
        confirmed_at=None if waits else now, relies_on=list(event.access),
    )  # fmt: skip
    worded = WORDED_KINDS.get(kind)
    revisions = _revisions(registration, versions, worded.method, now) if worded is not None and worded.method else {}
    message = Message(kind=kind, registration_id=0, to_email=registration.email, revisions=list(revisions))
    batch = Batch(
        branding=site_branding(),
        registrations={0: registration},
        revisions=revisions,
        wordings={(kind, language): wording} if wording is not None else {},
    )
    with override(language):
        return compose(message, batch)


def _revisions(
    registration: Registration, versions: Sequence[SessionVersion], method: str, now: datetime
) -> dict[int, InviteRevision]:
    """Return what would travel with the mail: the first session's entry, or of many sessions all, by the feed."""
    by_mail = sends_single_invites(len(versions))
    return {
        number: InviteRevision(
            pk=number, version=version, method=method, partstat=PartStat.NEEDS_ACTION, stamp=now,
            sequence=1 if method == Method.CANCEL else 0,
            invite=Invite(
                registration=registration, session=version.session, uid=f"sample-{number}@example.org", by_mail=by_mail,
                attendee_name=registration.name, attendee_email=registration.email, created_at=now,
            ),
        )
        for number, version in enumerate(versions[:1] if by_mail else versions, start=1)
    }  # fmt: skip


def _versions_of(event: Event, now: datetime) -> list[SessionVersion]:
    return [
        SessionVersion(
            session=session, number=1, title=full_title(event.title, session.title), starts_at=session.starts_at,
            ends_at=session.ends_at, time_zone=session.time_zone, place=session.place, stream_url=session.stream_url,
            summary=event.summary, path=event.path, created_at=now,
        )
        for session in event.live_sessions
    ]  # fmt: skip


def _made_up_event(now: datetime) -> EventSpec:
    starts = (now + timedelta(days=30)).replace(hour=18, minute=0, second=0, microsecond=0, tzinfo=None)
    session = SessionSpec(
        key=SAMPLE_KEY, title="", starts_local=starts, ends_local=starts + timedelta(minutes=90), place="",
        stream_url="https://example.org/",
    )  # fmt: skip
    return EventSpec(
        key=SAMPLE_KEY, slug="sample", path="/events/", title="A sample event", summary="An evening that nobody runs.",
        kind=EventKind.WEBINAR, time_zone="Europe/London", is_cancelled=False, cancellation_note="", contact_name="",
        contact_email="", opens_at=None, closes_at=None, capacities={}, sessions=(session,), reminders=(),
        access={"captions": "yes", "bsl": "yes"},
    )  # fmt: skip
