"""What a person must be told now: their calendar as it should be, against what it was last told.

One comparison serves confirming, moving, cancelling and coming back, so that running it twice tells nothing twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from events.invites.models import InviteRevision
from events.invites.rules import Issued, Mailbox, Method, Step, next_step
from events.invites.services import Issue, issue
from events.outbox.models import Message
from events.outbox.services import draft_row
from events.registration.models import Registration
from events.registration.queries import content_of
from events.registration.rules import RegistrationState, sends_single_invites
from events.schedule.models import Event, SessionVersion, new_uid
from events.schedule.rules import EventStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Which kind of message says each step."""

    first: str
    update: str
    cancel: str


CONFIRMED = Words(first="confirmation", update="update", cancel="cancellation")
PROMOTED = Words(first="promotion", update="update", cancel="cancellation")
CANCELLED_BY_ATTENDEE = Words(first="confirmation", update="update", cancel="cancellation")
REMOVED_BY_STAFF = Words(first="confirmation", update="update", cancel="removal")
CHANGED = Words(first="update", update="update", cancel="session_cancelled")
CALLED_OFF = Words(first="update", update="update", cancel="event_cancelled")
PUT_OFF = Words(first="update", update="update", cancel="postponed")
READDRESSED = Words(first="confirmation", update="update", cancel="address_changed")
HOLDING = Words(first="speaker_hold", update="update", cancel="removal")


def words_for(event: Event) -> Words:
    """Return which kinds of message say what becomes of an event."""
    match EventStatus(event.status):
        case EventStatus.PUBLISHED:
            return CHANGED
        case EventStatus.POSTPONED:
            return PUT_OFF
        case _:
            return CALLED_OFF


def kind_for(step: Step, words: Words) -> str:
    """Return the kind of message that says a step."""
    return {Step.FIRST: words.first, Step.UPDATE: words.update}.get(step, words.cancel)


def issues_for(
    *,
    registration: Registration,
    pool_kind: str,
    event: Event,
    versions: Sequence[SessionVersion],
    last: Mapping[tuple[int, int], InviteRevision],
    now: datetime,
) -> list[Issue]:
    """Return the steps that bring one person's calendar up to date. Sessions that are over stay as they were."""
    comes = registration.state == RegistrationState.CONFIRMED and event.status == EventStatus.PUBLISHED
    wanted = {version.session_id: version for version in versions} if comes else {}
    told = {
        session_id: revision
        for (registration_id, session_id), revision in last.items()
        if registration_id == registration.pk
    }
    issues = []
    for session_id in dict.fromkeys([*wanted, *told]):
        after, before = wanted.get(session_id), told.get(session_id)
        if all(end <= now for end in _ends(after, before)):
            continue
        content = content_of(after, pool_kind, event.kind, registration.language) if after else None
        last_content = content_of(before.version, pool_kind, event.kind, registration.language) if before else None
        issued = (
            Issued(method=Method(before.method), sequence=before.sequence, content=last_content)
            if before is not None and last_content is not None
            else None
        )
        step = next_step(issued=issued, wanted=content)
        if step is Step.NOTHING:
            continue
        version = after or told[session_id].version
        issues.append(
            Issue(
                step=step,
                registration_id=registration.pk,
                session_id=session_id,
                version_id=version.pk,
                uid=new_uid(settings.CALENDAR_DOMAIN),
                attendee=Mailbox(name=registration.name, email=registration.email),
                last=before,
                before=last_content,
                after=content,
                # Whoever got an invite mail keeps getting them, however many sessions there are by now.
                by_mail=sends_single_invites(len(versions)) if step is Step.FIRST else told[session_id].invite.by_mail,
            )
        )
    return issues


def _ends(after: SessionVersion | None, before: InviteRevision | None) -> list[datetime]:
    ends = [after.ends_at] if after else []
    return [*ends, before.version.ends_at] if before else ends


def write_up(
    *,
    issues: Sequence[Issue],
    words: Mapping[int, Words],
    registrations: Iterable[Registration],
    not_after: datetime | None,
    now: datetime,
) -> list[Message]:
    """Issue the steps and return the unsaved messages that carry them: one each, or one in all for many sessions."""
    people = {registration.pk: registration for registration in registrations}
    grouped: dict[tuple[int, str, bool], list[InviteRevision]] = {}
    for step, revision in zip(issues, issue(issues=issues, now=now), strict=True):
        kind = kind_for(step.step, words[step.registration_id])
        grouped.setdefault((step.registration_id, kind, step.by_mail), []).append(revision)
    messages = []
    for (registration_id, kind, by_mail), revisions in grouped.items():
        for part in [[r] for r in revisions] if by_mail else [revisions]:
            messages.append(
                registration_message(
                    registration=people[registration_id],
                    kind=kind,
                    cause=f"r{'-'.join(str(r.pk) for r in part)}",
                    revisions=[r.pk for r in part],
                    not_after=not_after,
                    now=now,
                )
            )
    return messages


def registration_message(
    *,
    registration: Registration,
    kind: str,
    cause: str,
    now: datetime,
    revisions: Sequence[int] = (),
    not_after: datetime | None = None,
    due_at: datetime | None = None,
) -> Message:
    """Return an unsaved message to one registrant; all of theirs leave in order."""
    return draft_row(
        kind=kind,
        dedupe_key=f"{kind}:{registration.pk}:{cause}"[:200],
        to_email=registration.email,
        now=now,
        due_at=due_at,
        not_after=not_after,
        registration_id=registration.pk,
        revisions=revisions,
        stream=f"registration:{registration.pk}",
    )
