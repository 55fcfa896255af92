"""What a pair meets for: its own sessions and those of the programme, as calendars and pages say them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext, override

from events.invites.rules import Content
from events.programmes.models import Attendance, Interest, Pair, PairEntry, PairSession
from events.programmes.queries.phases import OFF
from events.programmes.rules import Party
from events.registration.queries import online_word
from events.schedule.models import Event
from events.schedule.rules import EventStatus, full_title
from portal.when import describe_when


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Which session: one of the pair's own, or one of the programme's. Zero stands for "not this sort"."""

    own: int
    common: int

    @classmethod
    def of(cls, row: PairEntry | Attendance) -> "Subject":
        """Return the session that a row is about."""
        return cls(row.pair_session_id or 0, row.session_id or 0)

    @classmethod
    def named(cls, name: str) -> "Subject | None":
        """Return what a form names: "own-12", "common-3"; None for anything else."""
        sort, _, number = name.partition("-")
        if sort not in {"own", "common"} or not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        return cls(int(number), 0) if sort == "own" else cls(0, int(number))

    @property
    def name(self) -> str:
        """Return how forms name it."""
        return f"own-{self.own}" if self.own else f"common-{self.common}"

    @property
    def pair_session_id(self) -> int | None:
        """Return the key of the pair's session, if it is one."""
        return self.own or None

    @property
    def session_id(self) -> int | None:
        """Return the key of the programme's session, if it is one."""
        return self.common or None


def wanted_of(pair: Pair, party: Party) -> dict[Subject, Content]:
    """Return what a calendar should say of each session: nothing of a pair that has ended, or of what is off."""
    language = pair.interest.language if party is Party.MENTOR else settings.LANGUAGE_CODE
    event = pair.phase.event
    wanted: dict[Subject, Content] = {}
    if pair.ended_at is not None or event.status in OFF:
        return wanted
    spoken = event.in_language(language)
    with override(language):
        own_title = gettext("{programme}: the two of you").format(programme=spoken.title)
    for session in PairSession.objects.filter(pair=pair, cancelled_at=None):
        wanted[Subject(session.pk, 0)] = _content(session, own_title, session.link, language)
    if event.status == EventStatus.PUBLISHED:
        for common in spoken.live_sessions:
            title = full_title(spoken.title, common.title)
            wanted[Subject(0, common.pk)] = _content(common, title, common.stream_url, language)
    return wanted


def _content(session: Any, title: str, link: str, language: str) -> Content:
    online = not session.place
    return Content(
        title=title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        time_zone=session.time_zone,
        summary="",
        location=session.place or online_word(language),
        online=online,
        link=link if online else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A session as pages show it. `came` by party; a party that is not in it: nobody has said."""

    name: str
    title: str
    when: str
    place: str
    link: str
    starts_at: datetime
    ends_at: datetime
    is_own: bool
    pk: int
    came: dict[str, bool]
    has_begun: bool
    is_over: bool

    @property
    def mentor_came(self) -> bool | None:
        """Whether the mentor was there; None: nobody has said."""
        return self.came.get(Party.MENTOR)

    @property
    def senior_came(self) -> bool | None:
        """Whether the officer was there."""
        return self.came.get(Party.SENIOR)


def with_meetings(pairs: QuerySet[Pair]) -> QuerySet[Pair]:
    """Read with pairs what their meetings need, in a fixed number of statements."""
    return pairs.select_related(
        "senior", "phase__event", "phase__programme", "interest__charity__partner"
    ).prefetch_related(
        "phase__event__sessions",
        Prefetch("sessions", PairSession.objects.filter(cancelled_at=None), to_attr="own_sessions"),
        "attendance",
    )


def meetings_of(pair: Pair, *, now: datetime, event: Event | None = None) -> list[Meeting]:
    """Return when a pair meets, earliest first; from what `with_meetings` has read.

    Of a programme that is off, what had begun before: the calendars were told that the rest is not.
    """
    event = event or pair.phase.event
    came: dict[Subject, dict[str, bool]] = {}
    for row in pair.attendance.all():
        came.setdefault(Subject.of(row), {})[row.party] = row.came
    common: Iterable[Any] = event.live_sessions if event.status == EventStatus.PUBLISHED else ()
    # A session of before they were a pair was not theirs.
    own: list[PairSession] = pair.own_sessions  # type: ignore[attr-defined]
    sessions: list[tuple[bool, Any]] = [
        (True, one) for one in own if event.status not in OFF or one.starts_at <= event.status_at
    ]
    sessions += [(False, one) for one in common if one.ends_at > pair.made_at]
    found = []
    for is_own, session in sessions:
        subject = Subject(session.pk, 0) if is_own else Subject(0, session.pk)
        found.append(
            Meeting(
                name=subject.name,
                title="" if is_own else session.title,
                when=describe_when(session.starts_at, session.ends_at, session.time_zone),
                place=session.place or gettext("Online"),
                link="" if session.place else session.link if is_own else session.stream_url,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                is_own=is_own,
                pk=session.pk,
                came=came.get(subject, {}),
                has_begun=session.starts_at <= now,
                is_over=session.ends_at <= now,
            )
        )
    return sorted(found, key=lambda one: (one.starts_at, one.name))


def pair_of(interest: Interest) -> Pair | None:
    """Return the pair that somebody is in, with its meetings."""
    return with_meetings(Pair.objects.filter(interest=interest, ended_at=None)).first()
