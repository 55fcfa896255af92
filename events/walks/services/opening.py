"""Opening what is sealed: by the officer who has the request, with a reason, and never unseen."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.log_actions import log as audit

from events.walks.models import WalkRequest
from events.walks.rules import WITH_OFFICER
from events.walks.sealing import open_box
from events.walks.services.locking import lock_walk

OPENED = "events.walk_opened"
REASONS = {
    "prepare": "To prepare the walk",
    "reach": "To reach her",
    "record": "To record what came of it",
    "hand_over": "To take it over from somebody",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What she told us."""

    name: str
    way: str
    address: str
    safe_time: str
    safe_time_words: str
    area: str
    worries: str
    needs: str
    note: str


@transaction.atomic
def open_request(*, walk_id: int, officer: Any, reason: str) -> Opened | None:
    """Open a request for the officer who has it, and write down that and why; None for anybody else.

    Raises CannotOpenError in a process that does not hold its key.
    """
    walk = lock_walk(walk_id, states=WITH_OFFICER)
    if walk is None or walk.officer_id != officer.pk or reason not in REASONS:
        return None
    person = open_box(walk.sealed_person, key_id=walk.key_id, about=walk.key)
    words = open_box(walk.sealed_words, key_id=walk.key_id, about=walk.key)
    audit(instance=walk, action=OPENED, user=officer, data={"reason": reason})
    return Opened(
        name=person["name"],
        way=person["way"],
        address=person["address"],
        safe_time=walk.safe_time,
        safe_time_words=person["safe_time_words"],
        area=words.get("area", ""),
        worries=words.get("worries", ""),
        needs=words.get("needs", ""),
        note=note_of(walk),
    )


def note_of(walk: WalkRequest) -> str:
    """Return the officer's own note."""
    return str(open_box(walk.sealed_note, key_id=walk.key_id, about=walk.key).get("note", ""))
