"""Issuing invites: a new one, an update or a cancellation, each as a revision."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F

from events.invites.models import Invite, InviteRevision
from events.invites.rules import Content, Mailbox, Method, PartStat, Step, next_partstat

CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One step for one person and session: what to send, from what was sent last."""

    step: Step
    registration_id: int
    session_id: int
    version_id: int
    uid: str
    attendee: Mailbox
    last: InviteRevision | None
    before: Content | None
    after: Content | None
    by_mail: bool = True


def first_partstat() -> PartStat:
    """Return the answer that a first invite carries.

    Without a way in for replies nobody would read an answer, so none is asked for (calendar policy, decision 7).
    """
    return PartStat.NEEDS_ACTION if settings.CALENDAR_REPLIES else PartStat.ACCEPTED


def issue(*, issues: Sequence[Issue], now: datetime) -> list[InviteRevision]:
    """Write the revisions of all steps, in the same order; two statements for first invites, whatever their number."""
    first = [i for i in issues if i.step is Step.FIRST]
    invites = Invite.objects.bulk_create(
        Invite(
            registration_id=i.registration_id,
            session_id=i.session_id,
            uid=i.uid,
            attendee_name=i.attendee.name,
            attendee_email=i.attendee.email,
            method=Method.REQUEST,
            sequence=0,
            by_mail=i.by_mail,
            created_at=now,
        )
        for i in first
    )
    new = {id(i): invite for i, invite in zip(first, invites, strict=True)}
    changed: dict[tuple[str, str], list[int]] = defaultdict(list)
    revisions = []
    for i in issues:
        if i.step is Step.FIRST or i.last is None:
            invite, partstat = new[id(i)], first_partstat()
        else:
            invite = i.last.invite
            invite.sequence += 1
            invite.method = Method.CANCEL if i.step is Step.CANCEL else Method.REQUEST
            partstat = _next_partstat(i, PartStat(invite.answer or i.last.partstat))
            if partstat is PartStat.NEEDS_ACTION:
                # Forgotten with the time that it was given to; its SEQUENCE and DTSTAMP stay, or it could be replayed.
                invite.answer = ""
            changed[invite.method, invite.answer].append(invite.pk)
        revisions.append(
            InviteRevision(
                invite=invite,
                sequence=invite.sequence,
                method=invite.method,
                version_id=i.version_id,
                partstat=partstat,
                stamp=now,
            )
        )
    for (method, answer), ids in changed.items():
        # Alike for nearly all, and each a step up: a statement for each kind, where a CASE for each row takes seconds.
        for start in range(0, len(ids), CHUNK):
            rows = Invite.objects.filter(pk__in=ids[start : start + CHUNK])
            rows.update(sequence=F("sequence") + 1, method=method, answer=answer)
    return InviteRevision.objects.bulk_create(revisions, batch_size=CHUNK)


def _next_partstat(i: Issue, known: PartStat) -> PartStat:
    if not settings.CALENDAR_REPLIES or i.before is None or i.after is None:
        return known
    return next_partstat(known=known, before=i.before, after=i.after)


def note_seen(*, invite_ids: Sequence[int], now: datetime) -> None:
    """Write down that their holder has just been shown the latest issue: on a page, or by a calendar that subscribes.

    The one thing that a GET writes (ADR 15): it changes nothing for the person, and staff see who still needs telling.
    """
    if invite_ids:
        Invite.objects.filter(pk__in=invite_ids).update(seen_sequence=F("sequence"), seen_at=now)
