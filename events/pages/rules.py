"""What an editor's event page must say before it can be published. Plain Python; every problem is a sentence."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from events.schedule.access import AccessFact, access_problems
from events.schedule.rules import EventKind
from portal.rules import Problem
from portal.wall_clock import (
    AmbiguousLocalTime,
    NonexistentLocalTime,
    UnknownTimeZone,
    to_instant,
    zone_label,
)


def session_times(
    *, date: date | None, starts: time | None, end_date: date | None, ends: time | None
) -> tuple[datetime, datetime] | None:
    """Return the wall-clock start and end, or None while the editor has not entered all of it."""
    if date is None or starts is None or ends is None:
        return None
    return datetime.combine(date, starts), datetime.combine(end_date or date, ends)


def check_session(
    *, date: date | None, starts: time | None, end_date: date | None, ends: time | None, zone: str
) -> list[Problem]:
    """Return what is wrong with a session's times: end before start, or a time the clock skips or repeats."""
    times = session_times(date=date, starts=starts, end_date=end_date, ends=ends)
    if times is None:
        return []
    instants = []
    problems = []
    for field, local in zip(("starts", "ends"), times, strict=True):
        try:
            instants.append(to_instant(local, zone))
        except NonexistentLocalTime:
            problems.append(
                Problem(
                    field=field,
                    message=f"{local:%H:%M} does not exist on {local:%-d %B %Y} ({zone_label(zone)}): the clocks go "
                    "forward over it. Choose a time after the change.",
                )
            )
        except AmbiguousLocalTime:
            problems.append(
                Problem(
                    field=field,
                    message=f"{local:%H:%M} happens twice on {local:%-d %B %Y} ({zone_label(zone)}): the clocks go "
                    "back over it. Choose a time before or after the change.",
                )
            )
        except UnknownTimeZone:
            return []
    if not problems and instants[1] <= instants[0]:
        problems.append(
            Problem(
                field="ends",
                message="The end is not after the start. If the session goes past midnight, enter its end date.",
            )
        )
    return problems


def missing_for_publication(
    *,
    kind: EventKind,
    introduction: str,
    contact_email: str,
    external_url: str,
    answers: Mapping[AccessFact, str],
    dates: Mapping[AccessFact, date | None],
    places: Sequence[str],
    complete_sessions: int,
    incomplete_sessions: int,
) -> list[Problem]:
    """Return what a page still lacks before visitors may see it. A draft may lack all of it."""
    problems = []
    if not introduction.strip():
        problems.append(
            Problem(
                field="introduction",
                message="Write one to three sentences about the event: lists and mails use them.",
            )
        )
    if kind is EventKind.EXTERNAL and not external_url:
        problems.append(
            Problem(
                field="external_url",
                message="Enter the web address where people can find and book this event.",
            )
        )
    if kind is not EventKind.EXTERNAL and not contact_email:
        problems.append(
            Problem(
                field="contact_email",
                message="Enter an email address that people can write to about this event.",
            )
        )
    if not complete_sessions or incomplete_sessions:
        problems.append(
            Problem(
                field="sessions",
                message="Give every session a date, a start and an end; there must be at least one.",
            )
        )
    if kind is EventKind.PROGRAMME and complete_sessions == 1:
        problems.append(
            Problem(
                field="sessions",
                message="A programme has two sessions or more. For one session choose another kind.",
            )
        )
    if kind in {EventKind.IN_PERSON, EventKind.HYBRID} and not all(place.strip() for place in places):
        problems.append(
            Problem(field="sessions", message="Enter the place of every session: people come there in person.")
        )
    has_place = any(place.strip() for place in places)
    return problems + access_problems(kind=kind, has_place=has_place, answers=answers, dates=dates)
