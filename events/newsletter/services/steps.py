"""Why a step with an issue is refused, in words for whoever took it; and the step itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from wagtail.log_actions import log as audit
from wagtail.models import Page

from events.newsletter.models.sending import IssueSending
from events.newsletter.rules import CROSSED, STEPS, Step, allows, refusal


# The names say what is the matter, as in the rest of the house; hence no suffix.
class StepRefused(Exception):  # noqa: N818
    """The issue is not in a state from which this can be done."""


class Crossed(Exception):  # noqa: N818
    """Somebody has changed it since it was looked at."""


class NotReady(Exception):  # noqa: N818
    """The issue cannot be sent as it is."""


class NobodyToWriteTo(Exception):  # noqa: N818
    """No subscriber wants its topics, or none of them may be written to."""


class TimeHasPassed(Exception):  # noqa: N818
    """The moment asked for is not ahead."""


def open_sending(page: Page, *, now: datetime) -> IssueSending:
    """Return the sending of an issue, made when somebody first does something with it."""
    fields: dict[str, Any] = {"page": page, "title": page.title, "created_at": now, "changed_at": now}
    return IssueSending.objects.get_or_create(key=page.translation_key, defaults=fields)[0]


def take_step(*, sending_id: int, step: Step, now: datetime, seen: int | None = None, **changes: Any) -> None:
    """Take a step by one conditional UPDATE: of two who do it at the same moment, one has done it.

    `seen`: the version that the person has looked at. Raises StepRefused or Crossed.
    """
    states, reached = STEPS[step]
    rows = IssueSending.objects.filter(pk=sending_id, state__in=states)
    if seen is not None:
        rows = rows.filter(version=seen)
    if rows.update(**{"state": reached, "changed_at": now} | changes):
        return
    state = IssueSending.objects.values_list("state", flat=True).get(pk=sending_id)
    if allows(step, state):
        raise Crossed(CROSSED)
    raise StepRefused(refusal(state))


def live_pages(key: Any) -> Sequence[Any]:
    """Return the published pages of an issue, one a language, the one in the site's first language first."""
    pages = Page.objects.filter(translation_key=key, live=True, alias_of=None).select_related("locale").specific()
    return sorted(pages, key=lambda page: (page.locale.language_code != settings.LANGUAGE_CODE, page.pk))


def note(sending: IssueSending, action: str, *, by: Any, **data: Any) -> None:
    """Write one entry of the audit log; `by` nobody: the worker did it."""
    audit(instance=sending, action=f"events.issue_{action}", user=by, data=data or None)
