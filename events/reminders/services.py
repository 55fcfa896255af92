"""Reminders as rows: made with the registration, re-timed when the session moves (DESIGN law 4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.outbox.services import draft_row, enqueue, skipped_row
from events.reminders.rules import Due, plan
from events.schedule.models import Session

TAKEN_OFF = "The session moved or is off, or the reminder was taken off the event."


def reminder_rows(
    *, registration_id: int, to_email: str, rules: Iterable[str], sessions: Iterable[Session], now: datetime
) -> list[Message]:
    """Return the unsaved reminder rows of one registration: due ones, and those that are too late with their reason."""
    rules = list(rules)
    rows = []
    for session in sessions:
        for planned in plan(rules=rules, starts_at=session.starts_at, zone=session.time_zone, now=now):
            fields = {
                "kind": "reminder",
                # The timing is the version of the times: after a move the same rule is a new reminder.
                "dedupe_key": f"reminder:{registration_id}:{session.pk}:{planned.rule}:{session.timing}",
                "to_email": to_email,
                "registration_id": registration_id,
                "session_id": session.pk,
                "due_at": planned.not_before,
            }
            if isinstance(planned, Due):
                rows.append(draft_row(now=now, not_after=planned.not_after, **fields))  # type: ignore[arg-type]
            else:
                rows.append(skipped_row(now=now, reason=planned.reason, **fields))
    return rows


def retime_reminders(
    *, people: Sequence[tuple[int, str]], rules: Iterable[str], sessions: Sequence[Session], now: datetime
) -> None:
    """Bring the reminder rows of registrations (id, address) up to date with what is published.

    Waiting rows that no longer fit are settled with their reason, missing ones are made; running it twice
    changes nothing the second time. Must run in a transaction that holds the registrations.
    """
    rules = list(rules)
    wanted = {
        row.dedupe_key: row
        for registration_id, email in people
        for row in reminder_rows(
            registration_id=registration_id, to_email=email, rules=rules, sessions=sessions, now=now
        )
    }
    rows = Message.objects.filter(
        kind="reminder", registration_id__in=[registration_id for registration_id, _ in people]
    )
    known = {row.dedupe_key: row for row in rows}
    gone = [row.pk for key, row in known.items() if key not in wanted and row.state == MessageState.QUEUED]
    if gone:
        Message.objects.filter(pk__in=gone, state=MessageState.QUEUED).update(
            state=MessageState.SKIPPED, reason=TAKEN_OFF, settled_at=now
        )
    _bring_back(known, wanted)
    missing = [row for key, row in wanted.items() if key not in known]
    if missing:
        enqueue(missing)


def _bring_back(known: dict[str, Message], wanted: dict[str, Message]) -> None:
    """Queue again what an earlier publishing took off, and move deadlines; grouped, since a session shares them.

    Each UPDATE names the state it expects: a worker may have claimed a row since it was read.
    """
    back: dict[datetime | None, list[int]] = {}
    moved: dict[datetime | None, list[int]] = {}
    for key, row in known.items():
        new = wanted.get(key)
        if new is None or new.state != MessageState.QUEUED:
            continue
        if row.state == MessageState.SKIPPED and row.reason == TAKEN_OFF:
            back.setdefault(new.not_after, []).append(row.pk)
        elif row.state == MessageState.QUEUED and row.not_after != new.not_after:
            moved.setdefault(new.not_after, []).append(row.pk)
    for not_after, ids in back.items():
        Message.objects.filter(pk__in=ids, state=MessageState.SKIPPED).update(
            state=MessageState.QUEUED, reason="", settled_at=None, not_after=not_after
        )
    for not_after, ids in moved.items():
        Message.objects.filter(pk__in=ids, state=MessageState.QUEUED).update(not_after=not_after)
