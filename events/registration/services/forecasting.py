"""What publishing would send, counted dry: to how many, of what, and which reminders move. Nothing is written.

The same comparison as when it happens (`issues_for`, `reminder_rows`), against an event as it would be.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from events.outbox.models import Message
from events.outbox.rules import MessageState
from events.registration.models import Registration
from events.registration.queries import latest_revisions
from events.registration.rules import RegistrationState, sends_single_invites
from events.registration.services.telling import PROMOTED, issues_for, kind_for, words_for
from events.registration.wording_rules import WORDED_KINDS
from events.reminders.services import reminder_rows
from events.schedule.access import lost_or_changed
from events.schedule.queries import rules_of
from events.schedule.rules import EventSpec, EventStatus
from events.schedule.services import Preview, preview_event

CHUNK = 2_000


@dataclass(slots=True)
class Forecast:
    """What would be sent. `mails` and `people` by kind of message; reminders by what becomes of them."""

    mails: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    reminders_moved: int = 0
    reminders_added: int = 0
    reminders_dropped: int = 0
    reminders_skipped: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody would hear of it."""
        return not self.mails and not self.reminders_changed

    def in_words(self) -> list[str]:
        """Return a sentence for each thing that would happen, the mails first."""
        said = []
        for kind, people in sorted(self.people.items(), key=lambda item: -item[1]):
            more = f" ({self.mails[kind]} mails: one for each session)" if self.mails[kind] > people else ""
            said.append(f"{_counted(people, 'person gets', 'people get')} “{WORDED_KINDS[kind].label}”{more}.")
        for number, one, many in (
            (self.reminders_moved, "reminder gets another time", "reminders get another time"),
            (self.reminders_added, "reminder is added", "reminders are added"),
            (self.reminders_dropped, "reminder is taken off", "reminders are taken off"),
            (self.reminders_skipped, "reminder is skipped", "reminders are skipped"),
        ):
            if number:
                said.append(f"{_counted(number, one, many)}.")
        if self.reminders_skipped:
            said[-1] = said[-1][:-1] + ": their time has already passed."
        return said

    @property
    def reminders_changed(self) -> int:
        """Return how many reminders are touched."""
        return self.reminders_moved + self.reminders_added + self.reminders_dropped + self.reminders_skipped


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def forecast(*, spec: EventSpec, now: datetime) -> Forecast:
    """Return what publishing a page would send; ten statements, and two for each 2,000 people more."""
    preview = preview_event(spec=spec, now=now)
    result = Forecast()
    if preview is None:
        return result
    for people in _chunks(preview.event.pk):
        _count_mails(result, people, preview, now)
    promoted = _promoted(preview, now)
    _count_promotions(result, promoted, preview, now)
    _count_reminders(result, preview, promoted, now)
    return result


def _chunks(event_id: int) -> Iterator[list[Registration]]:
    after = 0
    states = [RegistrationState.CONFIRMED, RegistrationState.WAITING]
    people = Registration.objects.filter(event_id=event_id, state__in=states, erased_at=None).select_related("pool")
    while chunk := list(people.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def _count_mails(result: Forecast, people: list[Registration], preview: Preview, now: datetime) -> None:
    event = preview.event
    words = words_for(event)
    is_on = event.status == EventStatus.PUBLISHED
    is_coming = event.is_to_come(now)
    last = latest_revisions([person.pk for person in people])
    by_person: dict[int, dict[tuple[int, int], object]] = {}
    for key, revision in last.items():
        by_person.setdefault(key[0], {})[key] = revision
    for person in people:
        steps = issues_for(
            registration=person,
            pool_kind=person.pool.kind,
            event=event,
            versions=preview.versions,
            last=by_person.get(person.pk, {}),  # type: ignore[arg-type]
            now=now,
        )
        kinds = Counter(kind_for(step.step, words) for step in steps if step.by_mail)
        kinds.update({kind_for(step.step, words) for step in steps if not step.by_mail})
        if person.state == RegistrationState.WAITING and not is_on and is_coming:
            kinds[words.cancel] += 1
        told = lost_or_changed(told=person.access_told, now=event.access, relies_on=person.relies_on)
        if told and is_on and is_coming:
            kinds["access_changed"] += 1
        result.mails.update(kinds)
        result.people.update(kinds.keys())


def _promoted(preview: Preview, now: datetime) -> list[Registration]:
    """Return those who wait and would get a place that a larger capacity makes."""
    event = preview.event
    if event.status != EventStatus.PUBLISHED or not event.is_to_come(now):
        return []
    waiting = Registration.objects.filter(event=event, state=RegistrationState.WAITING).select_related("pool")
    free: dict[int, int | None] = {}
    promoted = []
    for person in waiting.order_by("registered_at", "id"):
        capacity = preview.capacities.get(person.pool_id)
        left = free.setdefault(person.pool_id, None if capacity is None else capacity - person.pool.holding)
        if left is None or left > 0:
            promoted.append(person)
            free[person.pool_id] = None if left is None else left - 1
    return promoted


def _count_promotions(result: Forecast, promoted: list[Registration], preview: Preview, now: datetime) -> None:
    coming = [version for version in preview.versions if version.ends_at > now]
    each = len(coming) if sends_single_invites(len(preview.versions)) else min(len(coming), 1)
    if promoted and each:
        result.mails[PROMOTED.first] += each * len(promoted)
        result.people[PROMOTED.first] += len(promoted)


def _count_reminders(result: Forecast, preview: Preview, promoted: list[Registration], now: datetime) -> None:
    """Compare everybody's reminders with what they would be: the plan is the same for all, what was sent is not."""
    event = preview.event
    confirmed = [RegistrationState.CONFIRMED]
    ids = list(Registration.objects.filter(event=event, state__in=confirmed).values_list("pk", flat=True))
    known: dict[int, dict[str, str]] = {}
    rows = Message.objects.filter(kind="reminder", registration__event=event, registration__state__in=confirmed)
    for pk, key, state in rows.values_list("registration_id", "dedupe_key", "state").iterator(chunk_size=CHUNK):
        known.setdefault(pk or 0, {})[_part(key)] = state
    planned = reminder_rows(registration_id=0, to_email="", rules=rules_of(event), sessions=preview.sessions, now=now)
    wanted = {_part(row.dedupe_key): row.state for row in planned}
    for pk in ids:
        _compare(result, known.get(pk, {}), wanted)
    result.reminders_added += len(promoted) * sum(state == MessageState.QUEUED for state in wanted.values())


def _compare(result: Forecast, known: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    gone = [part for part, state in known.items() if part not in wanted and state == MessageState.QUEUED]
    new = [part for part in wanted if part not in known]
    due = {_rule(part) for part in new if wanted[part] == MessageState.QUEUED}
    moved = sum(_rule(part) in due for part in gone)
    result.reminders_moved += moved
    result.reminders_dropped += len(gone) - moved
    result.reminders_added += len(due) - moved
    result.reminders_skipped += sum(wanted[part] == MessageState.SKIPPED for part in new)


def _part(dedupe_key: str) -> str:
    """Return a reminder's key without whose it is: session, rule and timing."""
    return dedupe_key.split(":", 2)[2]


def _rule(part: str) -> str:
    return part.rpartition(":")[0]
