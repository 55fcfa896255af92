"""Whether an editor's words can be sent, and what their placeholders stand for in one mail."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from events.registration.wording_rules import WORDED_KINDS, wording_problems
from portal.mail import placeholder
from portal.wording import Wording, placeholders_in

log = structlog.get_logger(__name__)


def usable_wording(wording: Wording | None, kind: str, words: Mapping[str, Any]) -> Wording | None:
    """Return a wording with its values. The template's own words stand in for what cannot be used; the log says so.

    Saving checks all of it, but a later version of the site may know other placeholders, and a mail may be about no
    session.
    """
    if wording is None or wording.is_empty:
        return None
    if problems := wording_problems(kind, wording):
        log.error("mail_wording.unusable", kind=kind, problems=[problem.message for problem in problems])
        return None
    values = _values(kind, words)
    without: dict[str, str] = {}
    for name in ("subject", "opening", "closing"):
        missing = [used for used in placeholders_in(getattr(wording, name)) if not values[used]]
        if missing:
            log.warning("mail_wording.nothing_to_fill_in", kind=kind, field=name, placeholders=missing)
            without[name] = ""
    return replace(wording, values=values, **without)


def _values(kind: str, words: Mapping[str, Any]) -> dict[str, str]:
    session = words["session"]
    event = words["event"]
    known = {
        "event": event.title,
        "when": session.when if session else "",
        "place": session.place if session else "",
        "organisation": words["brand"].organisation,
        "contact_email": words["contact_email"],
        "page": words["page_url"],
    }
    return {
        allowed.name: placeholder(allowed.name) if allowed.is_personal else known[allowed.name]
        for allowed in WORDED_KINDS[kind].placeholders
    }
