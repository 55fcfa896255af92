"""Why a step with a broadcast is refused, in words for whoever took it; and the step itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wagtail.log_actions import log as audit

from events.broadcasts.audience_rules import UnknownAudience, audience_of
from events.broadcasts.messages import named_session
from events.broadcasts.models import Broadcast
from events.broadcasts.queries import AudienceSize, size_of
from events.broadcasts.rules import (
    CROSSED,
    STEPS,
    Purpose,
    Step,
    allows,
    broadcast_problems,
    names_a_session,
    refusal,
)
from portal.rules import Problem


# The names say what is the matter, as in the rest of the house; hence no suffix.
class StepRefused(Exception):  # noqa: N818
    """The broadcast is not in a state from which this can be done."""


class Crossed(Exception):  # noqa: N818
    """Somebody has changed it since it was looked at."""


class NotReady(Exception):  # noqa: N818
    """Its words or its audience cannot be sent as they are."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.message for problem in problems))


class NobodyToWriteTo(Exception):  # noqa: N818
    """The audience is empty, or none of it may be written to."""


class TimeHasPassed(Exception):  # noqa: N818
    """The moment asked for is not ahead."""


def take_step(*, broadcast_id: int, step: Step, now: datetime, seen: int | None = None, **changes: Any) -> None:
    """Take a step by one conditional UPDATE: of two who do it at the same moment, one has done it.

    `seen`: the version that the person has looked at. Raises StepRefused or Crossed.
    """
    states, reached = STEPS[step]
    rows = Broadcast.objects.filter(pk=broadcast_id, state__in=states)
    if seen is not None:
        rows = rows.filter(version=seen)
    if rows.update(**{"state": reached, "changed_at": now} | changes):
        return
    state = Broadcast.objects.values_list("state", flat=True).get(pk=broadcast_id)
    if allows(step, state):
        raise Crossed(CROSSED)
    raise StepRefused(refusal(state))


def ready_to_send(broadcast: Broadcast, *, now: datetime) -> AudienceSize:
    """Return how many it would go to. Raises NotReady or NobodyToWriteTo."""
    purpose = Purpose(broadcast.purpose)
    try:
        audience = audience_of(broadcast.audience)
    except UnknownAudience as error:
        raise NotReady([Problem("states", f"Choose again whom you write to. {error}")]) from error
    problems = broadcast_problems(subject=broadcast.subject, text=broadcast.text, audience=audience, purpose=purpose)
    if problems:
        raise NotReady(problems)
    names_one = names_a_session(subject=broadcast.subject, text=broadcast.text)
    if names_one and named_session(broadcast.event, now) is None:
        raise NotReady([Problem("text", "The event has no date now. Take {when} and {place} out.")])
    size = size_of(event_id=broadcast.event_id, audience=audience, purpose=purpose)
    if not size.people:
        raise NobodyToWriteTo("This audience is nobody. Choose other people, or wait until somebody fits.")
    if not size.reachable:
        raise NobodyToWriteTo(
            f"Nobody of the {size.people:,} may be written to: they have unsubscribed, or mail to them bounces."
        )
    return size


def note(broadcast: Broadcast, action: str, *, by: Any, **data: Any) -> None:
    """Write one entry of the audit log; `by` nobody: the worker did it."""
    audit(instance=broadcast, action=f"events.broadcast_{action}", user=by, data=data or None)
