"""Two calendars as they should be against what they were last told, reminders, and the mails of a programme.

One comparison serves pairing, a new time, a change of the programme's own sessions, parting and calling off, so that
running it twice tells nothing twice. The shape is that of Walk & Talk's; what differs is that a pair has many sessions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db.models import Q

from events.invites.rules import Content, Issued, Method, Step, next_step
from events.outbox.models import Message
from events.outbox.services import draft_row, enqueue, skip_queued
from events.programmes.models import Interest, Pair, PairEntry, Phase
from events.programmes.queries.meetings import Subject, wanted_of
from events.programmes.rules import OPEN_STATES, Party, is_worth_telling
from events.reminders.rules import Due, plan

KINDS = {Step.FIRST: "mentoring_session", Step.UPDATE: "mentoring_moved", Step.CANCEL: "mentoring_off"}
REMINDER = "mentoring_reminder"


def interest_message(*, interest: Interest, kind: str, cause: str, now: datetime) -> Message:
    """Return an unsaved mail to whoever expressed her interest."""
    row = draft_row(kind=kind, dedupe_key=f"{kind}:{interest.pk}:{cause}", to_email=interest.email, now=now)
    row.interest_id, row.stream = interest.pk, f"interest:{interest.pk}"
    return row


def pair_message(*, pair: Pair, party: Party, kind: str, now: datetime) -> Message:
    """Return an unsaved mail to one of the two."""
    row = draft_row(kind=kind, dedupe_key=f"{kind}:{pair.pk}:{party.value}", to_email=address_of(pair, party), now=now)
    row.interest_id, row.stream = pair.interest_id, stream_of(pair, party)
    return row


def tell_called_off(*, phase: Phase, now: datetime) -> None:
    """Tell everybody who takes part, or waits to, that the programme is off: once each time that it is called off."""
    cause = f"{phase.event.status_at:%Y%m%dT%H%M%S}"
    people = Interest.objects.filter(phase=phase, state__in=OPEN_STATES, erased_at=None).order_by("pk")
    enqueue(
        [interest_message(interest=one, kind="mentoring_called_off", cause=cause, now=now) for one in people.iterator()]
    )


def address_of(pair: Pair, party: Party) -> str:
    """Return where one of the two is written to."""
    if party is Party.MENTOR:
        return pair.interest.email
    return str(pair.senior.email) if pair.senior is not None else ""


def stream_of(pair: Pair, party: Party) -> str:
    """Return the name under which mails to one of the two leave in order."""
    return f"pair:{pair.pk}:{party.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One session in one of the two calendars: what it should say, and what it was told last."""

    party: Party
    subject: Subject
    wanted: Content | None
    last: PairEntry | None


def tell_calendars(*, pair: Pair, now: datetime) -> None:
    """Write what each calendar must be told now, with its mail, in the transaction of the change.

    The caller holds the pair. Nothing is told about the past: what has begun stays in the calendars.
    """
    last = _last_entries(pair)
    rows: list[Message] = []
    for party in Party:
        if not address_of(pair, party):
            continue
        wanted = wanted_of(pair, party)
        told = {subject for known, subject in last if known is party}
        for subject in sorted(set(wanted) | told):
            line = _Line(party=party, subject=subject, wanted=wanted.get(subject), last=last.get((party, subject)))
            rows += _tell(pair, line, now)
    enqueue(rows)


def _last_entries(pair: Pair) -> Mapping[tuple[Party, Subject], PairEntry]:
    entries = PairEntry.objects.filter(pair=pair).order_by("id")
    return {(Party(entry.party), Subject.of(entry)): entry for entry in entries}


def _tell(pair: Pair, line: _Line, now: datetime) -> list[Message]:
    last = line.last
    worth = is_worth_telling(
        issued=last is not None and last.method == Method.REQUEST,
        starts_at=line.wanted.starts_at if line.wanted else None,
        was_at=last.starts_at if last else None,
        now=now,
    )
    step = next_step(issued=_issued(last), wanted=line.wanted) if worth else Step.NOTHING
    if step is Step.NOTHING:
        return []
    entry = _entry(pair, line, step, now)
    _forget_reminders(pair, line, now)
    row = draft_row(
        kind=KINDS[step],
        dedupe_key=f"pair_entry:{entry.pk}",
        to_email=address_of(pair, line.party),
        now=now,
        not_after=entry.starts_at if last is None else max(entry.starts_at, last.starts_at),
        stream=stream_of(pair, line.party),
    )
    row.interest_id, row.pair_entry_id = pair.interest_id, entry.pk
    return [row, *_reminders(pair, entry, step, now)]


def _issued(last: PairEntry | None) -> Issued | None:
    if last is None:
        return None
    return Issued(method=Method(last.method), sequence=last.sequence, content=content_of(last))


def content_of(entry: PairEntry) -> Content:
    """Return what an entry said."""
    return Content(
        title=entry.title,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        time_zone=entry.time_zone,
        summary="",
        location=entry.place,
        online=entry.is_online,
        link=entry.link,
    )


def _entry(pair: Pair, line: _Line, step: Step, now: datetime) -> PairEntry:
    last = line.last
    if step is Step.FIRST or last is None:
        uid, sequence, first_at = f"{uuid4()}@{settings.CALENDAR_DOMAIN}", 0, now
    else:
        uid, sequence, first_at = last.uid, last.sequence + 1, last.first_at
    said = line.wanted or content_of(last)  # type: ignore[arg-type] # a CANCEL follows an entry
    return PairEntry.objects.create(
        pair=pair,
        party=line.party,
        pair_session_id=line.subject.pair_session_id,
        session_id=line.subject.session_id,
        uid=uid,
        sequence=sequence,
        method=Method.CANCEL if step is Step.CANCEL else Method.REQUEST,
        title=said.title,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        time_zone=said.time_zone,
        place=said.location,
        link=said.link,
        is_online=said.online,
        first_at=first_at,
        stamp=now,
    )


def _forget_reminders(pair: Pair, line: _Line, now: datetime) -> None:
    waiting = Q(
        kind=REMINDER,
        pair_entry__pair=pair,
        pair_entry__party=line.party,
        pair_entry__pair_session=line.subject.pair_session_id,
        pair_entry__session=line.subject.session_id,
    )
    skip_queued(where=waiting, reason="The time was changed or called off.", now=now)


def _reminders(pair: Pair, entry: PairEntry, step: Step, now: datetime) -> list[Message]:
    """The event's own rules; each gives way to the next, and none is about a moment that has passed."""
    if step is Step.CANCEL:
        return []
    rows = []
    for due in plan(rules=pair.phase.event.reminders, starts_at=entry.starts_at, zone=entry.time_zone, now=now):
        if not isinstance(due, Due):
            continue
        row = draft_row(
            kind=REMINDER,
            dedupe_key=f"{REMINDER}:{entry.pk}:{due.rule}",
            to_email=address_of(pair, Party(entry.party)),
            now=now,
            due_at=due.not_before,
            not_after=due.not_after,
        )
        row.interest_id, row.pair_entry_id = pair.interest_id, entry.pk
        rows.append(row)
    return rows
