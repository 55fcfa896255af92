"""A calendar's answer to one entry: a hint, never the truth. It may do no more than decline.

What a reply must get past, in this order: an entry of ours, its own attendee, a moment that has been, an issue that was
sent, an entry that stands, times that still hold, and being newer than what was answered before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet

from events.invites.models import Invite, InviteRevision
from events.invites.replies import CalendarReply, is_newer
from events.invites.rules import InboundOutcome, Method, PartStat
from events.outbox.models import Message
from events.outbox.services import enqueue
from events.registration.models import Registration
from events.registration.rules import RegistrationState
from events.registration.services.leaving import release_declined
from events.registration.services.places import lock_pools
from events.registration.services.telling import registration_message
from events.schedule.models import Event
from events.schedule.rules import EventStatus, OnDecline, PoolKind
from portal.addresses import email_key

log = structlog.get_logger(__name__)

# A calendar whose clock is so far ahead would make every later answer look old.
CLOCKS_DIFFER = timedelta(days=1)
MOST_QUESTIONS_A_DAY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a reply. `concerns_host`: somebody who is needed has answered, and the contact must know."""

    outcome: InboundOutcome
    reason: str
    invite_id: int | None = None
    concerns_host: bool = False


def take_answer(*, reply: CalendarReply, now: datetime) -> Verdict:
    """Store a reply that is newer than what is known, and do what follows. In the caller's transaction."""
    found = Invite.objects.filter(uid=reply.uid).values_list("registration__pool_id", "registration_id").first()
    if found is None:
        return _ignored("No entry of ours has its UID.")
    pool_id, registration_id = found
    pool = lock_pools(pool_ids=[pool_id])[pool_id]
    registration = Registration.objects.select_for_update(no_key=True).get(pk=registration_id)
    invite = Invite.objects.select_related("session").get(uid=reply.uid)
    problem = _refusal(reply, invite, now) or _staleness(reply, invite, registration, pool.event, now)
    if problem is not None:
        return problem
    had_declined = invite.answer == PartStat.DECLINED
    invite.answer, invite.answered_at = reply.partstat, now
    invite.answer_sequence, invite.answer_stamp = reply.sequence, reply.stamp
    invite.save(update_fields=["answer", "answered_at", "answer_sequence", "answer_stamp"])
    log.info("invite.answered", invite=invite.pk, event_id=pool.event_id, answer=reply.partstat.value)
    is_host = pool.kind == PoolKind.HOSTS
    if reply.partstat is PartStat.DECLINED and not had_declined and not is_host:
        _follow_decline(invite, registration, pool.event, now)
    return Verdict(
        outcome=InboundOutcome.ANSWERED,
        reason=reply.partstat.value,
        invite_id=invite.pk,
        concerns_host=is_host and reply.partstat is PartStat.DECLINED,
    )


def names_attendee(*, reply: CalendarReply, invite: Invite) -> bool:
    """Whether the reply is the entry's own attendee's. An entry whose person has been erased is nobody's."""
    return bool(invite.attendee_email) and email_key(reply.attendee) == email_key(invite.attendee_email)


def _refusal(reply: CalendarReply, invite: Invite, now: datetime) -> Verdict | None:
    if not names_attendee(reply=reply, invite=invite):
        return _ignored("It names somebody else than the entry.", invite)
    if reply.stamp > now + CLOCKS_DIFFER:
        return _ignored("It was given in the future.", invite)
    if reply.sequence > invite.sequence:
        return _ignored("It answers an issue that was never sent.", invite)
    return None


def _staleness(
    reply: CalendarReply, invite: Invite, registration: Registration, event: Event, now: datetime
) -> Verdict | None:
    """Return why a reply comes too late.

    One to a time that has changed since says nothing about the new time, whatever it says: who declined Monday may
    well come on Tuesday, and is asked anew by the update.
    """
    session = invite.session
    if invite.method != Method.REQUEST or registration.state != RegistrationState.CONFIRMED:
        return _stale("The entry had been taken back.", invite)
    if event.status != EventStatus.PUBLISHED or session.cancelled_at is not None or session.ends_at <= now:
        return _stale("The session is over or off.", invite)
    answered = InviteRevision.objects.select_related("version").get(invite=invite, sequence=reply.sequence).version
    if (answered.starts_at, answered.ends_at) != (session.starts_at, session.ends_at):
        return _stale("It answers a time that has changed since.", invite)
    if not is_newer(reply, sequence=invite.answer_sequence, stamp=invite.answer_stamp):
        return _stale("A newer answer is known.", invite)
    return None


def _follow_decline(invite: Invite, registration: Registration, event: Event, now: datetime) -> None:
    """Ask or release, as the event says. One session of several never costs the whole place."""
    is_all = event.sessions.filter(cancelled_at=None).count() == 1
    if event.on_decline == OnDecline.RELEASE and is_all:
        release_declined(registration_id=registration.pk, now=now)
        return
    # Whoever makes a calendar change its mind again and again gets no mail for each time.
    if _questions(registration).filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_QUESTIONS_A_DAY:
        return
    question = registration_message(
        registration=registration,
        kind="declined",
        cause=f"i{invite.pk}-{invite.answer_sequence}-{reply_number(invite)}",
        not_after=invite.session.ends_at,
        now=now,
    )
    question.session_id = invite.session_id
    enqueue([question])


def reply_number(invite: Invite) -> str:
    """Return what tells one decline of an issue from the next."""
    return invite.answer_stamp.strftime("%Y%m%dT%H%M%S") if invite.answer_stamp else ""


def _questions(registration: Registration) -> QuerySet[Message]:
    return Message.objects.filter(registration=registration, kind="declined")


def _ignored(reason: str, invite: Invite | None = None) -> Verdict:
    return Verdict(outcome=InboundOutcome.IGNORED, reason=reason, invite_id=invite.pk if invite else None)


def _stale(reason: str, invite: Invite) -> Verdict:
    return Verdict(outcome=InboundOutcome.STALE, reason=reason, invite_id=invite.pk)
